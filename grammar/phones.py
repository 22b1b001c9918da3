"""Phones: how a text sounds, one character a phone, so that edit distance counts phones.

G2P is espeak-ng's British voice ("en": non-rhotic), from the library that piper-tts bundles. The
directory and what an engine heard go through the same G2P, so only what tells words apart counts:
stress, length and syllable marks are left out, and what the telephone or an accent blurs anyway
(happY and fleeCE, the r after a vowel) is one phone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from threading import Lock

from piper.phonemize_espeak import EspeakPhonemizer

from grammar.errors import GrammarError

PHONE_IPA: Mapping[str, str] = {
    # Consonants are written as in IPA; the two affricates are one character each.
    **{phone: phone for phone in "pbtdkɡfvθðszʃʒhmnŋlɹjwxɬʔ"},
    "ʧ": "tʃ",
    "ʤ": "dʒ",
    # Vowels of one quality.
    **{phone: phone for phone in "ɪɛaɒʊʌə"},
    "i": "iː",
    "u": "uː",
    "ɑ": "ɑː",
    "ɔ": "ɔː",
    "ɜ": "ɜː",
    # Diphthongs take capitals that no other phone has.
    "E": "eɪ",
    "I": "aɪ",
    "Y": "ɔɪ",
    "W": "aʊ",
    "O": "əʊ",
    "R": "eə",
    "C": "ʊə",
}
"""The alphabet: each phone's character and its usual IPA. 46 phones of British English, with the
velar fricative (loch), the Welsh lateral (Llan) and the glottal stop."""

ALPHABET = "".join(PHONE_IPA)

_SEQUENCES: Mapping[str, str] = {
    "tʃ": "ʧ", "dʒ": "ʤ", "tɕ": "ʧ", "dʑ": "ʤ", "t͡ʃ": "ʧ", "d͡ʒ": "ʤ",
    "eɪ": "E", "ei": "E", "aɪ": "I", "ai": "I", "ɔɪ": "Y", "ɔi": "Y", "aʊ": "W", "au": "W",
    "əʊ": "O", "oʊ": "O", "ou": "O", "eə": "R", "ɛə": "R", "ʊə": "C",
    "ɪə": "iə", "yː": "u",
}  # fmt: skip
_SINGLE: Mapping[str, str] = {
    **{char: char for char in ALPHABET if not char.isupper()},
    # Near allophones and the symbols of other languages, as English ears take them.
    "g": "ɡ", "r": "ɹ", "ɾ": "ɹ", "ʁ": "ɹ", "ʀ": "ɹ", "ɻ": "ɹ", "ɽ": "ɹ", "ɫ": "l", "ʎ": "l",
    "ɭ": "l", "ɲ": "n", "ɳ": "n", "c": "k", "q": "k", "ɟ": "ɡ", "ç": "h", "χ": "x", "ɣ": "ɡ",
    "ħ": "h", "ʕ": "ʔ", "ɕ": "ʃ", "ʂ": "ʃ", "ʐ": "ʒ", "ʑ": "ʒ", "ʈ": "t", "ɖ": "d", "β": "v",
    "ɸ": "f", "ʋ": "v", "ʍ": "w", "ɥ": "j", "e": "ɛ", "æ": "a", "o": "ɔ", "ɐ": "ə", "ɨ": "ɪ",
    "ᵻ": "ɪ", "y": "i", "ʏ": "ɪ", "ø": "ɜ", "œ": "ɜ", "ɚ": "ə", "ɝ": "ɜ", "ɘ": "ə", "ɵ": "O",
    "ɤ": "ʌ", "ɯ": "u", "ʉ": "u",
}  # fmt: skip
_IGNORED = frozenset("ˈˌːˑ.'ʲʰʷˠ̩̯͜͡ ̃-‿|")
_READ_AS = re.compile(
    "|".join(sorted(map(re.escape, [*_SEQUENCES, *_SINGLE]), key=len, reverse=True))
)

_DOUBLED = re.compile(r"([pbtdkɡfvθðszʃʒhmnŋlɹwjxɬʔ])\1")
"""espeak reads some doubled letters twice: Hennessy, McQueen, Fitzsimmons."""

_LETTERS = {"a": "E"}
"""espeak reads a lone "a" as the letter, but in running text as the article; always the letter."""

_BATCH = 400
"""Words a call to espeak: amortises the 0.2 ms that selecting the voice costs."""

_espeak_lock = Lock()
_word_phones: dict[str, str] = dict(_LETTERS)
_MOST_WORDS = 500_000
"""The word cache is emptied at this size (about 60 MB), so that odd transcripts can't fill it."""


@cache
def espeak() -> EspeakPhonemizer:
    """The one phonemizer of the process: initialised twice, espeak corrupts its tables until it
    crashes. Whoever else needs one in a process that also asks for phones takes this."""
    return EspeakPhonemizer()


def phones(text: str, pronunciations: Mapping[str, str] | None = None) -> str:
    """The phones of normalised text, words joined without a mark; "" for "".

    `pronunciations` gives the phones of words (in this alphabet) that G2P would get wrong.
    Thread-safe among its callers; but espeak has one global voice, so it must not run in a
    process where another thread drives espeak (Piper, say) at the same moment.
    """
    overrides = pronunciations or {}
    words = text.split()
    try:
        known = [overrides[word] if word in overrides else _word_phones[word] for word in words]
    except KeyError:
        prepare(words)
        known = [overrides[word] if word in overrides else _of_word(word) for word in words]
    return "".join(known)


def _of_word(word: str) -> str:
    known = _word_phones.get(word)
    return _g2p([word])[0] if known is None else known


def prepare(words: Iterable[str]) -> None:
    """G2P for many words at once: ten times faster than one by one."""
    missing = sorted({word for word in words if word not in _word_phones})
    if not missing:
        return
    if len(_word_phones) + len(missing) > _MOST_WORDS:
        _word_phones.clear()
        _word_phones.update(_LETTERS)
    for start in range(0, len(missing), _BATCH):
        batch = missing[start : start + _BATCH]
        _word_phones.update(zip(batch, _g2p(batch), strict=True))


def _g2p(words: list[str]) -> list[str]:
    """The phones of each word. A blank line between words makes espeak read each by itself."""
    with _espeak_lock:
        sentences = espeak().phonemize("en", "\n\n".join(words))
    if len(sentences) != len(words) and len(words) > 1:
        return [phone for word in words for phone in _g2p([word])]
    spoken = (
        ["".join(sentence) for sentence in sentences]
        if len(words) > 1
        else ["".join(char for sentence in sentences for char in sentence)]
    )
    return [_DOUBLED.sub(r"\1", from_ipa(ipa, strict=False)) for ipa in spoken]


def from_ipa(ipa: str, *, strict: bool = True) -> str:
    """IPA in this alphabet. Stress, length, ties and syllable marks are ignored.

    With `strict`, raises GrammarError naming the first symbol that means nothing; without, such
    symbols are left out (espeak's punctuation and language switches).
    """
    text = unicodedata.normalize("NFD", ipa.lower())
    text = text.replace("c\u0327", "ç").replace("\u0361", "")
    found: list[str] = []
    position = 0
    while position < len(text):
        match = _READ_AS.match(text, position)
        if match is not None:
            symbol = match[0]
            found.append(_SEQUENCES.get(symbol) or _SINGLE[symbol])
            position = match.end()
            continue
        if strict and text[position] not in _IGNORED:
            raise GrammarError(
                f"“{text[position]}” in /{ipa.strip('/')}/ is not an IPA symbol of English speech; "
                "write the name as a respelling instead, for example CHUM-lee."
            )
        position += 1
    return "".join(found)


def to_ipa(text: str) -> str:
    """Phones in readable IPA, for lists that people read."""
    return "".join(PHONE_IPA[phone] for phone in text)
