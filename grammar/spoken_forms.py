"""Every way of saying one entry: names, nicknames, titles, initials, jobs, departments, aliases.

What goes around a name stays out: carrier phrases, "the ... team" and "someone in ..." are in
carriers.toml, and "name in department" is parsed, so that forms grow with the directory and not
with its square.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from directory.model import Department, Directory, Person
from grammar.model import FormKind
from grammar.nicknames import other_names
from grammar.text import normalise

Said = tuple[str, FormKind]
"""A form's normalised text and its kind."""

TITLES_SAID: dict[str, tuple[str, ...]] = {
    "mr": ("mr",),
    "mrs": ("mrs",),
    # Callers hear no difference between Ms and Miss, and don't know who is married.
    "miss": ("miss", "ms"),
    "ms": ("ms", "miss", "mrs"),
    "mx": ("mx",),
    "doctor": ("doctor",),
    "professor": ("professor",),
    "reverend": ("reverend",),
    "councillor": ("councillor",),
    "alderman": ("alderman",),
    "lord": ("lord",),
    "lady": ("lady",),
    "baroness": ("baroness", "lady"),
    "baron": ("baron", "lord"),
    "captain": ("captain",),
    "colonel": ("colonel",),
    "sergeant": ("sergeant",),
    "lieutenant": ("lieutenant",),
    "inspector": ("inspector",),
    "superintendent": ("superintendent",),
    "major": ("major",),
    "judge": ("judge",),
    "canon": ("canon",),
    "father": ("father",),
    "sister": ("sister",),
    "imam": ("imam",),
    "rabbi": ("rabbi",),
    "mayor": ("mayor",),
}
"""A word of a title as the directory has it (normalised), and how callers say it. No title, no
title form."""

FORENAME_TITLES = frozenset({"sir", "dame"})
"""Said before the forename, never before the surname alone."""

_SPECIFICITY = {kind: rank for rank, kind in enumerate(FormKind)}
"""Kinds are declared from the most to the least specific."""

_BRACKETS = re.compile(r"\(([^()]*)\)")

_KINDS_OF_DEPARTMENT = frozenset(
    {
        "department", "team", "office", "section", "service", "services", "unit", "division",
        "directorate", "desk",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Uniqueness:
    """What only one person has, and so may be asked for by it alone. Normalised texts."""

    forenames: frozenset[str]
    job_titles: frozenset[str]
    departments: frozenset[str]
    """Names and aliases of all departments: what a shortened name must not run into."""


def uniqueness(directory: Directory) -> Uniqueness:
    """Forenames count over leavers too: a leaver's must not lead to whoever is left with it."""
    forenames = Counter(
        name for person in directory.people for name in set(_forenames(person)) if name
    )
    jobs = Counter(normalise(person.job_title) for person in directory.people if not person.left)
    departments = {
        normalise(name)
        for department in directory.departments
        for name in (department.name, *department.aliases)
    }
    return Uniqueness(
        forenames=frozenset(name for name, count in forenames.items() if count == 1),
        job_titles=frozenset(job for job, count in jobs.items() if count == 1 and job),
        departments=frozenset(departments),
    )


def of_person(person: Person, unique: Uniqueness) -> tuple[Said, ...]:
    """How callers may ask for a person; each text once, under its most specific kind."""
    return _each_once(_said_of_person(person, unique))


def of_department(department: Department, unique: Uniqueness) -> tuple[Said, ...]:
    """A department's name and aliases, also without their "team" or "services"."""
    return _each_once(_said_of_department(department, unique))


def halves(surname: str) -> tuple[str, ...]:
    """The parts by which a double-barrelled surname is shortened: () for any other surname."""
    parts = [normalise(part) for part in surname.replace("–", "-").split("-")]
    return tuple(part for part in parts if len(part) > 1) if len(parts) > 1 else ()


def _said_of_person(person: Person, unique: Uniqueness) -> Iterator[Said]:
    surname, halved = normalise(person.surname), halves(person.surname)
    yield from _named(person, surname, halved)
    yield from _initials(person, surname)
    yield from _titled(person, surname, halved)
    for last in (surname, *halved):
        yield last, FormKind.SURNAME
    if not person.left:
        yield from _by_one_trait(person, unique)


def _named(person: Person, surname: str, halved: tuple[str, ...]) -> Iterator[Said]:
    forename, known_as = _forenames(person)
    if forename:
        yield f"{forename} {surname}", FormKind.FULL_NAME
        middle = normalise(person.middle_names)
        # Of "Mary Ann Evans" and "Jane Smith Jones" nobody knows which part is left out.
        if len(middle) > 1:
            yield f"{forename} {middle} {surname}", FormKind.FULL_NAME
    if known_as:
        yield f"{known_as} {surname}", FormKind.KNOWN_AS
    for name in filter(None, (forename, known_as)):
        for half in halved:
            yield f"{name} {half}", FormKind.KNOWN_AS
        for other in other_names(name):
            yield f"{other} {surname}", FormKind.NICKNAME


def _by_one_trait(person: Person, unique: Uniqueness) -> Iterator[Said]:
    """A job title or a forename that nobody else has. A leaver's are never given to anyone."""
    job = normalise(person.job_title)
    if job in unique.job_titles:
        yield job, FormKind.JOB_TITLE
    for name in _forenames(person):
        if name in unique.forenames and len(name) > 1:
            yield name, FormKind.FORENAME


def _forenames(person: Person) -> tuple[str, str]:
    forename, known_as = normalise(person.forename), normalise(person.known_as)
    return forename, "" if known_as == forename else known_as


def _initials(person: Person, surname: str) -> Iterator[Said]:
    """ "j smith" and "j p smith"; espeak reads a single letter by its name, "jay smith"."""
    names = [*normalise(person.forename).split(), *normalise(person.middle_names).split()]
    if not names:
        return
    letters = [name[0] for name in names]
    yield f"{letters[0]} {surname}", FormKind.INITIALS
    if len(letters) > 1:
        yield f"{' '.join(letters)} {surname}", FormKind.INITIALS


def _titled(person: Person, surname: str, halved: tuple[str, ...]) -> Iterator[Said]:
    titles = normalise(person.title).split()
    forename, known_as = _forenames(person)
    first = known_as or forename
    said = tuple(way for title in titles for way in TITLES_SAID.get(title, ()))
    if person.member:
        said = (*said, *TITLES_SAID["councillor"])
    for before in dict.fromkeys(said):
        yield f"{before} {surname}", FormKind.TITLE_SURNAME
    for before in said[:1]:
        for half in halved:
            yield f"{before} {half}", FormKind.TITLE_SURNAME
    if first:
        for before in sorted(FORENAME_TITLES.intersection(titles)):
            yield f"{before} {first}", FormKind.TITLE_SURNAME
            yield f"{before} {first} {surname}", FormKind.TITLE_SURNAME
        # Before a whole name the title adds little, so only the directory's own and a member's.
        for before in dict.fromkeys((*said[:1], *said[1:][-1:] * person.member)):
            yield f"{before} {first} {surname}", FormKind.TITLE_SURNAME


def _said_of_department(department: Department, unique: Uniqueness) -> Iterator[Said]:
    named = [(department.name, FormKind.DEPARTMENT)]
    named += [(alias, FormKind.ALIAS) for alias in department.aliases]
    named += [(text, kind) for name, kind in named for text in _without_brackets(name)]
    for name, kind in named:
        text = normalise(name)
        yield text, kind
        yield normalise(name.lower()), kind
        short = _shortened(text)
        if short and short not in unique.departments:
            yield short, kind


def _without_brackets(name: str) -> tuple[str, ...]:
    """ "Adult Social Care (ASC)" is asked for by either, "Library (North)" as the library."""
    bracketed = _BRACKETS.findall(name)
    if not bracketed:
        return ()
    rest = _BRACKETS.sub(" ", name)
    initials = "".join(word[0] for word in normalise(rest).split())
    return rest, *(each for each in bracketed if each.casefold() == initials)


def _shortened(text: str) -> str:
    """ "legal services" is asked for as "legal", "department of housing" as "housing"."""
    words = text.split()
    if words[:2] == ["department", "of"] or words[:2] == ["office", "of"]:
        words = words[2:]
    while len(words) > 1 and words[-1] in _KINDS_OF_DEPARTMENT:
        words = words[:-1]
    short = " ".join(words)
    return short if short != text and short not in _KINDS_OF_DEPARTMENT else ""


def _each_once(said: Iterable[Said]) -> tuple[Said, ...]:
    """Of a text that is said in two ways, the more specific kind."""
    best: dict[str, FormKind] = {}
    for text, kind in said:
        if text and (text not in best or _SPECIFICITY[kind] < _SPECIFICITY[best[text]]):
            best[text] = kind
    return tuple(best.items())
