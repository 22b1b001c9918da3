"""What stands in a name cell and names nobody: vacant posts, test accounts, digits."""

from __future__ import annotations

import unicodedata
from typing import Final

from directory.findings import ERROR, Finding
from directory.name_words import DUMMY, DUMMY_PHRASE, VACANT

_BESIDE_LETTERS: Final = frozenset(" '-.,?·")
"""What a name has beside letters and accents; "?" stands for a letter that an export lost."""


def is_vacant(*texts: str) -> bool:
    """Whether a name says that the post has no holder: "VACANT", "Vacancy - Planner", "TBC"."""
    said = [text.strip(" -–*()[].") for text in texts if text.strip(" -–*()[].")]
    return any(VACANT.fullmatch(text) for text in said)


def is_dummy(*texts: str) -> bool:
    """Whether a name is a placeholder of the system's, not a person's: "Test Test"."""
    folded = " ".join(filter(None, texts)).casefold()
    words = folded.replace(DUMMY_PHRASE, "dummy").split()
    longer = [word for word in words if len(word.rstrip(".")) > 1]
    return bool(words) and all(word in DUMMY for word in longer or words)


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


def unusable(field: str, text: str) -> Finding:
    return Finding(field, text, "", "not a name: it has digits or symbols", ERROR)
