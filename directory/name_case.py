"""Capitals in names that were typed in one case only. Mixed case is how its owner writes it."""

from __future__ import annotations

import re
from typing import Final

_PARTICLES: Final = frozenset(
    {"van", "von", "der", "den", "de", "del", "dela", "della", "di", "da", "dos", "das", "du",
     "ter", "ten", "zu", "zur", "al", "el", "bin", "binti", "ibn", "af", "av", "und", "y", "e",
     "ap", "ab", "ferch"}
)  # fmt: skip
"""Lower case inside a surname: "van der Berg". "Le" and "La" are capitals in British use."""
_BEHIND_DE: Final = frozenset({"la", "las", "los"})
"""Lower case behind "de" only: "de la Cruz"."""
_ROMAN: Final = frozenset({"ii", "iii", "iv"})
_MC: Final = re.compile(r"mc([^\W\d_]{2,})")
_MAC: Final = re.compile(r"mac(donald|leod|lean|gregor|pherson)")
"""Clan names that are mostly written with a second capital; a rule for all would write MacHin."""
_APOSTROPHE_PREFIX: Final = frozenset({"o", "d", "n", "m", "l", "t", "k"})
_PARTS: Final = re.compile(r"([\s\-'.]+)")
_VOWEL: Final = re.compile(r"[aeiouyàáâäãèéêëìíîïòóôöõùúûüý]", re.IGNORECASE)
_SHOUTED_MC: Final = re.compile(r"Ma?c[A-Z]{3,}")


def surname_case(surname: str) -> str:
    """A surname's words in usual capitals where they are all in one case.

    MCDONALD is McDonald: "Mc" before a small letter is hardly used. MACLEAN is MacLean, with the
    few clan names that are mostly written so; MACKAY is Mackay, because a rule for all would write
    MacHin and MacKie. Where other rows of the file spell the name in mixed case, and all alike,
    `directory.spellings` follows them. All these sound the same.
    """
    words = surname.split(" ")
    last = len(words) - 1
    return " ".join(
        word.casefold()
        if index < last and _is_particle(words, index) and _one_case(word)
        else (word if word.islower() and not surname.islower() else _word_case(word))
        for index, word in enumerate(words)
    )


def _is_particle(words: list[str], index: int) -> bool:
    folded = words[index].casefold()
    behind_de = index > 0 and words[index - 1].casefold() == "de"
    return folded in _PARTICLES or (behind_de and folded in _BEHIND_DE)


def forename_case(forename: str, *, initials_are_capitals: bool = True) -> str:
    """A forename's words in usual capitals where they are all in one case; JP and AJ stay."""
    return " ".join(
        word
        if initials_are_capitals and is_initials(word)
        else (word.upper() if len(word.rstrip(".")) == 1 else _word_case(word))
        for word in forename.split(" ")
    )


def is_one_case(text: str) -> bool:
    """Whether any word of it is all capitals or all small, so that its case says nothing."""
    return any(
        (_one_case(word) and (len(word) > 1 or word.islower())) or _SHOUTED_MC.fullmatch(word)
        for word in re.split(r"[\s\-]+", text)
    )


def is_initials(word: str) -> bool:
    """Whether a word in capitals is initials: J.P., JP and AJ, not JO."""
    bare = word.replace(".", "")
    if "." in word and word.isupper():
        return all(len(part) <= 1 for part in word.split("."))
    return (
        len(bare) in {2, 3}
        and bare.isupper()
        and (not _VOWEL.search(bare) or (len(bare) == 2 and bare.endswith("J")))  # noqa: PLR2004
    )


def _one_case(word: str) -> bool:
    return word.isupper() or word.islower()


def _word_case(word: str) -> str:
    if _SHOUTED_MC.fullmatch(word):
        word = word.upper()
    parts = _PARTS.split(word)
    return "".join(
        part if index % 2 else _part_case(part, parts[index + 1 : index + 2], word)
        for index, part in enumerate(parts)
    )


def _part_case(part: str, separator: list[str], word: str) -> str:
    folded = part.casefold()
    initial = len(part) == 1 and part.isupper()
    numeral = folded in _ROMAN and part.isupper()
    # ß and its like: no rule is certain.
    odd = len(folded) != len(part)
    # Small beside capital letters is deliberate: ffinch-Hatton.
    meant = not _one_case(part) or (part.islower() and not word.islower())
    if not part or initial or numeral or odd or meant:
        return part
    if not separator and "'" in word and len(part) == 1:
        return folded
    if folded in _APOSTROPHE_PREFIX and separator == ["'"]:
        return folded.upper()
    for prefix, pattern in (("Mc", _MC), ("Mac", _MAC)):
        if match := pattern.fullmatch(folded):
            return prefix + match[1].capitalize()
    return folded.capitalize()
