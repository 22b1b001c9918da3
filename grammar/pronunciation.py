"""How an administrator writes a pronunciation: a respelling (CHUM-lee) or IPA in slashes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

from grammar.errors import GrammarError
from grammar.phones import from_ipa, phones
from grammar.shipped import rows
from grammar.text import normalise

_SPELLING = frozenset("cq")
"""IPA of other languages, but written by somebody who spells: /qureshi/, /cholmondeley/."""
EXAMPLES = "for example CHUM-lee, shiv-AWN or /ˈtʃʌmli/"


class PronunciationError(GrammarError):
    """A pronunciation can't be read; the message says what and shows the notation."""


def to_phones(pronunciations: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Phones by word for (word, pronunciation) pairs. Raises PronunciationError."""
    return {one_word(word): parse(spoken) for word, spoken in pronunciations}


def one_word(word: str) -> str:
    """The word as it stands in forms. Raises PronunciationError unless it is a single one."""
    text = normalise(word)
    if not text or " " in text:
        raise PronunciationError(
            f"“{word}” is not one word; set the pronunciation of each word of a name by itself."
        )
    return text


def parse(spoken: str) -> str:
    """The phones of a respelling or of /IPA/.

    A respelling is read as English, part by part between hyphens or spaces; capitals (stress)
    make no difference. Raises PronunciationError, with an example, for what can't be said.
    """
    spoken = spoken.strip()
    if spoken.startswith("/"):
        if not re.fullmatch(r"/[^/]+/", spoken):
            raise PronunciationError(f"IPA stands between two slashes, {EXAMPLES}.")
        if unknown := [*filter(_is_no_phone, dict.fromkeys(_symbols(spoken)))]:
            are = "are not IPA symbols" if len(unknown) > 1 else "is not an IPA symbol"
            raise PronunciationError(
                f"{', '.join(f'“{symbol}”' for symbol in unknown)} in {spoken} {are} of English "
                "speech; write the name as a respelling instead, for example CHUM-lee."
            )
        found = from_ipa(spoken.strip("/"))
    else:
        if not re.fullmatch(r"[A-Za-zÀ-ž' -]+", spoken):
            raise PronunciationError(
                f"“{spoken}” is neither a respelling nor IPA in slashes; write it with letters and "
                f"hyphens, {EXAMPLES}."
            )
        found = phones(normalise(spoken.lower()))
    if not found:
        raise PronunciationError(
            f"“{spoken}” has no sound; write how the name is said, {EXAMPLES}."
        )
    return found


def _symbols(spoken: str) -> str:
    return unicodedata.normalize("NFC", spoken.strip("/").lower())


@cache
def _is_no_phone(symbol: str) -> bool:
    try:
        from_ipa(symbol)
    except GrammarError:
        return True
    return symbol in _SPELLING


@cache
def shipped_pronunciations() -> Mapping[str, str]:
    """Phones by word for the shipped list of names that plain G2P gets wrong."""
    return to_phones((word, spoken) for word, spoken, _origin in shipped_rows())


@cache
def shipped_rows() -> tuple[tuple[str, str, str], ...]:
    """The shipped list: (word, pronunciation, origin), in the file's order."""
    return tuple(
        (word, spoken, origin) for word, spoken, origin in rows("grammar", "pronunciations.tsv")
    )
