"""The ports of speech: what speaks a text, and what the runner of a call asks to speak."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from grammar.model import Grammar
from switchboard.dialogue.actions import Line

Samples = NDArray[np.int16]
"""Mono PCM, shape (n,)."""

_PLAIN: Mapping[str, str] = MappingProxyType({})


class SynthesisError(Exception):
    """A text could not be spoken. It never holds the text: names are personal data."""


@dataclass(frozen=True, slots=True)
class Text:
    """What to speak. `ipa` says how words of it sound whose spelling misleads, as they stand in
    `words`; a synthesiser that reads no IPA ignores it."""

    words: str
    ipa: Mapping[str, str] = field(default_factory=lambda: _PLAIN)


@dataclass(frozen=True, slots=True)
class Sound:
    """What a synthesiser made, n > 0, at `rate` Hz."""

    samples: Samples
    rate: int


class Synthesiser(Protocol):
    """Speaks texts, one at a time; thread-safe."""

    @property
    def identity(self) -> str:
        """Voice and settings: equal identities speak a text alike."""

    def speak(self, text: Text, seconds: float) -> Sound:
        """Raises SynthesisError when it can't, or not within `seconds`."""

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
