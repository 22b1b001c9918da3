"""Names such as a London borough's staff bear, drawn from lists by community."""

from __future__ import annotations

import hashlib
import random
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from pathlib import Path

HERE = Path(__file__).parent
DOUBLE_BARRELLED = frozenset({"british", "irish", "scottish", "welsh", "caribbean", "jewish"})
FEMININE = (("cki", "cka"), ("dzki", "dzka"), ("ski", "ska"), ("ński", "ńska"))


@dataclass(frozen=True, slots=True)
class Name:
    forename: str
    surname: str
    female: bool
    title: str = ""
    known_as: str = ""
    middle_names: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Weighted:
    """Names whose weight falls with their place, nearly as Zipf has it."""

    items: tuple[str, ...]
    cumulative: tuple[float, ...]

    def draw(self, rng: random.Random) -> str:
        return rng.choices(self.items, cum_weights=self.cumulative)[0]


@dataclass(frozen=True, slots=True)
class Community:
    key: str
    weight: int
    female: Weighted
    male: Weighted
    surnames: Weighted


def _weighted(text: str) -> Weighted:
    items = tuple(dict.fromkeys(" ".join(item.split()) for item in text.split(",")))
    return Weighted(items, tuple(accumulate(1 / (place + 14) for place in range(len(items)))))


@cache
def communities() -> tuple[Community, ...]:
    with (HERE / "names.toml").open("rb") as file:
        tables = tomllib.load(file)
    return tuple(
        Community(
            key,
            table["weight"],
            _weighted(table["female"]),
            _weighted(table["male"]),
            _weighted(table["surnames"]),
        )
        for key, table in tables.items()
    )


@cache
def nicknames() -> dict[str, list[str]]:
    with (HERE / "nicknames.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def _well_known() -> frozenset[str]:
    """Digests, so that the project itself names no real person (`well_known.txt`)."""
    return frozenset((HERE / "well_known.txt").read_text(encoding="ascii").split())


def is_well_known(forename: str, surname: str) -> bool:
    full_name = f"{forename} {surname}".casefold()
    return hashlib.sha256(full_name.encode()).hexdigest()[:10] in _well_known()


@cache
def _feminine_forenames() -> frozenset[str]:
    return frozenset(name for community in communities() for name in community.female.items)


def is_female(forename: str) -> bool:
    return forename in _feminine_forenames()


class NameSource:
    """Draws names, never one twice, and none of a well-known person."""

    def __init__(self, rng: random.Random, taken: set[tuple[str, str]]) -> None:
        self._rng = rng
        self._used = {(forename.casefold(), surname.casefold()) for forename, surname in taken}
        self._communities = communities()
        self._weights = list(accumulate(community.weight for community in self._communities))

    def draw(self) -> Name:
        for attempt in range(1000):
            name = self._any_name(double_barrelled=attempt > 4)
            key = (name.forename.casefold(), name.surname.casefold())
            if key in self._used or is_well_known(name.forename, name.surname):
                continue
            if name.known_as and is_well_known(name.known_as, name.surname):
                name = replace(name, known_as="")
            self._used.add(key)
            return name
        raise RuntimeError("the lists in names.toml are too short for that many people")

    def _any_name(self, *, double_barrelled: bool) -> Name:
        rng = self._rng
        community = self._community()
        female = rng.random() < 0.57
        forenames = community.female if female else community.male
        forename = forenames.draw(rng)
        # One in fourteen married, or was born, into another community.
        family = self._community() if rng.random() < 0.07 else community
        surname = _surname(family, rng, female=female)
        if "-" not in surname and " " not in surname:
            usual = family.key in DOUBLE_BARRELLED and rng.random() < 0.03
            if usual or double_barrelled:
                other = _surname(self._communities[0], rng, female=female)
                if other != surname and "-" not in other and " " not in other:
                    surname = f"{surname}-{other}"
        middle = forenames.draw(rng) if rng.random() < 0.25 else ""
        return Name(
            forename,
            surname,
            female,
            title=_title(rng, female=female),
            known_as=_known_as(forename, rng),
            middle_names="" if middle == forename else middle,
            suffix=rng.choice(SUFFIXES) if rng.random() < 0.008 else "",
        )

    def _community(self) -> Community:
        return self._rng.choices(self._communities, cum_weights=self._weights)[0]


SUFFIXES = ("MBE", "OBE", "JP", "PhD", "BEM", "CPFA", "MRTPI", "Jr")


def _surname(community: Community, rng: random.Random, *, female: bool) -> str:
    surname = community.surnames.draw(rng)
    if community.key == "punjabi" and surname in {"Singh", "Kaur"}:
        return "Kaur" if female else "Singh"
    if community.key == "polish" and female and rng.random() < 0.7:
        for masculine, feminine in FEMININE:
            if surname.endswith(masculine):
                return surname.removesuffix(masculine) + feminine
    return surname


def _known_as(forename: str, rng: random.Random) -> str:
    choices = nicknames().get(forename)
    return rng.choice(choices) if choices and rng.random() < 0.3 else ""


def _title(rng: random.Random, *, female: bool) -> str:
    chance = rng.random()
    if chance < 0.05:
        return ""
    if chance < 0.08:
        return "Dr"
    if chance < 0.084:
        return "Mx"
    if chance < 0.086:
        return "Reverend"
    if chance < 0.088:
        return "Professor"
    return rng.choices(("Ms", "Mrs", "Miss"), weights=(45, 38, 17))[0] if female else "Mr"
