"""What simulated callers' words come through on their way to a decision."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Protocol

from grammar.gaps.utterances import Utterance
from grammar.model import Grammar
from switchboard.uat.noisy_channel import NoisyChannel

Sound = Any
"""What a line makes of words that are said, and that line alone can hear: nobody else looks in."""


class Line(Protocol):
    """`engine` names the calibration by which what it hears is judged."""

    engine: str

    def say(self, text: str, chance: random.Random, *, teaching: bool) -> Sound:
        """Somebody says a normalised text: one of the callers who teach, or one of the others."""

    def hear(self, sounds: Sequence[Sound], grammar: Grammar) -> list[Utterance]:
        """What the engine makes of each under that grammar; of whom was meant it knows nothing."""


class TextLine:
    """Words are written as a recogniser would, with errors. The grammar changes nothing."""

    def __init__(self, engine: str, vocabulary: tuple[str, ...], word_errors: float) -> None:
        self.engine = engine
        self._channel = NoisyChannel(vocabulary, word_errors, random.Random(0))  # noqa: S311

    def say(self, text: str, chance: random.Random, *, teaching: bool) -> Sound:  # noqa: ARG002
        self._channel.chance = chance
        return self._channel.hear(text)

    def hear(self, sounds: Sequence[Sound], grammar: Grammar) -> list[Utterance]:  # noqa: ARG002
        return [Utterance(each, engine=self.engine) for each in sounds]
