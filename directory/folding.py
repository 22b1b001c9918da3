"""Text reduced to what two spellings of one name share."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower case without accents: Siân and SIAN are "sian"."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


@lru_cache(maxsize=65536)
def fold_name(text: str) -> str:
    """As `fold`, letters only: O'Neill and ONEILL, Smith-Jones and Smith Jones are one."""
    return "".join(character for character in fold(text) if character.isalpha())
