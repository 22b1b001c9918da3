"""What a pool and its worker processes say to each other, pickled over a socket pair.

Every request carries the seconds that its answer may take.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from grammar.model import Grammar
from switchboard.recognition.port import Recognition, Utterance


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """Which engine a worker makes: `factory` is "module:callable", called with `options`.

    A name rather than an object, so that the parent process never imports an engine.
    """

    factory: str
    options: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Load:
    """The first request."""

    engine: EngineSpec
    seconds: float


@dataclass(frozen=True, slots=True)
class Prepare:
    grammar: Grammar
    seconds: float


@dataclass(frozen=True, slots=True)
class Recognise:
    utterance: Utterance
    version: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Ready:
    """Loaded or prepared. `engine` is the engine's own name."""

    engine: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The engine can't be used, for a cause that `sentence` tells the administrator."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Faulted:
    """The engine raised `kind` (a class name: its text may hold names, and stays here)."""

    kind: str


Request = Load | Prepare | Recognise
Answer = Ready | Refused | Faulted | Recognition
