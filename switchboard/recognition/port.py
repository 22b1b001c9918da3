"""The port between the switchboard and a recognition engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from grammar.hearing import FormEvidence, Hypothesis
from grammar.model import Grammar

__all__ = ["FormEvidence", "Hypothesis", "Recogniser", "Recognition", "Utterance"]


@dataclass(frozen=True, slots=True)
class Utterance:
    """One caller turn, from speech start to endpoint.

    `samples` is mono PCM, int16, shape (n,); `rate` is 8000 or 16000 Hz. `expected` are phrases
    that answer what was just asked ("yes", "the second"): an engine weighs them beside the grammar.
    `suspected` are texts of the grammar that another engine found: evidence is wanted for them.
    """

    samples: NDArray[np.int16]
    rate: int
    expected: tuple[str, ...] = ()
    suspected: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


@dataclass(frozen=True, slots=True)
class Recognition:
    """What an engine made of one utterance against one grammar.

    `hypotheses` are best first. `evidence` holds the acoustic evidence of the shortlisted texts,
    each once. `speech_probability` is the engine's own belief in [0, 1] that there was speech at
    all (None where the engine has none). `opinions` counts the engines that made it together.
    """

    engine: str
    grammar_version: str
    hypotheses: tuple[Hypothesis, ...]
    evidence: tuple[FormEvidence, ...] = ()
    speech_probability: float | None = None
    cpu_seconds: float = 0.0
    opinions: int = 1


class Recogniser(Protocol):
    """One loaded engine. Not thread-safe: a worker process owns one."""

    name: str

    def prepare(self, grammar: Grammar) -> None:
        """Load or compile what recognising against this grammar needs; may take seconds."""

    def recognise(self, utterance: Utterance, grammar: Grammar) -> Recognition:
        """Recognise against a prepared grammar. Raises EngineError if it wasn't prepared."""

    def work_ahead(self) -> bool:
        """Spend some 20 ms, while nobody speaks, on what later utterances would wait for; whether
        there is more of it."""
