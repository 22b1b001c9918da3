"""Letters that were spoken: "n for november", "double l", "bee", "hyphen" as an engine writes them.

What an engine hears of a spelling is odd words rather than letters ("are oh why ess"). A reading
is what can be made of a hypothesis; whatever means no letter is left out.
"""

from __future__ import annotations

import re
from itertools import product

from grammar.text import normalise

_SPOKEN: dict[str, str] = {
    "a": "a ay eh hay alpha alfa able apple andrew alan",
    "b": "b be bee bravo baker benjamin",
    "c": "c see sea si charlie",
    "d": "d dee the di delta david dog",
    "e": "e ee he echo edward easy",
    "f": "f ef eff if foxtrot frederick freddie",
    "g": "g gee ji jee golf george",
    "h": "h aitch haitch age each hotel harry",
    "i": "i eye aye ai india isaac",
    "j": "j jay juliet juliett jack",
    "k": "k kay okay cay kilo king",
    "l": "l el ell elle hell lima lucy",
    "m": "m em am um mike mother mary",
    "n": "n en an end in november nelly nellie",
    "o": "o oh owe ow oscar oliver",
    "p": "p pee pea papa peter",
    "q": "q queue cue kew quebec queen",
    "r": "r are ah our or romeo robert",
    "s": "s es ess as sierra sugar samuel",
    "t": "t tee tea ti tango tommy",
    "u": "u you yew ewe uniform uncle",
    "v": "v vee ve we victor",
    "w": "w dub whiskey whisky william",
    "x": "x ex eggs axe xray",
    "y": "y why wye wi yankee yellow",
    "z": "z zed zee said zulu zebra",
}
"""A letter's name as engines write it, its word in the NATO alphabet, and words callers use."""

_LETTER = {word: letter for letter, words in _SPOKEN.items() for word in words.split()}

_NOT_FIRST = {"xray": "x", "eggs": "x", "axe": "x"}

_FOR = frozenset({"for", "four", "as", "like", "of"})
"""Between a letter and its word: "n for november", "s as in sugar", "b like bravo"."""

_AFTER_FOR = frozenset({"in", "the", "a", "an"})
_TIMES = {"double": 2, "treble": 3, "triple": 3}
_DOUBLED_U = frozenset({"you", "u", "yew"})
_SIGNS = frozenset({"hyphen", "dash", "apostrophe", "space", "capital", "then", "and", "please"})
"""Said between letters, and no letter themselves."""

_XRAY = re.compile(r"\b[xX]-ray\b")
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")
"""Letters that an engine joins up: a word that was said is written small."""

_RUN_TOGETHER = 5
"""Up to how many letters a word without a meaning of its own is read as letters ("th", "mcd")."""


def letters(text: str) -> str:
    """The letters a to z that a hypothesis spells; "" for none.

    A word that is no letter counts as spelled out when it is all there is ("smith" for "s, m, i,
    t, h": engines join letters up), is in capitals ("CLOU TIER") or has no vowel. A sentence in
    which most words mean no letter spells nothing ("I am not sure").
    """
    words = _words(text)
    if len(words) == 1 and words[0] not in _LETTER:
        return words[0] if words[0].isalpha() else ""
    found: list[str] = []
    at = unread = 0
    while at < len(words):
        spelled, after = _next(words, at)
        unread += 0 if spelled or words[at] in _SIGNS else after - at
        at = after
        found.append(spelled)
    return "".join(found) if 2 * unread < len(words) else ""


def is_spelling(text: str) -> bool:
    """Whether a hypothesis spells letter by letter, rather than being one word."""
    return len(_words(text)) > 1 and len(letters(text)) > 1


def _words(text: str) -> list[str]:
    apart = _CAPITALS.sub(_apart, _XRAY.sub("xray", text))
    return normalise(apart).split()


def _apart(capitals: re.Match[str]) -> str:
    word = capitals[0]
    return word if word.casefold() in _TIMES else " ".join(word)


def _next(words: list[str], at: int) -> tuple[str, int]:
    """The letters that begin at a word, and where the next ones do."""
    word = words[at]
    following = words[at + 1] if at + 1 < len(words) else ""
    if word in _TIMES and following:
        if word == "double" and following in _DOUBLED_U:
            return "w", at + 2
        letter, after = _one(words, at + 1)
        return letter * _TIMES[word], after
    return _one(words, at)


def _one(words: list[str], at: int) -> tuple[str, int]:
    word = words[at]
    letter = _LETTER.get(word, "")
    if letter:
        return _with_its_word(words, at, letter)
    if len(word) <= _RUN_TOGETHER and not set(word) & set("aeiouy"):
        return word, at + 1
    return "", at + 1


def _with_its_word(words: list[str], at: int, letter: str) -> tuple[str, int]:
    """ "n for november": the word's first letter is surer than the letter's own sound."""
    after = at + 1
    if after < len(words) - 1 and words[after] in _FOR:
        word_at = after + 1
        if words[word_at] in _AFTER_FOR and word_at + 1 < len(words):
            word_at += 1
        word = words[word_at]
        if len(word) > 1 and (words[after] != "as" or words[after + 1] == "in"):
            return _NOT_FIRST.get(word, word[0]), word_at + 1
    # "n november": the word right after its letter says the letter once more.
    if (
        after < len(words)
        and len(words[after]) > len("xray")
        and _LETTER.get(words[after]) == letter
    ):
        return letter, after + 1
    return letter, after


def joined(utterances: tuple[tuple[str, ...], ...], most: int) -> tuple[str, ...]:
    """The readings of a spelling over several utterances, likeliest first, at most `most`.

    Each utterance gives its own readings, likeliest first.
    """
    ranked = sorted(product(*(range(len(each)) for each in utterances)), key=sum)
    found = (
        "".join(each[rank] for each, rank in zip(utterances, ranks, strict=True))
        for ranks in ranked[:most]
    )
    return tuple(dict.fromkeys(text for text in found if text))
