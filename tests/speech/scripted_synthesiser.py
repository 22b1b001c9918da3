"""Synthesisers that do what a test says, in this process or in one of their own."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, field

import numpy as np

from switchboard.speech.port import Sound, SynthesisError, Text
from switchboard.speech.synthesis_worker import Speak

RATE = 22050


def tone(seconds: float = 0.5, hertz: float = 500.0) -> Sound:
    time_ = np.arange(round(RATE * seconds)) / RATE
    return Sound((8000 * np.sin(2 * np.pi * hertz * time_)).astype(np.int16), RATE)


@dataclass
class Scripted:
    """Says a tone of `hertz`, or `fails`. `spoken` is what it was asked for."""

    identity: str = "scripted"
    hertz: float = 500.0
    fails: bool = False
    sound: Sound | None = None
    spoken: list[str] = field(default_factory=list)

    def speak(self, text: Text, seconds: float) -> Sound:
        assert seconds > 0
        self.spoken.append(text.words)
        if self.fails:
            raise SynthesisError("as the test says")
        return tone(hertz=self.hertz) if self.sound is None else self.sound

    def start(self) -> None:
        if self.fails:
            raise SynthesisError("as the test says")

    def close(self) -> None:
        pass


def load(at_start: str = "") -> Speak:
    """For `synthesis_worker`: the words say what happens to the process."""
    _do(at_start)

    def speak(words: str, ipa: dict[str, str]) -> tuple[bytes, int]:
        _do(words)
        if words == "nothing":
            return b"", RATE
        # What a native library might print must not reach the answers.
        print("chatter", flush=True)  # noqa: T201
        return tone().samples.tobytes(), RATE

    return speak


def _do(what: str) -> None:
    match what:
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "hang":
            time.sleep(3600)
        case "dawdle":
            time.sleep(1.5)
        case "raise":
            raise ValueError(what)
