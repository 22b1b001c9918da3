"""The ports of speech: what speaks a text, and what the runner of a call asks to speak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from grammar.model import Grammar
from switchboard.dialogue.actions import Line

Samples = NDArray[np.int16]
"""Mono PCM, shape (n,)."""


class SynthesisError(Exception):
    """A text could not be spoken. It never holds the text: names are personal data."""


@dataclass(frozen=True, slots=True)
class Sound:
    """What a synthesiser made: mono, float32 in [-1, 1], shape (n,), n > 0, at `rate` Hz."""

    samples: NDArray[np.float32]
    rate: int


class Synthesiser(Protocol):
    """Speaks texts, one at a time; thread-safe."""

    @property
    def identity(self) -> str:
        """Voice, version and settings: equal identities speak a text alike."""

    def speak(self, text: str) -> Sound:
        """Raises SynthesisError when it can't, or not in time."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Spoken:
    """What to play.

    `complete` is False where a shipped generic prompt stands in for one of the lines: the caller
    has then not heard the name or the choices that the line was to say, so a yes or a number means
    nothing, and the runner brings `Fault(FaultKind.PROMPT)`.
    """

    samples: Samples
    complete: bool = True


class Speaker(Protocol):
    """Lines into sound, on a live call."""

    def say(self, lines: Sequence[Line], rate: int, grammar: Grammar) -> Spoken:
        """The lines one after the other, at 8000 or 16000 Hz; entries are named as in `grammar`.

        Never raises and is never silent: see `Spoken.complete`. Thread-safe. A few milliseconds
        from the cache; blocks for at most `[prompts] longest_wait_s` where something has to be
        spoken first, so call it in a thread (`asyncio.to_thread`).
        """
