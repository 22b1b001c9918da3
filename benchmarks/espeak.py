"""espeak-ng's phones of a text, through the library that comes with Piper."""

from __future__ import annotations

from functools import cache

import piper.voice
from piper.phonemize_espeak import EspeakPhonemizer


def phones(accent: str, text: str) -> str:
    """IPA in espeak-ng's spelling; `accent` is its name of a voice, "en" for British English."""
    sentences = _phonemizer().phonemize(accent, text)
    return " ".join("".join(sentence) for sentence in sentences)


@cache
def _phonemizer() -> EspeakPhonemizer:
    # The library is one for the process, and initialising it twice corrupts its tables until it
    # crashes. Piper makes a phonemizer of its own unless it already has one: it gets this one.
    phonemizer = EspeakPhonemizer()
    piper.voice._ESPEAK_PHONEMIZER = phonemizer  # noqa: SLF001
    return phonemizer
