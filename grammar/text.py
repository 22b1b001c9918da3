"""Normalised text: the one spelling in which the directory, the caller and the engine can meet."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from directory.abbreviations import SPELLED

_NOT_DECOMPOSED = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O",
        "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th",
        "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "ng", "Ŋ": "Ng", "ə": "e", "Ə": "E",
        "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "′": "'",
    }
)  # fmt: skip
"""Letters that NFKD leaves whole, and the apostrophes that people paste out of word processors."""

_SYMBOLS = {"&": " and ", "+": " and ", "@": " at ", "%": " per cent "}

_PARTICLE = re.compile(r"\b([DLMNOdlmno])'(?=[A-Za-z]{2})")
"""O'Neill, D'Souza, M'Bala: the particle becomes a word of its own. Glued on ("oneill") it ruins
both G2P ("won ill") and the engine's vocabulary; apart, "o" and "neill" are each said right."""

_LETTERS_OR_DIGITS = re.compile(r"[A-Za-z]+|[0-9]+")
_ORDINAL = re.compile(r"\b([0-9]{1,2})(?:st|nd|rd|th)\b", re.IGNORECASE)

_ABBREVIATIONS = {
    "cllr": "councillor",
    "councilor": "councillor",
    "dept": "department",
    "doc": "doctor",
    "dr": "doctor",
    "mister": "mr",
    "missus": "mrs",
    "misses": "mrs",
    "mx": "mx",
    "prof": "professor",
    "rev": "reverend",
    "revd": "reverend",
    "st": "saint",
}
"""One spelling for what is said in one way. "st" is Saint: a name directory has few streets."""

_SAID_AS_WORDS = frozenset({"MR", "MS", "MX", "DR", "ST", "NG", "JR", "SR", "MRS", "CLLR", "DEPT"})
_SHORT = 5
"""Capitals without a vowel, up to this many letters, are an abbreviation said letter by letter."""
_LETTER_PAIR = 2
"""Two capitals are letters even with a vowel: IT, HR, UK."""

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = (
    "zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip


@lru_cache(maxsize=1 << 16)
def normalise(text: str) -> str:
    """Lower-case ASCII words separated by one space; "" when nothing can be said.

    Idempotent. Accents are folded, "&" becomes "and", hyphens and other punctuation separate,
    apostrophes vanish (after O, D, L, M, N at the start of a name they separate), numbers below
    100 become words and longer ones their digits, abbreviated titles are written out, and short
    abbreviations in capitals are spelled ("HR" is "h r", "IT" is "i t").
    """
    text = unicodedata.normalize("NFKD", text.translate(_NOT_DECOMPOSED))
    text = "".join(_SYMBOLS.get(char, char) for char in text if not unicodedata.combining(char))
    text = _PARTICLE.sub(r"\1 ", text).replace("'", "")
    text = _ORDINAL.sub(lambda match: f" {_ordinal(match[1])} ", text)
    tokens = _LETTERS_OR_DIGITS.findall(text)
    shouted = not any(char.islower() for char in text) and any(len(t) > _SHORT for t in tokens)
    words: list[str] = []
    for token in tokens:
        if token.isdigit():
            words.extend(_spoken_number(token))
        elif token in SPELLED or (not shouted and _is_spelled(token)):
            words.extend(token.lower())
        else:
            lower = token.lower()
            words.append(_ABBREVIATIONS.get(lower, lower))
    return " ".join(words)


def _is_spelled(token: str) -> bool:
    """Whether capitals stand for letters: two of them, or a few without a vowel among them."""
    if not token.isupper() or token in _SAID_AS_WORDS or not 1 < len(token) <= _SHORT:
        return False
    return len(token) <= _LETTER_PAIR or not set(token) & set("AEIOUY")


def _spoken_number(digits: str) -> list[str]:
    """ "12" is "twelve"; "101" and "07" are said digit by digit, as numbers on a phone are."""
    if len(digits) > len("99") or digits.startswith("0"):
        return [_ONES[int(digit)] for digit in digits]
    return _below_hundred(int(digits))


def _below_hundred(number: int) -> list[str]:
    if number < len(_ONES):
        return [_ONES[number]]
    tens, ones = divmod(number, 10)
    return [_TENS[tens]] + ([_ONES[ones]] if ones else [])


def _ordinal(digits: str) -> str:
    *head, last = _below_hundred(int(digits))
    if last.endswith("y"):
        return " ".join([*head, last[:-1] + "ieth"])
    return " ".join([*head, _ORDINALS.get(last, last + "th")])
