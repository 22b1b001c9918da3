"""How the settings reach the engines that give second opinions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from switchboard import wiring
from switchboard.recognition.messages import EngineSpec
from switchboard.recognition.recognisers import Recognisers
from switchboard.recognition.workers import Limits
from switchboard.settings import Settings, default_settings
from tests.recognition.scripted_engine import empty_grammar

Started = list[tuple[EngineSpec, int, Limits]]


class Pool:
    """Starts nothing, and remembers what it was to start."""

    started: Started
    engine = "whisper"

    def __init__(self, spec: EngineSpec, _grammar: object, *, workers: int, limits: Limits) -> None:
        self.started.append((spec, workers, limits))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    found: Started = []
    monkeypatch.setattr(Pool, "started", found, raising=False)
    monkeypatch.setattr(wiring, "WorkerPool", Pool)
    return found


def engines(limits: Limits | None = None, **recognition: object) -> Recognisers:
    settings: Settings = default_settings()
    changed = replace(settings.recognition, **{"engine": "whisper", **recognition})  # type: ignore[arg-type]
    return wiring.recognisers(
        replace(settings, recognition=changed), empty_grammar("v1"), limits=limits
    )


def test_a_caller_waits_as_long_for_a_second_opinion_as_the_settings_say(started: Started) -> None:
    engines(second_opinions=3, second_opinion_s=0.7).start_second_opinions()
    (_, first, _), (spec, second, limits) = started
    assert (first, second) == (2, 3)
    assert spec.options == {"name": "base", "model": "base"}
    assert limits.patience == 0.7


def test_a_recording_is_heard_again_however_long_it_takes(started: Started) -> None:
    engines(wiring.UNHURRIED).start_second_opinions()
    assert [limits for _, _, limits in started] == [wiring.UNHURRIED, wiring.UNHURRIED]


def test_with_none_in_the_settings_there_are_no_second_opinions(started: Started) -> None:
    assert not engines(second_opinions=0).start_second_opinions()
    assert len(started) == 1


@pytest.mark.parametrize(
    ("workers", "others", "crowded"), [(1, 1, True), (2, 1, True), (4, 1, False), (4, 2, True)]
)
def test_live_callers_are_heard_twice_while_less_than_half_of_the_engines_are_busy(
    started: Started, workers: int, others: int, crowded: bool
) -> None:
    made = engines(workers=workers)
    assert not made.crowded
    made._under_way = others
    assert made.crowded is crowded
    assert not engines(wiring.UNHURRIED, workers=workers).crowded
