from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from switchboard.errors import StorageError
from switchboard.storage import audit
from switchboard.storage.calls import write_entries
from switchboard.storage.connect_requests import ask_to_connect, last_requests, take_requests
from switchboard.storage.fallbacks import going_on_signature, signature
from switchboard.storage.store import Store
from tests.storage.made_up_calls import NOON, ended, note, started, turn


@pytest.fixture
def up(store: Store) -> Store:
    """Two calls are up."""
    write_entries(store, (started("c1"), started("c2")))
    return store


def later(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def test_a_wish_is_taken_once_and_only_by_the_process_that_runs_the_call(up: Store) -> None:
    ask_to_connect(up, "c1", "p2", actor="ada", at=NOON)
    assert take_requests(up, {"c2"}, NOON) == ()
    (taken,) = take_requests(up, {"c1", "c2"}, NOON + later(1))
    assert (taken.call, taken.entry, taken.actor) == ("c1", "p2", "ada")
    assert take_requests(up, {"c1", "c2"}, NOON + later(2)) == ()
    assert last_requests(up, ["c1", "c2"])["c1"].taken_at == NOON + later(1)


def test_a_wish_that_nobody_took_in_time_is_not_carried_out_any_more(up: Store) -> None:
    ask_to_connect(up, "c1", "p2", actor="ada", at=NOON)
    assert take_requests(up, {"c1"}, NOON + later(60)) == ()
    assert last_requests(up, ["c1"])["c1"].taken_at is None


def test_who_connected_a_call_to_whom_is_on_the_audit_log(up: Store) -> None:
    ask_to_connect(up, "c1", "p2", actor="ada", at=NOON)
    (entry,) = audit.entries(up, audit.AuditFilter(action="call connected"))
    assert (entry.actor, entry.subject, entry.after) == ("ada", "call c1", {"entry": "p2"})


def test_of_a_call_without_a_record_nothing_is_asked(up: Store) -> None:
    with pytest.raises(StorageError):
        ask_to_connect(up, "no such call", "p2", actor="ada", at=NOON)
    assert audit.count(up, audit.AuditFilter(action="call connected")) == 0


def test_consoles_learn_of_each_step(up: Store) -> None:
    write_entries(up, (note("c1", "fallback"), ended("c1", "operator")))
    since, seen = NOON - later(60), []
    for step in (
        lambda: ask_to_connect(up, "c1", "p2", actor="ada", at=NOON),
        lambda: take_requests(up, {"c1"}, NOON),
        lambda: write_entries(up, [note("c1", "operator_connects", "p2")]),
        lambda: write_entries(up, [ended("c1", "operator", NOON + later(30))]),
        lambda: write_entries(up, [note("c1", "operator_done")]),
    ):
        seen.append(signature(up, since))
        step()
    seen.append(signature(up, since))
    assert len(set(seen)) == len(seen)


def test_who_looks_at_the_calls_of_now_learns_of_each_step(store: Store) -> None:
    since, seen = NOON - later(60), [going_on_signature(store, NOON - later(60))]
    for entries in (
        [started("c1")],
        [turn("c1", 1)],
        [started("c2", NOON + later(5))],
        [turn("c1", 2)],
        [note("c1", "fallback")],
        [ended("c2", "transferred")],
    ):
        write_entries(store, entries)
        seen.append(going_on_signature(store, since))
    assert [each.newest for each in seen] == ["", "c1", "c1", "c2", "c2", "c2", ""]
    assert all(before != after for before, after in pairwise(seen))
    assert seen[-1] == seen[0]
