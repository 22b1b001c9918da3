"""What an alias or a carrier phrase would collide with, told before it is added."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import process
from rapidfuzz.distance import Indel

from grammar.confusable import SOUNDS_ALIKE, destination
from grammar.confusion import sound_similarity
from grammar.errors import GrammarError
from grammar.model import CommandPhrase, Entry, EntryKind, FormKind, Grammar, SpokenForm
from grammar.phones import phones
from grammar.phrases import without_desks
from grammar.text import normalise

_ROUGHLY = 0.6


class CollisionKind(StrEnum):
    """From what makes an addition useless or harmful to what is only worth knowing."""

    ALREADY = "already"
    """The entry can be asked for so already; adding it changes nothing."""
    COMMAND = "command"
    """Means a command, which always wins."""
    ERASES = "erases"
    """A carrier phrase in the words of a name: behind other words that name would be left out."""
    CARRIER = "carrier"
    """Is a carrier phrase, so that alone it names nobody."""
    SAME_WORDS = "same_words"
    """Other destinations are asked for in the same words: callers will be asked which."""
    SAME_SOUND = "same_sound"
    """Spelled otherwise, but no caller can say the difference."""
    SOUNDS_LIKE = "sounds_like"
    SWALLOWS = "swallows"
    """A carrier phrase that a name begins or ends with: it may be taken off the name."""


@dataclass(frozen=True, slots=True)
class Collision:
    """One clash with `phrase`, which is in the grammar; `entries` would become ambiguous by it."""

    kind: CollisionKind
    phrase: str
    entries: tuple[Entry, ...] = ()
    similarity: float = 1.0


def alias_collisions(grammar: Grammar, text: str, entry: str) -> tuple[Collision, ...]:
    """What asking for the entry of that key by `text` collides with, the worst first.

    Raises GrammarError if the text has no words or there is no such entry.
    """
    words = _words(text)
    entries = {known.key: known for known in grammar.entries}
    if entry not in entries:
        raise GrammarError(
            "The published grammar has no entry with that key; publish the grammar again, or find "
            "the entry with: switchboard directory search NAME."
        )
    sound = phones(words, dict(grammar.pronunciations))
    commands = grammar.commands
    if entries[entry].kind is EntryKind.DEPARTMENT:
        commands = without_desks(commands, [words])
    found = _with_commands(commands, words, sound)
    if any(carrier.text == words for carrier in grammar.carriers):  # before, after, or both
        found.append(Collision(CollisionKind.CARRIER, words))
    alike: defaultdict[tuple[CollisionKind, str, float], dict[str, Entry]] = defaultdict(dict)
    for form in _rough(grammar.forms, words, sound):
        if form.entry == entry and form.text == words:
            alike[CollisionKind.ALREADY, words, 1.0][entry] = entries[entry]
            continue
        if destination(entries[form.entry]) == destination(entries[entry]):
            continue
        if form.text == words:
            alike[CollisionKind.SAME_WORDS, words, 1.0][form.entry] = entries[form.entry]
        elif similarity := _alike(sound, form.phones):
            kind = CollisionKind.SOUNDS_LIKE if similarity < 1 else CollisionKind.SAME_SOUND
            alike[kind, form.text, similarity][form.entry] = entries[form.entry]
    found += [
        Collision(kind, phrase, _by_name(named.values()), similarity)
        for (kind, phrase, similarity), named in alike.items()
    ]
    return _worst_first(found)


def carrier_collisions(grammar: Grammar, text: str, position: str) -> tuple[Collision, ...]:
    """What a carrier phrase before or after the name collides with, the worst first.

    Raises GrammarError if the text has no words.
    """
    words = _words(text)
    entries = {known.key: known for known in grammar.entries}
    found = _with_commands(grammar.commands, words, phones(words))
    found += [
        Collision(CollisionKind.ALREADY, carrier.text)
        for carrier in grammar.carriers
        if carrier.text == words and carrier.position == position
    ]
    swallowed: defaultdict[tuple[CollisionKind, str], dict[str, Entry]] = defaultdict(dict)
    for form in grammar.forms:
        if form.text == words:
            swallowed[CollisionKind.ERASES, form.text][form.entry] = entries[form.entry]
        elif form.kind is not FormKind.INITIALS and _at_edge(words, form.text, position):
            swallowed[CollisionKind.SWALLOWS, form.text][form.entry] = entries[form.entry]
    found += [
        Collision(kind, phrase, _by_name(named.values()))
        for (kind, phrase), named in swallowed.items()
    ]
    return _worst_first(found)


def _words(text: str) -> str:
    words = normalise(text)
    if not words:
        raise GrammarError(f"“{text}” has no words in it; write it as callers say it.")
    return words


def _at_edge(words: str, text: str, position: str) -> bool:
    if position == "before":
        return text.startswith(f"{words} ")
    return text.endswith(f" {words}")


def _with_commands(commands: Iterable[CommandPhrase], words: str, sound: str) -> list[Collision]:
    return [
        Collision(CollisionKind.COMMAND, command.text, similarity=similarity)
        for command in commands
        if (similarity := 1.0 if command.text == words else _alike(sound, phones(command.text)))
    ]


def _rough(forms: Sequence[SpokenForm], words: str, sound: str) -> Iterator[SpokenForm]:
    """The forms in these words or roughly of that sound: all at once, as there may be a million."""
    similarities = process.cdist(
        [sound],
        [form.phones for form in forms],
        scorer=Indel.normalized_similarity,
        score_cutoff=_ROUGHLY,
    )[0]
    near = similarities.astype(bool).tolist()
    return (form for form, alike in zip(forms, near, strict=True) if alike or form.text == words)


def _alike(sound: str, other: str) -> float:
    """Similarity if the two sound alike, else 0. The plain ratio first: it is a thousand times
    faster, and there may be a million forms."""
    if not Indel.normalized_similarity(sound, other, score_cutoff=_ROUGHLY):
        return 0.0
    similarity = sound_similarity(sound, other)
    return similarity if similarity >= SOUNDS_ALIKE else 0.0


def _by_name(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: (entry.name, entry.key)))


def _worst_first(found: Iterable[Collision]) -> tuple[Collision, ...]:
    order = list(CollisionKind)
    return tuple(
        sorted(found, key=lambda clash: (order.index(clash.kind), -clash.similarity, clash.phrase))
    )
