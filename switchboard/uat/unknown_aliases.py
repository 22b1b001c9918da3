"""Names that callers use and no directory has: made up, in two halves that share no word list.

Thresholds of the learning loop are chosen by looking at the one half, and its results are reported
on the other.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from grammar.model import Entry, EntryKind, FormKind, Grammar
from grammar.text import normalise


class Half(StrEnum):
    TUNE = "tune"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class UnknownAlias:
    """What some callers say for an entry (by its key), normalised; `kind` is "everyday" (what a
    department does), "married", "nickname" or "short" (a department by some of its words)."""

    text: str
    entry: str
    kind: str


_EVERYDAY = {
    Half.TUNE: (
        "bin men", "pothole people", "rat catcher", "lollipop ladies", "the dog pound",
        "parking fines", "the gritters", "blue badges", "burials", "allotments lady",
        "the meals on wheels", "noise complaints", "skip permits", "the swimming baths",
        "school places", "street lamps", "tree chopping", "bulky rubbish", "taxi badges",
        "the lost property", "pest man", "the housing list", "bus passes", "road sweepers",
        "the tip", "fly tippers", "drains and gullies", "poll cards", "the register office",
        "food poisoning",
    ),
    Half.TEST: (
        "dustbin crew", "the crossing patrol", "graffiti removal", "the mouse man",
        "resident permits", "snow clearing", "the crematorium", "care packages", "library fines",
        "loud music", "the leisure pool", "catchment areas", "broken lamp posts", "hedge trimming",
        "mattress pickup", "minicab licences", "found wallets", "wasp nests", "council flats",
        "travel cards", "leaf collection", "the household dump", "abandoned cars", "blocked sewers",
        "voting slips", "birth certificates", "kitchen hygiene", "the play bus", "wheelie bins",
        "home helps",
    ),
}  # fmt: skip
_SURNAMES = {
    Half.TUNE: (
        "Abernathy", "Birtwhistle", "Cattermole", "Dunwoody", "Entwistle", "Fothergill",
        "Gathercole", "Hebblethwaite", "Inchbald", "Jellicoe", "Kenilworth", "Lethbridge",
        "Mullarkey", "Nettlefold", "Osgathorpe", "Postlethwaite", "Quartermaine", "Rathbone",
        "Satterthwaite", "Tattersall",
    ),
    Half.TEST: (
        "Arkwright", "Braithwaite", "Culpepper", "Drinkwater", "Eggleston", "Fairweather",
        "Greenhalgh", "Honeychurch", "Ironmonger", "Jessop", "Kirkbride", "Longbottom",
        "Merriweather", "Nightingale", "Oglethorpe", "Pemberton", "Quickfall", "Ravenscroft",
        "Shuttleworth", "Thistlewood",
    ),
}  # fmt: skip
_NICKNAMES = {
    Half.TUNE: (
        "Chalky", "Smudge", "Nobby", "Dusty", "Spud", "Tiny", "Ginger", "Lofty", "Sparky", "Duke",
    ),
    Half.TEST: (
        "Buster", "Curly", "Sunny", "Flash", "Rocky", "Bunny", "Scotty", "Tug", "Whizzer", "Pinky",
    ),
}  # fmt: skip

_SHARES = (("everyday", 0.3), ("married", 0.35), ("nickname", 0.2), ("short", 0.15))
_PERSONS = frozenset({"married", "nickname"})
_LONG = 3
_SMALL = frozenset({"and", "of", "the", "for"})


def unknown_aliases(
    grammar: Grammar, half: Half, count: int, chance: random.Random
) -> tuple[UnknownAlias, ...]:
    """About `count` aliases that the grammar has not, each of one entry that can be reached."""
    known = {form.text for form in grammar.forms} | {phrase.text for phrase in grammar.commands}
    reachable = [each for each in grammar.entries if each.number and not each.has_left]
    people = [each for each in reachable if each.kind is EntryKind.PERSON]
    departments = [each for each in reachable if each.kind is EntryKind.DEPARTMENT]
    chance.shuffle(people)
    chance.shuffle(departments)
    long = [each for each in departments if len(normalise(each.name).split()) >= _LONG]
    forenames = _forenames(grammar)
    found: dict[str, UnknownAlias] = {}
    for kind, share in _SHARES:
        wanted = round(share * count)
        entries = people if kind in _PERSONS else long if kind == "short" else departments
        texts = _texts(kind, half, entries, forenames, chance)
        for alias in [each for each in texts if each.text and each.text not in known][:wanted]:
            found.setdefault(alias.text, alias)
    return tuple(found.values())


def _texts(
    kind: str,
    half: Half,
    entries: Sequence[Entry],
    forenames: dict[str, str],
    chance: random.Random,
) -> Iterable[UnknownAlias]:
    pairs: Iterator[tuple[str, Entry]]
    match kind:
        case "everyday":
            texts = list(_EVERYDAY[half])
            chance.shuffle(texts)
            pairs = iter(zip(texts, entries, strict=False))
        case "short":
            pairs = ((_short(entry.name), entry) for entry in entries if _half(entry) is half)
        case _:
            words = _SURNAMES[half] if kind == "married" else _NICKNAMES[half]
            pairs = (
                (_person(kind, chance.choice(words), entry, forenames), entry)
                for entry in entries
                if entry.key in forenames
            )
    for text, entry in pairs:
        yield UnknownAlias(normalise(text), entry.key, kind)


def _short(name: str) -> str:
    """The first of the words that matter, without the last of them."""
    words = [word for word in normalise(name).split() if word not in _SMALL]
    return " ".join(words[:-1])


def _half(entry: Entry) -> Half:
    """The departments of one half are none of the other's."""
    return Half.TEST if sum(entry.key.encode()) % 2 else Half.TUNE


def _person(kind: str, word: str, entry: Entry, forenames: dict[str, str]) -> str:
    surname = entry.name.split()[-1]
    return f"{forenames[entry.key]} {word}" if kind == "married" else f"{word} {surname}"


def _forenames(grammar: Grammar) -> dict[str, str]:
    """By key: the first word of whole names of more than one word."""
    return {
        form.entry: form.text.split()[0]
        for form in grammar.forms
        if form.kind is FormKind.FULL_NAME and len(form.text.split()) > 1
    }
