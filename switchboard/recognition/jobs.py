"""One utterance on its way through the worker pool, and how long its way may be."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from switchboard.recognition.outcome import FailureReason, RecognitionFailed
from switchboard.recognition.port import Recognition, Utterance


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds.

    `deadline`: for one attempt at one utterance; raising it keeps slow but good answers, and keeps
    a caller longer in silence on a machine that is far too busy. `stalled`: how long an engine may
    stand still before it counts as hung; lowering it trusts pauses less. `overrun`: the CPU time
    that counts as hung, as a multiple of what 95 of 100 utterances keep to. Of 293 telephone calls
    the longest took 1.2 times that; raising it leaves room for odd ones, and an engine that goes
    round in circles is noticed later. `patience`: from asking to giving up, with waiting for a
    worker and the second attempt. `after_failure`: from when the first attempt failed or stood
    still, or from when no engine is left to make one, to giving up; raising it saves more
    utterances, and keeps a caller longer in silence. `start`: for loading a model or preparing a
    grammar. `first_back_off`, `longest_back_off`: the pause before restarting a worker that keeps
    dying; the first restart comes at once, each further one waits twice as long as the last. The
    longest is what callers wait for recognition, beside loading, once the cause is gone; lowering
    it takes more of a core (loading takes 2 CPU-seconds) from the workers that live.
    """

    deadline: float = 5.0
    stalled: float = 0.3
    overrun: float = 2.0
    patience: float = 11.0
    after_failure: float = 2.0
    start: float = 120.0
    first_back_off: float = 0.5
    longest_back_off: float = 4.0

    def back_off(self, failures: int) -> float:
        """The pause before a restart, after that many failures in a row (1 or more)."""
        if failures <= 1:
            return 0.0
        return min(self.longest_back_off, self.first_back_off * 2.0 ** min(failures - 2, 60))


@dataclass(slots=True, eq=False)
class Job:
    """One utterance on its way. `abandoned` once the caller no longer waits."""

    utterance: Utterance
    version: str
    done: threading.Event = field(default_factory=threading.Event)
    outcome: Recognition | RecognitionFailed = field(
        default_factory=lambda: RecognitionFailed(FailureReason.BUSY)
    )
    attempts: int = 0
    stalled_s: float = 0.0
    """How long the attempt that failed last had stood still when that was seen."""
    abandoned: bool = False

    @property
    def failed_once(self) -> bool:
        """Whether an attempt has failed, so that this is the second or there is none."""
        return (
            isinstance(self.outcome, RecognitionFailed)
            and self.outcome.reason is not FailureReason.BUSY
        )

    def finish(self, outcome: Recognition | RecognitionFailed) -> None:
        self.outcome = outcome
        self.done.set()
