"""espeak-ng's phones of a text, through the library that comes with Piper."""

from __future__ import annotations

from functools import cache

import piper.voice
from piper.phonemize_espeak import EspeakPhonemizer

from grammar.phones import espeak


def phones(accent: str, text: str) -> str:
    """IPA in espeak-ng's spelling; `accent` is its name of a voice, "en" for British English."""
    sentences = _phonemizer().phonemize(accent, text)
    return " ".join("".join(sentence) for sentence in sentences)


@cache
def _phonemizer() -> EspeakPhonemizer:
    # Piper makes a phonemizer of its own unless it already has one: it gets the process's.
    piper.voice._ESPEAK_PHONEMIZER = espeak()  # noqa: SLF001
    return espeak()
