"""Plans labelled calls from a directory: what is said, and where it ought to lead.

Each label follows from the directory alone. Where a phrase could in fairness mean an entry that
the label leaves out, the call isn't planned: fewer calls are better than wrong labels.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from zlib import crc32

from nicknames import NickNamer
from rapidfuzz import fuzz, process

from benchmarks import phrases
from benchmarks.espeak import phones
from benchmarks.noise import NOISES
from benchmarks.voices import TUNE, voices_of
from switchboard.audio.telephone_channel import CHANNELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from benchmarks.voices import Voice
    from directory.model import Department, Directory, Person

SHARES = {
    "full_name": 0.25,
    "carrier": 0.20,
    "department": 0.12,
    "nickname": 0.08,
    "not_in_directory": 0.08,
    "title_surname": 0.06,
    "name_department": 0.06,
    "alias": 0.06,
    "surname": 0.04,
    "out_of_scope": 0.04,
    "department_form": 0.03,
    "same_name": 0.03,
    "noise": 0.03,
    "command": 0.02,
}
SPOKEN_TITLES = {
    "mr": "Mr", "mrs": "Mrs", "ms": "Ms", "miss": "Miss", "dr": "Doctor", "doctor": "Doctor",
    "cllr": "Councillor", "councillor": "Councillor", "prof": "Professor",
    "professor": "Professor", "rev": "Reverend", "reverend": "Reverend",
}  # fmt: skip
ASK_LIMIT = 4
"""More entries of one name than this aren't offered on a call, so no call asks for them."""

STRANGER_SIMILARITY = 0.75
"""A name that isn't in the directory must sound less like every full name in it than this."""

SPELLED = {"HR", "IT", "ICT", "PR", "OT", "FOI", "LEA", "SEN", "ASB", "NNDR", "CCTV"}
UNSAYABLE = {"AMHP", "YOT"}
"""Abbreviations that some spell and others say as a word."""

SPOKEN_ALIKE = {
    "sara": "sarah", "theresa": "teresa", "mohammad": "mohammed", "muhammad": "mohammed",
    "muhammed": "mohammed", "mohamed": "mohammed", "mohamad": "mohammed",
}  # fmt: skip
"""Names that espeak-ng tells apart and callers don't."""

UNREADABLE = re.compile(r"\b(?:prz|brz|krz|szcz|tk|zb|ss|jn|ng(?!u))", re.IGNORECASE)
"""Openings of names at which the synthesisers give up and spell (Przemysław, Jn Baptiste)."""

NICKNAMES = NickNamer()
NONE = "none"
OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Call:
    """One call to make: `say` in `voice` at `pace` over `channel` ought to give `expected`.

    `voice` is None where nobody speaks; `say` then names the noise, in brackets.
    """

    kind: str
    say: str
    expected: str
    channel: str
    voice: Voice | None
    pace: float


@cache
def sound(text: str) -> str:
    """Phones of a text as espeak-ng reads it (British), without stress, length and spaces."""
    words = re.sub(r"[^\w' ]", " ", spoken(text)).split()
    alike = " ".join(SPOKEN_ALIKE.get(word.lower(), word) for word in words)
    return re.sub(r"[^\w]|[ˈˌː]", "", phones("en", alike))


def spoken(say: str) -> str:
    """The text for a synthesiser: abbreviations spelled ("H.R."), others as words ("mash")."""
    return re.sub(
        r"\b[A-Z]{2,}\b",
        lambda match: ".".join(match[0]) + "." if match[0] in SPELLED else match[0].lower(),
        say,
    )


def plan(directory: Directory, split: str, count: int, seed: int) -> list[Call]:
    """`count` calls for one half; the first n of them are a fair sample of kinds and voices.

    Deterministic for a directory, split, count and seed. People are halved by their key, so that
    no person is asked for in both halves; departments, being few, are in both.
    """
    rng = random.Random(f"{split} {seed}")
    book = _Book(directory, split, rng)
    texts = {kind: iter(book.texts(kind)) for kind in SHARES}
    voices = voices_of(split)
    spoken_by = _interleave({voice: voice.weight for voice in voices}, count, rng)
    kinds = _interleave(SHARES, count, rng)
    calls = []
    for number in range(count):
        kind = kinds[number]
        say, expected = next(texts[kind])
        if number % len(CHANNELS) == 0:
            channels = rng.sample(CHANNELS, len(CHANNELS))
        calls.append(
            Call(
                kind=kind,
                say=say,
                expected=expected,
                channel=channels[number % len(CHANNELS)],
                voice=None if kind == "noise" else spoken_by[number],
                pace=round(rng.uniform(0.87, 1.15), 3),
            )
        )
    return calls


def _interleave(shares: dict[Any, float], count: int, rng: random.Random) -> list[Any]:
    """`count` items in the given shares, each spread evenly over the list."""
    total = sum(shares.values())
    places = []
    for item, share in shares.items():
        step = total / share
        offset = rng.random()
        places += [((n + offset) * step, item) for n in range(int(count / step) + 2)]
    places.sort(key=lambda place: place[0])
    return [item for _, item in places[:count]]


class _Book:
    """The directory, indexed by what may be said; makes the texts of each kind, without end."""

    def __init__(self, directory: Directory, split: str, rng: random.Random) -> None:
        self.rng = rng
        self.split = split
        self.people = directory.people
        # Asking for the switchboard is as good as asking for the operator.
        self.departments = [d for d in directory.departments if d.name != "Switchboard"]
        self.mine = [
            p for p in self.people if _reachable(p) and _readable(p) and _half(p.key) == split
        ]
        self.by_name = _index((f"{g} {p.surname}", p) for p in self.people for g in _given(p))
        self.by_any_name = _index(
            (f"{g} {p.surname}", p) for p in self.people for g in _given(p) | _familiar(p)
        )
        self.by_surname = _index((p.surname, p) for p in self.people)
        self.forenames = {sound(g) for p in self.people for g in _given(p)}
        self.by_department_name = _index(
            (name, d) for d in directory.departments for name in (d.name, *d.aliases)
        )
        self.department_words = {
            tuple(_words(name)) for d in directory.departments for name in (d.name, *d.aliases)
        }

    def texts(self, kind: str) -> Iterator[tuple[str, str]]:
        maker: Callable[[], Iterable[tuple[str, str]]] = getattr(self, f"_{kind}")
        while True:
            made = list(maker())
            if not made:
                raise ValueError(f"The directory has no entry for a call of the kind {kind}.")
            self.rng.shuffle(made)
            yield from made

    def _carried(
        self,
        name: str,
        bare: float = 0.5,
        carriers: tuple[str, ...] = phrases.CARRIERS + phrases.PERSON_CARRIERS,
    ) -> str:
        """The name alone or in a carrier phrase; each half lacks a third of the phrases."""
        if self.rng.random() < bare:
            return name
        skipped = 2 if self.split == TUNE else 1
        usable = [c for n, c in enumerate(carriers) if n % 3 != skipped]
        return self.rng.choice(usable).format(name)

    def _plain_names(self) -> Iterator[tuple[str, str]]:
        for person in self.mine:
            for given in sorted({person.forename, person.known_as} - {""}):
                name = f"{given} {person.surname}"
                key = sound(name)
                meant = self.by_name[key]
                # "Robert Hale" when there is a Bob Hale as well: who is meant is open.
                if len(meant) == len(self.by_any_name[key]) and len(_numbers(meant)) == 1:
                    yield name, _label(meant)

    def _full_name(self) -> Iterator[tuple[str, str]]:
        return ((n, e) for n, e in self._plain_names() if not e.startswith(NONE))

    def _carrier(self) -> Iterator[tuple[str, str]]:
        return ((self._carried(n, bare=0), e) for n, e in self._full_name())

    def _same_name(self) -> Iterator[tuple[str, str]]:
        for key, people in self.by_name.items():
            if 2 <= len(_numbers(people)) <= ASK_LIMIT and len(people) == len(
                self.by_any_name[key]
            ):
                expected = _label(people)
                person = min(people, key=lambda p: p.key)
                names = {f"{g} {person.surname}" for g in _given(person)}
                name = next((n for n in sorted(names) if sound(n) == key), "")
                if expected and name:
                    yield self._carried(name), expected

    def _nickname(self) -> Iterator[tuple[str, str]]:
        for person in self.mine:
            said = _familiar(person, phrases.NICKNAMES) | (_given(person) - {person.forename})
            for given in sorted(said):
                key = sound(f"{given} {person.surname}")
                if sound(given) == sound(person.forename):
                    continue
                meant = self.by_any_name.get(key, [])
                expected = _label(meant)
                # With a Kate Reed there, "Kate Reed" for Catherine Reed is open.
                if expected and len(self.by_name.get(key, meant)) == len(meant):
                    yield self._carried(f"{given} {person.surname}"), expected

    def _title_surname(self) -> Iterator[tuple[str, str]]:
        for person in self.mine:
            title = SPOKEN_TITLES.get(person.title.rstrip(".").lower())
            if not title:
                continue
            others = [p for p in self.by_surname[sound(person.surname)] if p is not person]
            alike = [p for p in others if _title(p) == title]
            # Miss, Mrs and Ms are often mixed up, and who has no title may have this one.
            unclear = [p for p in others if p not in alike and not _told_apart(title, _title(p))]
            expected = _label([person, *alike])
            if expected and not unclear:
                yield self._carried(f"{title} {person.surname}"), expected

    def _surname(self) -> Iterator[tuple[str, str]]:
        for person in self.mine:
            key = sound(person.surname)
            expected = _label(self.by_surname[key])
            if expected and key not in self.forenames and key not in self.by_department_name:
                yield self._carried(person.surname, bare=0.7), expected

    def _name_department(self) -> Iterator[tuple[str, str]]:
        reachable = {d.name: d for d in self.departments}
        for person in self.mine:
            department = reachable.get(person.department)
            if department is None:
                continue
            given = person.known_as or person.forename
            key = sound(f"{given} {person.surname}")
            there = [p for p in self.by_any_name[key] if p.department == person.department]
            unplaced = [p for p in self.by_any_name[key] if not p.department]
            place = self.rng.choice((department.name, *department.aliases[:2]))
            if len(self.by_department_name[sound(_say(place))]) > 1 or place in UNSAYABLE:
                continue
            if len(_numbers(there)) == 1 and not unplaced and _label(there):
                form = self.rng.choice(phrases.NAME_IN_DEPARTMENT)
                yield form.format(f"{given} {person.surname}", _say(place)), _label(there)

    def _department_names(self, names: Callable[[Department], Sequence[str]]) -> Iterator[Any]:
        for department in self.departments:
            for name in names(department):
                if name in UNSAYABLE:
                    continue
                meant = self.by_department_name[sound(_say(name))]
                expected = _label(meant)
                if expected and sound(_say(name)) not in self.by_surname:
                    yield _say(name), expected

    def _department(self) -> Iterator[tuple[str, str]]:
        for name, expected in self._department_names(lambda d: (d.name,)):
            yield self._carried(name, carriers=phrases.CARRIERS), expected

    def _alias(self) -> Iterator[tuple[str, str]]:
        for name, expected in self._department_names(lambda d: d.aliases):
            yield self._carried(name, carriers=phrases.CARRIERS), expected

    def _department_form(self) -> Iterator[tuple[str, str]]:
        generic = {"department", "office", "team", "services", "service", "unit", "the", "desk"}
        for name, expected in self._department_names(lambda d: (d.name, *d.aliases)):
            if not generic & set(_words(name)):
                yield self.rng.choice(phrases.DEPARTMENT_FORMS).format(name), expected

    def _command(self) -> Iterator[tuple[str, str]]:
        return ((text, OPERATOR) for text in phrases.OPERATOR_REQUESTS)

    def _not_in_directory(self) -> Iterator[tuple[str, str]]:
        """Strangers: half with both names new, a quarter each with one name from the directory."""
        inside = sorted({p.forename for p in self.people if p.forename})
        insiders = sorted({p.surname for p in self.people})
        surnames = [s for s in phrases.OUTSIDE_SURNAMES if sound(s) not in self.by_surname]
        everyone = list(self.by_any_name)
        pools = (
            (phrases.OUTSIDE_FORENAMES, surnames),
            (inside, surnames),
            (inside, surnames),
            (inside, insiders),
        )
        for number in range(120):
            forenames, family = pools[number % len(pools)]
            name = f"{self.rng.choice(forenames)} {self.rng.choice(family)}"
            if _half(name) != self.split:
                continue
            nearest = process.extractOne(sound(name), everyone, scorer=fuzz.ratio)
            if nearest[1] < 100 * STRANGER_SIMILARITY:
                yield self._carried(name), NONE

    def _out_of_scope(self) -> Iterator[tuple[str, str]]:
        for text in phrases.OUT_OF_SCOPE:
            words = _words(text)
            spans = {tuple(words[i:j]) for i in range(len(words)) for j in range(i + 1, i + 6)}
            if _half(text) == self.split and not spans & self.department_words:
                yield text, NONE

    def _noise(self) -> Iterator[tuple[str, str]]:
        return ((f"({name})", NONE) for name in NOISES)


def _half(key: str) -> str:
    return ("tune", "test")[crc32(key.encode()) % 2]


def _reachable(person: Person) -> bool:
    return bool(
        person.extension
        and person.forename
        and not (person.left or person.ex_directory or person.not_for_external)
    )


def _readable(person: Person) -> bool:
    return not UNREADABLE.search(f"{person.forename} {person.known_as} {person.surname}")


def _given(person: Person) -> set[str]:
    return {person.forename, person.known_as} - {""}


def _familiar(person: Person, known: dict[str, tuple[str, ...]] | None = None) -> set[str]:
    """Other first names by which the person may be asked for, both from and to short forms.

    Without `known`, every pair that the nicknames package lists: a wide net for what is unclear.
    """
    if known is not None:
        short = {n for g in _given(person) for n in known.get(g, ())}
        full = {formal for formal, names in known.items() if _given(person) & set(names)}
        # From "Chris" nobody can tell Christine from Christopher: only a sole full form is said.
        return short | (full if len(full) == 1 else set())
    return {
        other.capitalize()
        for given in _given(person)
        for other in NICKNAMES.nicknames_of(given) | NICKNAMES.canonicals_of(given)
    } | _familiar(person, phrases.NICKNAMES)


def _index(pairs: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for name, entry in pairs:
        entries = found[sound(_say(name))]
        if entry not in entries:
            entries.append(entry)
    return dict(found)


def _numbers(entries: Sequence[Any]) -> list[str]:
    return sorted({entry.extension or "" for entry in entries})


def _label(entries: Sequence[Any]) -> str:
    """`transfer:EXT` or `ask:EXT|EXT`; "" when one can't be reached or there are too many."""
    if not entries or not all(
        e.extension and not e.left and not getattr(e, "ex_directory", False)
        and not getattr(e, "not_for_external", False)
        for e in entries
    ):  # fmt: skip
        return ""
    numbers = _numbers(entries)
    if len(numbers) == 1:
        return f"transfer:{numbers[0]}"
    return f"ask:{'|'.join(numbers)}" if len(numbers) <= ASK_LIMIT else ""


def _title(person: Person) -> str:
    return SPOKEN_TITLES.get(person.title.rstrip(".").lower(), "")


def _told_apart(said: str, other: str) -> bool:
    groups = {"Mr": "man", "Mrs": "woman", "Miss": "woman", "Ms": "woman"}
    if not other:
        return False
    # A councillor or a doctor is a Mr or a Mrs to many callers.
    return said not in groups or (other in groups and groups[other] != groups[said])


def _say(name: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"[()/]", " ", name.replace("&", " and "))).strip()


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())
