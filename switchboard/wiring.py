"""Puts the parts together as the settings say. Nothing else chooses an adapter."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from grammar.calibration import Calibration, load, shipped
from grammar.model import Grammar
from switchboard.audio.endpointing import EndpointSettings
from switchboard.errors import SettingsError
from switchboard.recognition.engines import engine_spec, second_spec
from switchboard.recognition.recognisers import Recognisers
from switchboard.recognition.workers import Limits, WorkerPool
from switchboard.routing import Router
from switchboard.settings import Settings
from switchboard.storage.grammars import needed_grammar
from switchboard.storage.store import open_store

UNHURRIED = Limits(deadline=60.0, overrun=math.inf, patience=300.0, after_failure=120.0)
"""For recordings: nobody waits on the line, and a busy machine must not change what comes out."""

_SECOND_ATTEMPT_S = 1.5
"""Three times what an utterance takes. Raising it saves more utterances whose recogniser failed,
and keeps the callers of the others waiting for a person."""

_CROWDED = 0.5
"""Of the engine's processes: as many utterances under way and callers in doubt are not heard again.
Raising it hears more of them twice, and lets those who speak at the same time wait longer."""


@dataclass(frozen=True, slots=True)
class Wired:
    """A router with what it runs on: the engines' processes."""

    router: Router
    recognisers: Recognisers

    @property
    def engine(self) -> str:
        return self.recognisers.engine


@contextmanager
def wired(
    settings: Settings,
    grammar: Grammar,
    *,
    engine: str | None = None,
    workers: int | None = None,
    limits: Limits | None = None,
) -> Iterator[Wired]:
    """A router for this grammar, its engine's processes started and ended.

    `engine` and `workers` win over the settings; without `limits` those of the settings for live
    calls hold. Raises UserError when the engine, its model or the calibration can't be used.
    """
    calibrations = calibrations_of(settings)
    started = recognisers(settings, grammar, engine=engine, workers=workers, limits=limits)
    with closing(started):
        yield Wired(router(settings, grammar, started, calibrations), started)


def router(
    settings: Settings,
    grammar: Grammar,
    engines: Recognisers,
    calibrations: dict[str, Calibration],
) -> Router:
    """Decides for utterances against this grammar, which the engines know."""
    return Router(
        grammar,
        engines.recognise,
        calibrations,
        settings.decision.costs(),
        endpoints=endpoints(settings),
        second_opinion=engines.second_opinion,
    )


def recognisers(
    settings: Settings,
    grammar: Grammar,
    *,
    engine: str | None = None,
    workers: int | None = None,
    limits: Limits | None = None,
) -> Recognisers:
    """The engines' processes, ready for this grammar; arguments as for `wired`."""
    recognition = settings.recognition
    count = workers or recognition.workers
    spec = engine_spec(engine or recognition.engine, recognition.vosk_model)
    limits_of_first = limits or live(settings)
    first = WorkerPool(spec, grammar, workers=count, limits=limits_of_first)
    second = second_spec(spec) if recognition.second_opinions else None
    if second is None:
        return Recognisers(first)
    return Recognisers(
        first,
        lambda: WorkerPool(
            second,
            grammar,
            workers=recognition.second_opinions,
            limits=limits or replace(limits_of_first, patience=recognition.second_opinion_s),
        ),
        # Of recordings each is heard as well as can be.
        crowded=math.inf if limits else _CROWDED * count,
    )


def endpoints(settings: Settings) -> EndpointSettings:
    """Where a caller's turn begins and ends, as the settings say."""
    audio = settings.audio
    return EndpointSettings(
        silence_ms=audio.endpoint_silence_ms,
        longest_s=audio.longest_utterance_s,
        speech_probability=audio.speech_probability,
        shortest_speech_ms=audio.shortest_speech_ms,
    )


def live(settings: Settings) -> Limits:
    """Limits for callers who wait: an attempt, and when it failed so long for the second one that
    the caller is on the way to a person 2 s after the fault, noticing and handing over included."""
    deadline = settings.recognition.deadline_s
    return Limits(
        deadline=deadline,
        patience=deadline + _SECOND_ATTEMPT_S,
        after_failure=_SECOND_ATTEMPT_S,
    )


def grammar_in_force(database: str | None, settings: Settings) -> Grammar:
    """The published grammar of a database. Raises UserError before the first publication."""
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    try:
        return needed_grammar(store)
    finally:
        store.close()


def calibrations_of(settings: Settings) -> dict[str, Calibration]:
    """By engine: what ships with the program, and over it the file that the settings name."""
    named = settings.decision.calibration
    if not named:
        return shipped()
    path = Path(named).expanduser()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The calibration {path} can't be read; name a file that `switchboard calibrate` "
            "wrote in [decision] calibration, or leave it empty."
        ) from error
    return {**shipped(), **load(text)}
