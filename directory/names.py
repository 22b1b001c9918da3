"""A person's name taken apart: title, forename, known-as, middle names, surname, suffix."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from nameparser import Lexicon, Parser

from directory.beside_name import set_aside
from directory.findings import ERROR, INFO, WARNING, Finding
from directory.name_affixes import is_one_surname, usual_suffix, without_suffix, without_title
from directory.name_case import forename_case, is_initials, is_one_case, surname_case
from directory.name_words import (
    BEHIND_O,
    SUFFIXES,
    SUFFIXES_ALSO_NAMES,
    TITLES,
    TITLES_BEHIND,
)
from directory.no_name import is_name, unusable

_SIMPLE: Final = re.compile(r"([^\W\d_]{2,}) ([^\W\d_]{3,})")
_NO_SURNAME: Final = frozenset({*SUFFIXES, *TITLES_BEHIND})
_INITIAL: Final = re.compile(r"[^\W\d_]\.?|(?:[^\W\d_]\.){2,}[^\W\d_]?")
_SURNAMES: Final = frozenset({"do", "obi"})
"""Of the suffixes that nameparser knows, the surnames that are no British suffix."""
_WELSH: Final = frozenset({"ap", "ab", "ferch"})
"""Son or daughter of, within a surname: nameparser's particles have none of them."""
_TWO_PEOPLE: Final = re.compile(r"\s+(?:and|&|\+)\s+|\s*[;/&]\s*", re.IGNORECASE)
_IRISH: Final = re.compile(rf"(?<= )(O) (?=(?:{'|'.join(sorted(BEHIND_O))})\b)", re.IGNORECASE)
"""An O that has lost its apostrophe."""


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name as cleansed. `order_in_doubt`: which of the two is the surname is a guess."""

    surname: str = ""
    forename: str = ""
    title: str = ""
    known_as: str = ""
    middle_names: str = ""
    suffix: str = ""
    order_in_doubt: bool = False


def from_parts(  # the four columns that exports give
    forename: str, surname: str, *, plural_forenames: bool = False
) -> tuple[NameParts, tuple[Finding, ...]]:
    """Names from separate columns. With `plural_forenames` later words are middle names."""
    findings: list[Finding] = []
    forename, aside = set_aside("forename", forename, findings)
    surname, aside_2 = set_aside("surname", surname, findings)
    beside = aside.suffix or aside_2.suffix
    surname, suffix = without_suffix(surname, forename, findings, beside=beside)
    title, forename = without_title(forename, surname, findings)
    both, other = (surname, forename) if "," in surname else (forename, surname)
    if "," in both and not is_name(other):
        last, _, first = both.partition(",")
        if first.strip() and last.strip():
            if other:
                findings.append(unusable("surname", other))
            findings.append(
                Finding("forename", both, first.strip(), 'taken out of "Surname, First"', WARNING)
            )
            surname = last.strip()
            title_2, forename = without_title(first.strip(), surname, findings)
            title = _all_of(title, title_2)
    title_3, surname = without_title(surname, "", findings)
    middle = ""
    words = forename.split(" ")
    later = words[1:]
    if later and (plural_forenames or all(len(word.strip(".")) == 1 for word in later)):
        middle = " ".join(later)
        findings.append(
            Finding("middle_names", forename, middle, "taken out of the forename", INFO)
        )
        forename = words[0]
    parts = NameParts(
        surname=surname,
        forename=forename,
        title=_all_of(title, title_3, aside.title, aside_2.title),
        known_as=aside.known_as or aside_2.known_as,
        middle_names=middle,
        suffix=_all_of(suffix, aside.suffix, aside_2.suffix),
    )
    return _cased(parts, findings), tuple(findings)


def from_whole(name: str) -> tuple[NameParts, tuple[Finding, ...]]:
    """A name from one column: "Surname, First", "First Surname", "Dr Jane Smith OBE (Jan)"."""
    simple = _SIMPLE.fullmatch(name)
    if (
        simple
        and simple[1].casefold() not in TITLES
        and simple[2].casefold() not in _NO_SURNAME
        and not (simple[1].isupper() and not simple[2].isupper())
    ):
        findings: list[Finding] = []
        return _cased(NameParts(surname=simple[2], forename=simple[1]), findings), tuple(findings)
    return _from_whole_parsed(name)


def _from_whole_parsed(name: str) -> tuple[NameParts, tuple[Finding, ...]]:
    findings: list[Finding] = []
    rest, aside = set_aside("name", name, findings)
    rest = _one_person(re.sub(r"\s*,\s*", ", ", rest) if "," in rest else rest, findings)
    title, rest = without_title(rest, "", findings)
    rest, suffix = without_suffix(rest, "", findings, beside=aside.suffix)
    last, comma, first = rest.partition(", ")
    if comma:
        title_2, first = without_title(first, last, findings)
        title, rest = _all_of(title, title_2), f"{last}, {first}" if first else last
    parts = _ordered(rest, findings)
    if "," in rest and parts.surname:
        findings.append(Finding("name", name, f"{parts.forename} {parts.surname}".strip(),
                                'written "Surname, First"', INFO))  # fmt: skip
    parts = replace(
        parts,
        title=_all_of(title, aside.title),
        known_as=aside.known_as or parts.known_as,
        suffix=_all_of(suffix, aside.suffix, parts.suffix),
        order_in_doubt=not title and _order_in_doubt(rest, parts),
    )
    return _cased(parts, findings), tuple(findings)


def _all_of(*found: str) -> str:
    return " ".join(dict.fromkeys(filter(None, found)))


def _one_person(text: str, findings: list[Finding]) -> str:
    """The first of two people in one cell: "John Smith and Jane Doe"."""
    one, *others = _TWO_PEOPLE.split(text)
    # A surname may have a stroke: "Ann Smith/Jones".
    if others and " " in one and ("/" not in text or " " in others[0]):
        reason = "two people in one cell: the first is taken, give each a row"
        findings.append(Finding("name", text, one, reason, ERROR))
        return one
    if re.search(r"(?<=\S )and(?= \S)", text, re.IGNORECASE):
        reason = "two people or no person in one cell: kept as written, give each a row"
        findings.append(Finding("name", text, text, reason, ERROR))
    return text


def _ordered(text: str, findings: list[Finding]) -> NameParts:
    """Which words are the surname. Titles, suffixes and asides are taken out before."""
    last, comma, first = text.partition(", ")
    if comma and not re.search(r"[ ,]", first) and is_one_surname(last.split(" ")):
        return NameParts(surname=last, forename=first)
    words = text.split(" ")
    if "," not in text and len(words) > 1 and not _INITIAL.fullmatch(words[0]):
        surname, forename, *middle = words
        if all(map(_INITIAL.fullmatch, words[1:])):
            reason = "an initial behind the surname"
            findings.append(Finding("forename", text, forename, reason, WARNING))
            return NameParts(surname, forename, middle_names=" ".join(middle))
    return _parsed(text, findings)


def _parsed(text: str, findings: list[Finding]) -> NameParts:
    plain = _IRISH.sub(r"\1'", text)
    if plain != text:
        findings.append(Finding("surname", text, plain, "O without its apostrophe", WARNING))
    parsed = _parser().parse(plain)
    words = plain.split(" ")
    if parsed.suffix and len(words) == 2 and "," not in plain:  # noqa: PLR2004
        # Jack MA and Linh DO have a surname: the suffixes that none is are taken out before.
        return NameParts(surname=words[1], forename=words[0])
    # What nameparser takes for a title is a forename cut short: ours are taken out before.
    forename = f"{parsed.title} {parsed.given}".strip()
    surname = parsed.family
    before, _, last = forename.rpartition(" ")
    if not parsed.given and last.casefold() == "st.":
        forename, surname = before, f"{last} {surname}"
    if not surname and forename:
        forename, surname = "", forename
    suffix = usual_suffix(parsed.suffix)
    if suffix:
        findings.append(Finding("suffix", text, suffix, "taken out of the name", WARNING))
    if parsed.maiden:
        findings.append(Finding("name", parsed.maiden, "", "former name taken out", WARNING))
    return NameParts(surname, forename, "", parsed.nickname, parsed.middle, suffix)


def _order_in_doubt(text: str, parts: NameParts) -> bool:
    first = text.partition(" ")[0]
    return (
        "," not in text
        and not parts.middle_names
        and first == parts.forename
        and len(first) > 2  # noqa: PLR2004
        and first.isupper()
        and not is_initials(first)
        and not parts.surname.isupper()
        and any(character.islower() for character in parts.surname)
    )


@lru_cache(maxsize=1)
def _parser() -> Parser:
    # Titles are taken out before: those of nameparser are also names (Prince, Judge, Sister).
    default = Lexicon.default()
    return Parser(
        default.remove(
            titles=default.titles,
            given_name_titles=default.given_name_titles,
            after_given_titles=default.after_given_titles,
            suffix_words=SUFFIXES_ALSO_NAMES & default.suffix_words,
            suffix_acronyms=_SURNAMES,
            suffix_acronyms_ambiguous=_SURNAMES & default.suffix_acronyms_ambiguous,
        ).add(particles=_WELSH, particles_ambiguous=_WELSH)
    )


def _cased(parts: NameParts, findings: list[Finding]) -> NameParts:
    changes: dict[str, Any] = {}
    for field, rule in (
        ("forename", forename_case),
        ("known_as", forename_case),
        ("middle_names", forename_case),
        ("surname", surname_case),
    ):
        before = getattr(parts, field)
        if not before or not is_one_case(before):
            continue
        after = rule(before)
        if after != before:
            findings.append(Finding(field, before, after, "capitals", INFO))
            changes[field] = after
    if changes:
        parts = replace(parts, **changes)
    if parts.known_as and parts.known_as.casefold() == parts.forename.casefold():
        parts = replace(parts, known_as="")
    return parts
