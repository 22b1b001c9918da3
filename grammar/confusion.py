"""How easily one phone is taken for another on the telephone, from how the two are articulated.

Consonants differ in voicing, manner and place, weighted by how well each survives noise and a
narrow band: nasality and manner come through, voicing mostly, place hardly at all, and least of
all among fricatives, whose energy lies above 3.4 kHz (G. A. Miller and P. E. Nicely, "An analysis
of perceptual confusions among some English consonants", JASA 27, 1955). Vowels differ by the
distance in height and backness between where they begin and where they end (positions after
J. C. Wells, "Accents of English", 1982), and so cover what accents do to each other's vowels.

The weights come from the features, not from our recordings: nothing here is fitted.
"""

from __future__ import annotations

from functools import cache
from math import hypot
from typing import NamedTuple


class _Consonant(NamedTuple):
    voiced: bool
    manner: str
    place: float
    """0 at the lips to 1 at the glottis."""


class _Vowel(NamedTuple):
    """Height (0 open, 1 close) and backness (0 front, 1 back), at its beginning and its end."""

    height: float
    back: float
    end_height: float
    end_back: float
    long: bool


_CONSONANTS = {
    "p": _Consonant(False, "stop", 0.0), "b": _Consonant(True, "stop", 0.0),
    "t": _Consonant(False, "stop", 0.4), "d": _Consonant(True, "stop", 0.4),
    "k": _Consonant(False, "stop", 0.8), "ɡ": _Consonant(True, "stop", 0.8),
    "ʔ": _Consonant(False, "stop", 1.0),
    "f": _Consonant(False, "fricative", 0.1), "v": _Consonant(True, "fricative", 0.1),
    "θ": _Consonant(False, "fricative", 0.25), "ð": _Consonant(True, "fricative", 0.25),
    "s": _Consonant(False, "fricative", 0.4), "z": _Consonant(True, "fricative", 0.4),
    "ʃ": _Consonant(False, "fricative", 0.6), "ʒ": _Consonant(True, "fricative", 0.6),
    "x": _Consonant(False, "fricative", 0.8), "h": _Consonant(False, "fricative", 1.0),
    "ɬ": _Consonant(False, "fricative", 0.45),
    "ʧ": _Consonant(False, "affricate", 0.6), "ʤ": _Consonant(True, "affricate", 0.6),
    "m": _Consonant(True, "nasal", 0.0), "n": _Consonant(True, "nasal", 0.4),
    "ŋ": _Consonant(True, "nasal", 0.8),
    "l": _Consonant(True, "lateral", 0.4), "ɹ": _Consonant(True, "glide", 0.5),
    "j": _Consonant(True, "glide", 0.7), "w": _Consonant(True, "glide", 0.2),
}  # fmt: skip

_VOWELS = {
    "i": _Vowel(1.0, 0.0, 1.0, 0.0, True), "ɪ": _Vowel(0.8, 0.2, 0.8, 0.2, False),
    "ɛ": _Vowel(0.5, 0.1, 0.5, 0.1, False), "a": _Vowel(0.1, 0.2, 0.1, 0.2, False),
    "ɑ": _Vowel(0.0, 0.8, 0.0, 0.8, True), "ɒ": _Vowel(0.15, 1.0, 0.15, 1.0, False),
    "ɔ": _Vowel(0.45, 1.0, 0.45, 1.0, True), "ʊ": _Vowel(0.8, 0.8, 0.8, 0.8, False),
    "u": _Vowel(1.0, 0.8, 1.0, 0.8, True), "ʌ": _Vowel(0.25, 0.6, 0.25, 0.6, False),
    "ɜ": _Vowel(0.5, 0.5, 0.5, 0.5, True), "ə": _Vowel(0.5, 0.5, 0.5, 0.5, False),
    "E": _Vowel(0.55, 0.1, 0.9, 0.1, True), "I": _Vowel(0.05, 0.5, 0.85, 0.15, True),
    "Y": _Vowel(0.4, 1.0, 0.85, 0.15, True), "W": _Vowel(0.05, 0.5, 0.85, 0.8, True),
    "O": _Vowel(0.5, 0.6, 0.85, 0.8, True), "R": _Vowel(0.5, 0.1, 0.5, 0.3, True),
    "C": _Vowel(0.8, 0.8, 0.5, 0.5, True),
}  # fmt: skip

_VOICING = 0.3
_PLACE = 0.45
_MANNERS = {
    frozenset({"stop", "affricate"}): 0.3,
    frozenset({"fricative", "affricate"}): 0.3,
    frozenset({"stop", "fricative"}): 0.45,
    frozenset({"nasal", "lateral"}): 0.45,
    frozenset({"lateral", "glide"}): 0.35,
    frozenset({"nasal", "glide"}): 0.6,
}
_OTHER_MANNER = 0.7
_LENGTH = 0.1
_ACROSS = {
    # A glide and its vowel, dark l as a vowel (Estuary), r as the vowel that coloured it.
    frozenset("ji"): 0.4, frozenset("jɪ"): 0.4, frozenset("wu"): 0.4, frozenset("wʊ"): 0.4,
    frozenset("lʊ"): 0.5, frozenset("lO"): 0.6, frozenset("lɔ"): 0.6,
    frozenset("ɹə"): 0.5, frozenset("ɹɜ"): 0.5,
    # The Welsh lateral and the Scottish velar fricative, as those without them say them.
    frozenset("ɬl"): 0.2, frozenset("xk"): 0.2, frozenset("xh"): 0.2,
    # The fronted th of London, and the glottal t of most of the country.
    frozenset("θf"): 0.1, frozenset("ðv"): 0.15, frozenset("ʔt"): 0.15,
}  # fmt: skip
_WEAK = {"ə": 0.5, "h": 0.5, "ʔ": 0.3, "ɪ": 0.7, "j": 0.7, "t": 0.8, "d": 0.8, "ɹ": 0.8}


@cache
def substitution_cost(a: str, b: str) -> float:
    """0 for the same phone, up to 1 for two that nobody confuses; symmetric.

    `a` and `b` are single phones of `grammar.phones.ALPHABET`; anything else costs 1.
    """
    if a == b:
        return 0.0
    known = _ACROSS.get(frozenset(a + b))
    if known is not None:
        return known
    if a in _CONSONANTS and b in _CONSONANTS:
        return _between_consonants(_CONSONANTS[a], _CONSONANTS[b])
    if a in _VOWELS and b in _VOWELS:
        return _between_vowels(_VOWELS[a], _VOWELS[b])
    return 1.0


def omission_cost(phone: str) -> float:
    """What leaving a phone out or putting one in costs: 1, or less for what fast speech drops."""
    return _WEAK.get(phone, 1.0)


def _between_consonants(a: _Consonant, b: _Consonant) -> float:
    cost = _PLACE * abs(a.place - b.place) + _VOICING * (a.voiced != b.voiced)
    if a.manner != b.manner:
        cost += _MANNERS.get(frozenset({a.manner, b.manner}), _OTHER_MANNER)
    return min(1.0, max(cost, 0.05))


def _between_vowels(a: _Vowel, b: _Vowel) -> float:
    begin = hypot(a.height - b.height, a.back - b.back)
    end = hypot(a.end_height - b.end_height, a.end_back - b.end_back)
    return min(1.0, max((begin + end) / 2 * 0.8 + _LENGTH * (a.long != b.long), 0.05))


def sound_similarity(a: str, b: str) -> float:
    """How alike two texts of phones sound, in [0, 1]: 1 less the cheapest edit per phone.

    Edit distance with the costs above, over the length of the longer; symmetric; 1 for equal texts.
    """
    if a == b:
        return 1.0
    row = [0.0]
    for phone in b:
        row.append(row[-1] + omission_cost(phone))
    for phone in a:
        above, row = row, [row[0] + omission_cost(phone)]
        for column, other in enumerate(b, start=1):
            row.append(
                min(
                    above[column - 1] + substitution_cost(phone, other),
                    above[column] + omission_cost(phone),
                    row[-1] + omission_cost(other),
                )
            )
    return max(0.0, 1 - row[-1] / max(len(a), len(b)))
