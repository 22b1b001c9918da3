from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from switchboard.errors import UserError
from switchboard.storage import audit
from switchboard.storage.simulations import (
    SILENT,
    Going,
    Simulated,
    SimulationState,
    begin_simulation,
    end_simulation,
    resume_simulation,
    set_engine,
    simulated,
    simulation,
    simulations,
    stop_simulation,
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
    assert store_simulated(store, number, [row(0), row(1)]) is Going.ON
    assert simulated(store, number) == (row(0), row(1))
    known = simulation(store, number)
    assert (known.done, known.total, known.plan, known.grammar) == (2, 2, PLAN, "g1")
    assert simulations(store) == (known,)


def test_somebody_else_stops_a_simulation(store: Store) -> None:
    number = begun(store)
    stop_simulation(store, number, actor="ada")
    assert store_simulated(store, number, [row(0)]) is Going.STOPPED
    assert len(simulated(store, number)) == 1


def test_of_two_processes_that_go_on_with_one_simulation_the_later_to_store_gives_way(
    store: Store,
) -> None:
    number = begun(store)
    assert store_simulated(store, number, [row(0)]) is Going.ON
    assert store_simulated(store, number, [row(0), row(1)]) is Going.ELSEWHERE
    assert simulated(store, number) == (row(0),)
    assert simulation(store, number).state is SimulationState.RUNNING


def test_who_stops_a_simulation_and_goes_on_with_it_is_on_the_audit_log(store: Store) -> None:
    number = begun(store)
    stop_simulation(store, number, actor="ada")
    resume_simulation(store, number, actor="bob")
    stop_simulation(store, number, actor="ada")
    end_simulation(store, number, SimulationState.DONE)
    stop_simulation(store, number, actor="ada")  # too late: it has ended
    assert simulation(store, number).state is SimulationState.DONE
    acts = [(each.action, each.actor, each.subject) for each in reversed(audit.entries(store))]
    assert acts == [
        ("simulation begun", "boss", f"simulation {number}"),
        ("simulation stopped", "ada", f"simulation {number}"),
        ("simulation resumed", "bob", f"simulation {number}"),
        ("simulation stopped", "ada", f"simulation {number}"),
    ]


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
    set_engine(store, number, "whisper")
    store_simulated(store, number, [row(0)])
    stop_simulation(store, number, actor="ada")
    resume_simulation(store, number, actor="ada")
    with pytest.raises(UserError, match="like is compared with like"):
        set_engine(store, number, "vosk")
    set_engine(store, number, "whisper")
    known = simulation(store, number)
    assert (known.state, known.engine) == (SimulationState.RUNNING, "whisper")


def test_what_is_not_there_is_told(store: Store) -> None:
    for asked in (
        simulation,
        partial(resume_simulation, actor="ada"),
        partial(stop_simulation, actor="ada"),
        partial(set_engine, engine="whisper"),
    ):
        with pytest.raises(UserError, match="no simulation 9"):
            asked(store, 9)
