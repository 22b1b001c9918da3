"""What is typed beside a name in its cell: in brackets and quotes, and stray punctuation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from directory.cell_text import plain_punctuation
from directory.findings import INFO, WARNING, Finding
from directory.name_case import forename_case
from directory.name_words import MAIDEN, NOTE, SUFFIXES, TITLES, TITLES_ONLY_ALONE
from directory.no_name import is_name

IN_BRACKETS: Final = "given in brackets"
_SAID: Final = "given in quotes or as known as"
TYPED: Final = "typed apostrophe or hyphen"
_ASIDE: Final = re.compile(
    r"""
    \(([^()]*)\) | \[([^\[\]]*)\] | "([^"]*)" | “([^”]*)” | (?<!\S)['`]([^'`]+)['`](?!\S)
    | (?<=\s)n[ée?]e\ ([^\W\d_][\w'-]*)
    | (?<=\s)(?:known\ as|aka|a\.k\.a\.|goes\ by|prefers)\s+([^\W\d_][\w'-]*)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What stands beside a name: in brackets, in quotes, after "née", after "known as"."""
_BESIDE_COMMA: Final = re.compile(r"(?<![-*_/\\])[-*_/\\]+(?=\s*,)|(?<=,)(\s*)[-*_/\\]+")
"""What is stray at the end of a name, where the name ends within the text: "Smith-, Jane"."""
_KNOWN_AS_PREFIX: Final = re.compile(
    r"(?:known as|aka|a\.k\.a\.|prefers|goes by)\s+", re.IGNORECASE
)


@dataclass(slots=True)
class Aside:
    """What stood in brackets or quotes and says something of the person."""

    title: str = ""
    known_as: str = ""
    suffix: str = ""


def set_aside(field: str, text: str, findings: list[Finding]) -> tuple[str, Aside]:
    """The text without what stands in brackets or quotes, and what that says."""
    found = Aside()
    text = _plain_punctuation_found(field, text, findings)
    while match := _ASIDE.search(text):
        aside = next((group for group in match.groups() if group is not None), "").strip()
        aside = f"née {aside}" if match[6] is not None else aside
        text = f"{text[: match.start()].rstrip()} {text[match.end() :].lstrip()}".strip()
        named = _KNOWN_AS_PREFIX.sub("", aside).strip(" '\"")
        bracketed = match[1] is not None or match[2] is not None
        if named:
            reason = IN_BRACKETS if bracketed and named == aside else _SAID
            _read_aside(field, named, found, findings, reason)
    return text, found


def _read_aside(field: str, aside: str, found: Aside, findings: list[Finding], reason: str) -> None:
    folded = aside.casefold().rstrip(".")
    if maiden := MAIDEN.fullmatch(aside):
        findings.append(Finding(field, aside, maiden[1], "former name taken out", WARNING))
    elif folded in SUFFIXES:
        found.suffix = f"{found.suffix} {SUFFIXES[folded]}".strip()
        findings.append(
            Finding("suffix", aside, SUFFIXES[folded], "taken out of the name", WARNING)
        )
    elif folded in TITLES and folded not in TITLES_ONLY_ALONE:
        title = TITLES[folded]
        found.title = f"{found.title} {title}".strip()
        findings.append(Finding("title", aside, title, "taken out of the name", WARNING))
    elif (
        folded in TITLES
        or NOTE.fullmatch(aside)
        or not is_name(aside)
        or found.known_as
        or len(aside.split()) > 2  # noqa: PLR2004
    ):
        findings.append(Finding(field, aside, "", "a note, not a name: taken out", WARNING))
    else:
        found.known_as = aside
        findings.append(Finding("known_as", "", forename_case(aside), reason, WARNING))


def _plain_punctuation_found(field: str, text: str, findings: list[Finding]) -> str:
    """Apostrophes and hyphens as typed, stray ones at the ends taken off."""
    plain = text if text.isascii() and "`" not in text else plain_punctuation(text)
    plain = re.sub(r"\s*-\s*", "-", plain) if "-" in plain else plain
    if "'" in plain:
        plain = re.sub(r"\b([OoDd])' (?=[^\W\d_])", r"\1'", plain)
    if plain != text:
        findings.append(Finding(field, text, plain, TYPED, INFO))
    stripped = plain.strip(" ,;:.*-_/\\") if plain[-1:] != "." else plain.strip(" ,;:*-_/\\")
    if "," in stripped:
        stripped = _BESIDE_COMMA.sub(r"\1", stripped)
    if stripped != plain:
        findings.append(Finding(field, plain, stripped, "stray punctuation", INFO))
    return stripped
