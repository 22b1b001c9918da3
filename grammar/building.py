"""From a directory to a grammar: every entry, every form of it, and the phones of every form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from directory.model import Department, Directory, Person, number_of
from directory.opening_hours import read_opening_hours
from grammar.errors import GrammarError
from grammar.model import (
    CarrierPhrase,
    Entry,
    EntryKind,
    FormKind,
    Grammar,
    SpokenForm,
)
from grammar.phones import phones, prepare
from grammar.phrases import DESKS, merged, shipped, without_desks
from grammar.pronunciation import shipped_pronunciations, to_phones
from grammar.spoken_forms import Uniqueness, of_department, of_person, uniqueness
from grammar.text import normalise
from grammar.versions import version_of

AddedAlias = tuple[str, str]
"""What callers say, and the key of the entry that they mean."""

FormKey = tuple[str, str]
"""A form's text and its entry's key."""


def build(
    directory: Directory,
    *,
    aliases: Iterable[AddedAlias] = (),
    carriers: Iterable[CarrierPhrase] = (),
    pronunciations: Iterable[tuple[str, str]] = (),
    call_counts: Iterable[tuple[str, int]] = (),
) -> Grammar:
    """The grammar of a directory, with what administrators added. Row order never changes it.

    `aliases` are (text, entry key); those whose entry is gone are left out (`grammar.coverage`
    names them). `pronunciations` are (word, respelling or /IPA/) and win over the shipped list.
    `call_counts` are (entry key, calls); counts of entries that are gone are left out.

    Raises GrammarError for two entries with one key, and for an alias or a pronunciation that
    can't be said.
    """
    entries = _entries(directory)
    keys = {entry.key for entry in entries}
    said = _said(directory)
    for text, key in aliases:
        words = normalise(text)
        if not words:
            raise GrammarError(f"The alias “{text}” has no words in it; write it as it is said.")
        if key in keys:
            said.setdefault((words, key), FormKind.ADDED)
    spoken_as = {**shipped_pronunciations(), **to_phones(pronunciations)}
    shipped_carriers, commands = shipped()
    grammar = Grammar(
        version="",
        entries=entries,
        forms=with_sounds(said, spoken_as),
        carriers=merged(shipped_carriers, carriers),
        commands=without_desks(commands, _desks_called(said, entries)),
        pronunciations=tuple(sorted(spoken_as.items())),
        call_counts=tuple(sorted((key, n) for key, n in dict(call_counts).items() if key in keys)),
    )
    return replace(grammar, version=version_of(grammar))


def forms_of(
    entry: Person | Department,
    unique: Uniqueness,
    *,
    aliases: Iterable[str] = (),
    spoken_as: Mapping[str, str],
) -> tuple[SpokenForm, ...]:
    """The forms of one entry, as `build` makes them: for a look at it, without a whole grammar.

    `unique` is of the whole directory; `spoken_as` gives the phones of words, the shipped ones
    included.
    """
    own = of_person(entry, unique) if isinstance(entry, Person) else of_department(entry, unique)
    said = {(text, entry.key): kind for text, kind in own}
    for text in aliases:
        said.setdefault((text, entry.key), FormKind.ADDED)
    return with_sounds(said, spoken_as)


def _desks_called(said: Mapping[FormKey, FormKind], entries: Iterable[Entry]) -> set[str]:
    """The desks that departments are called."""
    departments = [entry.key for entry in entries if entry.kind is EntryKind.DEPARTMENT]
    return {desk for desk in DESKS for key in departments if (desk, key) in said}


def _entries(directory: Directory) -> tuple[Entry, ...]:
    found: dict[str, Entry] = {}
    for entry in (
        *(_person(person, directory) for person in directory.people),
        *(_department(department, directory) for department in directory.departments),
    ):
        if entry.key in found:
            raise GrammarError(
                f"Two entries of the directory have the key “{entry.key}”; give each its own "
                "staff number, then import again."
            )
        found[entry.key] = entry
    return tuple(found[key] for key in sorted(found))


def _person(person: Person, directory: Directory) -> Entry:
    return Entry(
        key=person.key,
        kind=EntryKind.PERSON,
        name=person.display_name,
        number=None if person.left else number_of(person),
        department=person.department,
        job_title=person.job_title,
        team=person.team,
        site=person.site,
        ex_directory=person.ex_directory,
        not_for_external=person.not_for_external,
        member=person.member,
        left=person.left,
        fallback=_fallback(directory, person.key, (person.team, person.department)),
        leaves="" if person.left or person.leaves is None else person.leaves.isoformat(),
    )


def _department(department: Department, directory: Directory) -> Entry:
    hours = department.opening_hours
    return Entry(
        key=department.key,
        kind=EntryKind.DEPARTMENT,
        name=department.name,
        number=None if department.left else number_of(department),
        department=department.parent,
        left=department.left,
        fallback=_fallback(directory, department.key, (department.fallback, department.parent)),
        opening_hours=hours if read_opening_hours(hours) else "",
    )


def _fallback(directory: Directory, key: str, names: Iterable[str]) -> str | None:
    """The first of these departments that is there and has a number."""
    for name in names:
        department = directory.department(name) if name else None
        if (
            department is not None
            and department.key != key
            and not department.left
            and number_of(department)
        ):
            return department.key
    return None


def _said(directory: Directory) -> dict[FormKey, FormKind]:
    unique = uniqueness(directory)
    said: dict[FormKey, FormKind] = {}
    for person in directory.people:
        for text, kind in of_person(person, unique):
            said[text, person.key] = kind
    for department in directory.departments:
        for text, kind in of_department(department, unique):
            said[text, department.key] = kind
    return said


_READ_PLAINLY = frozenset(
    {
        FormKind.FULL_NAME,
        FormKind.KNOWN_AS,
        FormKind.SURNAME,
        FormKind.DEPARTMENT,
        FormKind.ALIAS,
        FormKind.ADDED,
    }
)
"""Kinds whose text gets a second form, with the plain reading, where a pronunciation overrides it:
many callers have only ever read Featherstonehaugh. Not every kind: forms are to stay few."""


def with_sounds(
    said: Mapping[FormKey, FormKind], spoken_as: Mapping[str, str]
) -> tuple[SpokenForm, ...]:
    """Forms of these texts, sorted; `spoken_as` as for `forms_of`. A text whose spelling misleads
    is there twice where callers may also read it as it is written."""
    texts = {text for text, _ in said}
    prepare(word for text in texts for word in text.split())
    spoken = {text: phones(text, spoken_as) for text in texts}
    for text, other in _of_same_letters(texts, spoken_as):
        spoken[text] = spoken[other]
    plain = {
        text: reading
        for text in texts
        if not spoken_as.keys().isdisjoint(text.split())
        and (reading := phones(text)) != spoken[text]
    }
    forms: list[SpokenForm] = []
    for text, entry in sorted(said):
        kind = said[text, entry]
        forms.append(SpokenForm(text, entry, kind, spoken[text]))
        if text in plain and kind in _READ_PLAINLY:
            forms.append(SpokenForm(text, entry, kind, plain[text]))
    return tuple(forms)


def _of_same_letters(
    texts: Iterable[str], spoken_as: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Texts of the same letters in other words, each with that which tells best how they are said:
    nobody hears whether it is Da Costa or Dacosta. A pronunciation that was given tells most, else
    more words tell more."""
    of_letters: dict[str, str] = {}
    alike: dict[str, list[str]] = {}
    for text in texts:
        letters = text.replace(" ", "")
        other = of_letters.setdefault(letters, text)
        if other is not text:
            alike.setdefault(letters, [other]).append(text)
    for found in alike.values():
        # Letters that are said one by one are no words: I T isn't "it".
        named = [text for text in found if all(len(w) > 1 or w == "o" for w in text.split())]
        given = {text: sum(len(w) for w in text.split() if w in spoken_as) for text in named}
        best = max(named, key=lambda text: (given[text], text.count(" "), text), default="")
        yield from ((text, best) for text in named if text != best)
