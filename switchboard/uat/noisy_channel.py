"""What an open recogniser would write for what a caller says, without a recogniser.

Words are taken for others that sound like them, as easily as `grammar.confusion` says that their
phones are confused on a telephone. Nothing here is fitted to an engine: the error rate is given.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz.distance import Indel
from rapidfuzz.process import extract

from grammar.confusion import sound_similarity
from grammar.hearing import Hypothesis
from grammar.phones import phones, prepare

_NEIGHBOURS = 12
_LOOKED_AT = 60
_PULL = 9.0
"""How much likelier a nearer word is written. At 9, a word at similarity 0.8 is written six times
as often as one at 0.6. Raising it makes errors milder."""

_NBEST = 4
_STEP = 0.8
"""Nats between one hypothesis and the next."""


@dataclass(slots=True)
class NoisyChannel:
    """`word_errors` is the share of words that are taken for another, in [0, 1]; a word that is not
    in `vocabulary` can't be written at all, and always is."""

    vocabulary: tuple[str, ...]
    word_errors: float
    chance: random.Random
    _sounds: dict[str, str] = field(default_factory=dict)
    _near: dict[str, tuple[tuple[str, ...], tuple[float, ...]]] = field(default_factory=dict)

    def hear(self, text: str) -> tuple[Hypothesis, ...]:
        """Hypotheses of a normalised text, the likeliest first, each once."""
        found: dict[str, None] = {}
        for _ in range(2 * _NBEST):
            found.setdefault(self._written(text), None)
        return tuple(
            Hypothesis(written, -3.0 - _STEP * place)
            for place, written in enumerate(list(found)[:_NBEST])
        )

    def _written(self, text: str) -> str:
        known = self._known()
        return " ".join(
            word
            if word in known and self.chance.random() >= self.word_errors
            else self._taken_for(word)
            for word in text.split()
        )

    def _taken_for(self, word: str) -> str:
        if word not in self._near:
            self._near[word] = self._neighbours(word)
        words, weights = self._near[word]
        return self.chance.choices(words, weights)[0] if words else word

    def _neighbours(self, word: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
        sound = phones(word)
        near = extract(sound, self._known(), scorer=Indel.normalized_similarity, limit=_LOOKED_AT)
        alike = sorted(
            ((sound_similarity(sound, other), name) for other, _, name in near if name != word),
            reverse=True,
        )[:_NEIGHBOURS]
        return (
            tuple(name for _, name in alike),
            tuple(math.exp(_PULL * similarity) for similarity, _ in alike),
        )

    def _known(self) -> dict[str, str]:
        if not self._sounds:
            prepare(self.vocabulary)
            self._sounds = {word: phones(word) for word in self.vocabulary}
        return self._sounds


def vocabulary(
    texts: Iterable[str], common: Iterable[str], share: float, chance: random.Random
) -> tuple[str, ...]:
    """The words of these texts, of which only this share is known to the engine, and all words of
    the common ones; sorted."""
    every = {word for text in common for word in text.split()}
    words = sorted({word for text in texts for word in text.split()} - every)
    return tuple(sorted(every | {word for word in words if chance.random() < share}))
