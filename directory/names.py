"""A person's name taken apart: title, forename, known-as, middle names, surname, suffix."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from nameparser import Lexicon, Parser

from directory.cell_text import plain_punctuation
from directory.findings import ERROR, INFO, WARNING, Finding
from directory.name_case import forename_case, is_one_case, surname_case
from directory.name_words import (
    DUMMY,
    MAIDEN,
    NOTE,
    SUFFIXES,
    SUFFIXES_ALSO_NAMES,
    TITLES,
    TITLES_ONLY_ALONE,
    VACANT,
)

_ASIDE: Final = re.compile(
    r"""
    \(([^()]*)\) | \[([^\[\]]*)\] | "([^"]*)" | “([^”]*)” | (?<!\S)['`]([^'`]+)['`](?!\S)
    | (?<=\s)n[ée?]e\ ([^\W\d_][\w'-]*)
    | (?<=\s)(?:known\ as|aka|a\.k\.a\.|goes\ by|prefers)\s+([^\W\d_][\w'-]*)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What stands beside a name: in brackets, in quotes, after "née", after "known as"."""
_BESIDE_LETTERS: Final = frozenset(" '-.,?·")
"""What a name has beside letters and accents; "?" stands for a letter that an export lost."""
_SIMPLE: Final = re.compile(r"([^\W\d_]{2,}) ([^\W\d_]{3,})")
_BESIDE_COMMA: Final = re.compile(r"(?<![-*_/\\])[-*_/\\]+(?=\s*,)|(?<=,)(\s*)[-*_/\\]+")
"""What is stray at the end of a name, where the name ends within the text: "Smith-, Jane"."""
_KNOWN_AS_PREFIX: Final = re.compile(
    r"(?:known as|aka|a\.k\.a\.|prefers|goes by)\s+", re.IGNORECASE
)


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


def is_vacant(*texts: str) -> bool:
    """Whether a name says that the post has no holder: "VACANT", "Vacancy - Planner", "TBC"."""
    said = [text.strip(" -–*()[].") for text in texts if text.strip(" -–*()[].")]
    return any(VACANT.fullmatch(text) for text in said)


def is_dummy(*texts: str) -> bool:
    """Whether a name is a placeholder of the system's, not a person's: "Test Test"."""
    words = " ".join(texts).casefold().split()
    return bool(words) and all(word in DUMMY for word in words)


@lru_cache(maxsize=8192)
def clean_title(text: str) -> tuple[str, tuple[Finding, ...]]:
    """A title as it is said: DR. and Doctor are Dr, Cllr. is Councillor, Prof is Professor."""
    if not text:
        return "", ()
    words = text.replace(".", " ").split()
    known = TITLES.get(" ".join(words).casefold())
    if known is None:
        known = " ".join(TITLES.get(word.casefold(), forename_case(word)) for word in words)
    if known == text:
        return text, ()
    return known, (Finding("title", text, known, "usual form of the title", INFO),)


def from_parts(  # the four columns that exports give
    forename: str, surname: str, *, plural_forenames: bool = False
) -> tuple[NameParts, tuple[Finding, ...]]:
    """Names from separate columns. With `plural_forenames` later words are middle names."""
    findings: list[Finding] = []
    forename, known_as, suffix = _set_aside("forename", forename, findings)
    surname, known_as_2, suffix_2 = _set_aside("surname", surname, findings)
    surname, suffix_3 = _without_suffix(surname, findings)
    title, forename = _without_title(forename, surname, findings)
    both, beside = (surname, forename) if "," in surname else (forename, surname)
    if "," in both and not is_name(beside):
        last, _, first = both.partition(",")
        if first.strip() and last.strip():
            if beside:
                findings.append(unusable("surname", beside))
            findings.append(
                Finding("forename", both, first.strip(), 'taken out of "Surname, First"', WARNING)
            )
            forename, surname = first.strip(), last.strip()
    title_2, surname = _without_title(surname, "", findings)
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
        title=title or title_2,
        known_as=known_as or known_as_2,
        middle_names=middle,
        suffix=" ".join(filter(None, (suffix, suffix_2, suffix_3))),
    )
    return _cased(parts, findings), tuple(findings)


def from_whole(name: str) -> tuple[NameParts, tuple[Finding, ...]]:
    """A name from one column: "Surname, First", "First Surname", "Dr Jane Smith OBE (Jan)"."""
    simple = _SIMPLE.fullmatch(name)
    if (
        simple
        and simple[1].casefold() not in TITLES
        and simple[2].casefold() not in SUFFIXES
        and not (simple[1].isupper() and not simple[2].isupper())
    ):
        findings: list[Finding] = []
        return _cased(NameParts(surname=simple[2], forename=simple[1]), findings), tuple(findings)
    return _from_whole_parsed(name)


def _from_whole_parsed(name: str) -> tuple[NameParts, tuple[Finding, ...]]:
    findings: list[Finding] = []
    rest, known_as, suffix = _set_aside("name", name, findings)
    rest, suffix_2 = _without_suffix(rest, findings)
    title, rest = _without_title(rest, "", findings)
    last, comma, first = rest.partition(", ")
    if comma:
        title_2, first = _without_title(first, last, findings)
        title, rest = title or title_2, f"{last}, {first}"
    parsed = _parser().parse(rest)
    forename, middle, surname = parsed.given, parsed.middle, parsed.family
    if not surname and forename:
        forename, surname = "", forename
    if "," in rest and surname:
        findings.append(Finding("name", name, f"{forename} {surname}".strip(),
                                'written "Surname, First"', INFO))  # fmt: skip
    first = rest.split(" ")[0]
    in_doubt = (
        "," not in rest
        and not title
        and not middle
        and first == forename
        and len(first) > 2  # noqa: PLR2004
        and first.isupper()
        and not surname.isupper()
        and any(character.islower() for character in surname)
    )
    parts = NameParts(
        surname=surname,
        forename=forename,
        title=title,
        known_as=known_as or parsed.nickname,
        middle_names=middle,
        suffix=" ".join(filter(None, (suffix, suffix_2, _usual_suffix(parsed.suffix)))),
        order_in_doubt=in_doubt,
    )
    return _cased(parts, findings), tuple(findings)


def is_name(text: str) -> bool:
    """Whether a text can be a name at all: it begins with a letter, and has no digit or symbol."""
    return (
        any(character.isalpha() for character in text)
        and (text[0].isalpha() or text[0] == "?")
        and all(
            character.isalpha()
            or character in _BESIDE_LETTERS
            or unicodedata.category(character).startswith("M")
            for character in text
        )
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
            suffix_words=[
                suffix for suffix in SUFFIXES_ALSO_NAMES if suffix in default.suffix_words
            ],
        )
    )


def _set_aside(field: str, text: str, findings: list[Finding]) -> tuple[str, str, str]:
    """The text without what stands in brackets or quotes, the known-as name, and a suffix."""
    known_as = suffix = ""
    text = plain_punctuation_found(field, text, findings)
    while match := _ASIDE.search(text):
        aside = next((group for group in match.groups() if group is not None), "").strip()
        aside = f"née {aside}" if match[6] is not None else aside
        text = f"{text[: match.start()].rstrip()} {text[match.end() :].lstrip()}".strip()
        aside = _KNOWN_AS_PREFIX.sub("", aside).strip(" '\"")
        folded = aside.casefold().rstrip(".")
        if not aside:
            continue
        if maiden := MAIDEN.fullmatch(aside):
            findings.append(Finding(field, aside, maiden[1], "former name taken out", WARNING))
        elif folded in SUFFIXES:
            suffix = SUFFIXES[folded]
            findings.append(Finding("suffix", aside, suffix, "taken out of the name", WARNING))
        elif folded in TITLES or NOTE.fullmatch(aside) or not is_name(aside) or known_as:
            findings.append(Finding(field, aside, "", "a note, not a name: taken out", WARNING))
        elif len(aside.split()) <= 2:  # noqa: PLR2004
            known_as = aside
            findings.append(
                Finding(
                    "known_as", "", forename_case(aside), "given in brackets or quotes", WARNING
                )
            )
        else:
            findings.append(Finding(field, aside, "", "a note, not a name: taken out", WARNING))
    return text, known_as, suffix


def plain_punctuation_found(field: str, text: str, findings: list[Finding]) -> str:
    """Apostrophes and hyphens as typed, stray ones at the ends taken off."""
    plain = text if text.isascii() and "`" not in text else plain_punctuation(text)
    plain = re.sub(r"\s*-\s*", "-", plain) if "-" in plain else plain
    if "'" in plain:
        plain = re.sub(r"\b([OoDd])' (?=[^\W\d_])", r"\1'", plain)
    if plain != text:
        findings.append(Finding(field, text, plain, "typed apostrophe or hyphen", INFO))
    stripped = plain.strip(" ,;:.*-_/\\") if plain[-1:] != "." else plain.strip(" ,;:*-_/\\")
    if "," in stripped:
        stripped = _BESIDE_COMMA.sub(r"\1", stripped)
    if stripped != plain:
        findings.append(Finding(field, plain, stripped, "stray punctuation", INFO))
    return stripped


def _without_title(text: str, rest: str, findings: list[Finding]) -> tuple[str, str]:
    words = text.split(" ")
    taken: list[str] = []
    while words:
        folded = _joined(words[:1])
        several = next((count for count in (3, 2) if _joined(words[:count]) in TITLES), 0)
        if several and len(words) > several:
            taken.append(TITLES[_joined(words[:several])])
            del words[:several]
        elif (
            folded in TITLES
            and (len(words) > 1 or rest)
            and not (folded in TITLES_ONLY_ALONE and len(words) == 1)
        ):
            taken.append(TITLES[folded])
            del words[0]
        else:
            break
    title = " ".join(taken)
    if title:
        findings.append(Finding("title", text, title, "taken out of the name", WARNING))
    return title, " ".join(words)


def _joined(words: list[str]) -> str:
    return " ".join(word.casefold().rstrip(".") for word in words)


def _without_suffix(text: str, findings: list[Finding]) -> tuple[str, str]:
    words = text.split(" ")
    taken: list[str] = []
    while len(words) > 1:
        last = words[-1].rstrip(",").replace(".", "").casefold()
        comma_before = words[-2].endswith(",")
        known = SUFFIXES.get(last)
        if known is None or (last in SUFFIXES_ALSO_NAMES and not (comma_before and words[:-2])):
            break
        taken.insert(0, known)
        words.pop()
        words[-1] = words[-1].rstrip(",")
    suffix = " ".join(taken)
    if suffix:
        findings.append(Finding("suffix", text, suffix, "taken out of the name", WARNING))
    return " ".join(words), suffix


def _usual_suffix(text: str) -> str:
    return " ".join(
        SUFFIXES.get(word.casefold().replace(".", ""), word)
        for word in text.replace(",", " ").split()
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


def unusable(field: str, text: str) -> Finding:
    return Finding(field, text, "", "not a name: it has digits or symbols", ERROR)
