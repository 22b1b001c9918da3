"""The port between the switchboard and a recognition engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from grammar.model import Grammar


@dataclass(frozen=True, slots=True)
class Utterance:
    """One caller turn, from speech start to endpoint.

    `samples` is mono PCM, int16, shape (n,); `rate` is 8000 or 16000 Hz.
    """

    samples: NDArray[np.int16]
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One transcript of the whole utterance.

    `log_likelihood` is unbounded and comparable only within one utterance and one `source`
    ("free": open decode; "closed": decode restricted to the grammar).
    """

    text: str
    log_likelihood: float
    source: str = "free"


@dataclass(frozen=True, slots=True)
class FormEvidence:
    """How well one spoken form (index into `Grammar.forms`) fits the audio.

    `log_likelihood` of the form inside the caller's carrier; `per_token` the same divided by its
    length in tokens; `relative` the difference to the best free hypothesis over the same audio
    (0: as good as anything that could have been said; strongly negative: something else was said).
    """

    form: int
    log_likelihood: float
    per_token: float
    relative: float


@dataclass(frozen=True, slots=True)
class Recognition:
    """What an engine made of one utterance against one grammar.

    `hypotheses` are best first. `evidence` maps indices of `Grammar.forms` to their acoustic
    evidence, for the shortlist only. `speech_probability` is the engine's own belief in [0, 1]
    that there was speech at all (None where the engine has none).
    """

    engine: str
    grammar_version: str
    hypotheses: tuple[Hypothesis, ...]
    evidence: Mapping[int, FormEvidence] = field(default_factory=dict)
    speech_probability: float | None = None
    cpu_seconds: float = 0.0


class Recogniser(Protocol):
    """One loaded engine. Not thread-safe: a worker process owns one."""

    name: str

    def prepare(self, grammar: Grammar) -> None:
        """Load or compile what recognising against this grammar needs; may take seconds."""

    def recognise(self, utterance: Utterance, grammar: Grammar) -> Recognition:
        """Recognise against a prepared grammar. Raises EngineError if it wasn't prepared."""
