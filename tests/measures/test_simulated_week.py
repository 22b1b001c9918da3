from __future__ import annotations

from datetime import UTC, datetime, timedelta

from directory.model import Department, Directory, Person
from switchboard.calls.record import Channel
from switchboard.measures.simulated_week import simulate_week
from switchboard.storage.call_records import fallen_back, find_calls
from switchboard.storage.store import open_store

NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)
DIRECTORY = Directory(
    people=tuple(
        Person(f"p{number}", "Smith", f"Jane {number}", extension=f"51{number:02}")
        for number in range(20)
    ),
    departments=(Department("d1", "Planning", extension="6001"),),
)


def test_the_same_seed_writes_the_same_week_marked_as_simulated(tmp_path: object) -> None:
    written = []
    for name in ("one", "other"):
        store = open_store(f"sqlite:///{tmp_path}/{name}.db")
        week = simulate_week(store, DIRECTORY, "g1", until=NOON, calls=60)
        calls = find_calls(store, limit=500)
        written.append([(call.call, call.started_at, call.ending, call.entry) for call in calls])
        assert week.calls == len(calls)
        assert {call.channel for call in calls} == {Channel.SIMULATED}
        assert min(call.started_at for call in calls) >= NOON - timedelta(days=7, hours=1)
        store.close()
    assert written[0] == written[1]


def test_calls_of_the_last_hour_wait_for_an_operator(tmp_path: object) -> None:
    store = open_store(f"sqlite:///{tmp_path}/week.db")
    simulate_week(store, DIRECTORY, "g1", until=NOON, calls=60)
    lately = fallen_back(store, NOON - timedelta(hours=1))
    assert len(lately) >= 4
    assert not any(record.labels for record in lately)
    assert any(record.labels for record in fallen_back(store, NOON - timedelta(days=8), limit=500))
    store.close()
