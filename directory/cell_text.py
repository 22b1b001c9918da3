"""The text of a cell as it was meant: white space, Unicode form, mojibake, placeholders."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from directory.findings import ERROR, INFO, WARNING, Finding

_MAX_TEXT: Final = 300
"""Longest text kept, in characters: no name, job title or address line is longer."""
_PLACEHOLDERS: Final = frozenset(
    {
        "", "n/a", "na", "n.a.", "n.a", "none", "nil", "null", "unknown", "tbc", "tba", "tbd",
        "to be confirmed", "to be advised", "to be announced", "not applicable", "not known",
        "not set", "no number",
        "xx", "xxx", "xxxx", "blank", "nan", "?", "??", "???", "#n/a", "#ref!", "#value!",
        "#name?", "#null!", "#div/0!", "#num!", "0", "00000", "(blank)", "(none)", "pending",
    }
)  # fmt: skip
_ALSO_NAMES: Final = frozenset({"Na", "Nil", "Null", "Nan", "Blank"})
"""Names of people where they are written as such in a name cell. In capitals nothing tells."""
_NAME_FIELDS: Final = frozenset({"forename", "surname", "name"})
_DASHES_ONLY: Final = re.compile(r"[\s\-–—_.,;:/\\*?]*")
_EXCEL_TEXT: Final = re.compile(r'="([^"]*)"')
_MOJIBAKE: Final = re.compile(r"[ÂÃÄÅÆÊÐÑÙØ×âŽ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_APOSTROPHES: Final = str.maketrans(dict.fromkeys("’‘ʼ`´′＇‛", "'"))
_HYPHENS: Final = str.maketrans(dict.fromkeys("‐‑‒–—−﹣－", "-"))
_ROUNDS: Final = 6
"""Mending one thing can lay bare another: exports pass twice through a wrong encoding."""
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
_SAFE: Final = re.compile(
    r"(?=[^A-Za-z0-9]*[A-Za-z0-9])[A-Za-z0-9',.()&/@+-]+(?: [A-Za-z0-9',.()&/@+-]+)*\Z"
)


def clean_text(field: str, value: str) -> tuple[str, tuple[Finding, ...]]:
    """The cell in NFC with single spaces, or "" when it says that there is nothing.

    Mojibake is repaired only where the repair is certain: the whole cell, read back as
    Windows-1252, is valid UTF-8.
    """
    if _SAFE.match(value) and len(value) <= _MAX_TEXT and value.casefold() not in _PLACEHOLDERS:
        return value, ()
    return _clean_unusual(field, value)


@lru_cache(maxsize=4096)
def _clean_unusual(field: str, value: str) -> tuple[str, tuple[Finding, ...]]:
    findings: list[Finding] = []

    def step(before: str, after: str, reason: str, severity: str) -> str:
        if before != after:
            findings.append(Finding(field, before, after, reason, type(INFO)(severity)))
        return after

    if len(value) > _MAX_TEXT:
        shown = value[:40] + "..."
        return "", (
            Finding(field, shown, "", f"longer than {_MAX_TEXT} characters: left out", ERROR),
        )
    text = value
    for _ in range(_ROUNDS):
        before = text
        text = step(text, _visible(text), "white space", INFO)
        text = step(text, _unprotected(text), "what protects a cell from a spreadsheet", INFO)
        text = step(text, _unmangled(text), "letters mangled by a wrong encoding restored", WARNING)
        text = step(text, unicodedata.normalize("NFC", text), "Unicode form", INFO)
        if text == before:
            break
    if text[:1] == "=" or (text[:1] == "@" and len(text) > 1):
        return "", (Finding(field, value, "", "a formula, never evaluated: left out", ERROR),)
    if "\ufffd" in text:
        findings.append(
            Finding(
                field, text, text.replace("\ufffd", ""),
                "a letter was lost before the export: enter it again at the source", ERROR,
            )
        )  # fmt: skip
        text = _visible(text.replace("\ufffd", ""))
    if is_placeholder(text) and not (field in _NAME_FIELDS and text in _ALSO_NAMES):
        in_doubt = field in _NAME_FIELDS and text.isupper() and text.capitalize() in _ALSO_NAMES
        severity = WARNING if in_doubt else INFO
        text = step(text, "", "says that there is nothing", severity)
    return text, tuple(findings)


def is_placeholder(text: str) -> bool:
    """Whether a cell only says that it is empty: "-", "N/A", "TBC"."""
    return text.casefold() in _PLACEHOLDERS or _DASHES_ONLY.fullmatch(text) is not None


def plain_punctuation(text: str) -> str:
    """Typographic apostrophes and hyphens as typed ones: O’Neill and O'Neill are one name."""
    return text.translate(_APOSTROPHES).translate(_HYPHENS)


def _unprotected(text: str) -> str:
    """A cell without the ="..." or the apostrophe that keeps a spreadsheet from changing it."""
    if excel := _EXCEL_TEXT.fullmatch(text):
        return excel[1]
    return text[1:] if text.startswith(("'+", "'-", "'=", "'@")) else text


def _unmangled(text: str) -> str:
    if text.isascii() or not _MOJIBAKE.search(text):
        return text
    try:
        restored = _windows_bytes(text).decode("utf-8")
    except UnicodeError:
        return text
    # Other scripts come out of chance combinations: a staff list of ours is in Latin letters.
    return restored if _MOJIBAKE.search(restored) or _is_latin(restored) else text


def _is_latin(text: str) -> bool:
    return all(
        character.isascii()
        or unicodedata.name(character, "").startswith("LATIN ")
        or unicodedata.category(character)[0] in "MPZ"
        for character in text
    )


def _windows_bytes(text: str) -> bytes:
    # Windows-1252 leaves five bytes without a letter; programs pass them through as latin-1.
    return b"".join(
        character.encode("latin-1" if "\x80" <= character <= "\x9f" else "cp1252")
        for character in text
    )


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    spaced = "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character) not in _INVISIBLE
    )
    return " ".join(spaced.split())
