from __future__ import annotations

from datetime import timedelta

import pytest

from switchboard.errors import UserError
from switchboard.storage.simulations import (
    SILENT,
    Simulated,
    SimulationState,
    begin_simulation,
    end_simulation,
    resume_simulation,
    simulated,
    simulation,
    simulations,
    store_simulated,
)
from switchboard.storage.store import Store

PLAN = {"entries": ["p1"], "voices": ["a", "b"]}


def row(number: int) -> Simulated:
    return Simulated(
        number, "p1", "jane please", "a", "clean", "connected", "transfer", "sure", "p1", "jane",
        0.97, 812.5,
    )  # fmt: skip


def begun(store: Store) -> int:
    return begin_simulation(store, PLAN, 2, grammar="g1", actor="boss")


def test_utterances_come_back_as_they_were_stored_and_count_as_progress(store: Store) -> None:
    number = begun(store)
    assert store_simulated(store, number, [row(0), row(1)])
    assert simulated(store, number) == (row(0), row(1))
    known = simulation(store, number)
    assert (known.done, known.total, known.plan, known.grammar) == (2, 2, PLAN, "g1")
    assert simulations(store) == (known,)


def test_somebody_else_stops_a_simulation(store: Store) -> None:
    number = begun(store)
    end_simulation(store, number, SimulationState.STOPPED)
    assert not store_simulated(store, number, [row(0)])
    assert len(simulated(store, number)) == 1


def test_one_simulation_runs_at_a_time(store: Store) -> None:
    number = begun(store)
    with pytest.raises(UserError, match="is running"):
        begun(store)
    end_simulation(store, number, SimulationState.DONE)
    assert begun(store) > number


def test_one_that_is_silent_died_with_its_process(store: Store) -> None:
    known = simulation(store, begun(store))
    assert known.runs(known.seen_at + SILENT - timedelta(seconds=1))
    assert not known.runs(known.seen_at + SILENT)


def test_a_simulation_goes_on_with_the_engine_that_it_was_begun_with(store: Store) -> None:
    number = begun(store)
    resume_simulation(store, number, engine="whisper")
    store_simulated(store, number, [row(0)])
    end_simulation(store, number, SimulationState.STOPPED)
    with pytest.raises(UserError, match="like is compared with like"):
        resume_simulation(store, number, engine="vosk")
    again = resume_simulation(store, number, engine="whisper")
    assert (again.state, again.engine) == (SimulationState.RUNNING, "whisper")


def test_what_is_not_there_is_told(store: Store) -> None:
    for asked in (simulation, lambda s, n: resume_simulation(s, n, engine="whisper")):
        with pytest.raises(UserError, match="no simulation 9"):
            asked(store, 9)
