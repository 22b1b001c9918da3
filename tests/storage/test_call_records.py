from __future__ import annotations

from datetime import timedelta

import pytest

from switchboard.dialogue.actions import Ending
from switchboard.errors import StorageError
from switchboard.storage.call_labels import Label, LabelSource, Wanted, label_call
from switchboard.storage.call_records import call_counts, call_record, fallen_back, find_calls
from switchboard.storage.calls import write_entries
from switchboard.storage.store import Store
from tests.storage import made_up_calls
from tests.storage.made_up_calls import NOON, note, sent, started, turn, whole_call


def test_a_call_comes_back_with_all_that_was_written(store: Store) -> None:
    entries = made_up_calls.fallen_back("c2")
    write_entries(store, entries)
    record = call_record(store, "c2")
    assert record is not None
    call = record.call
    assert (call.started_at, call.channel, call.worker) == (NOON, "phone", "host:1")
    assert (call.ending, call.ended_at) == ("operator", NOON + timedelta(seconds=10))
    assert record.turns == (turn("c2"),)
    assert record.notes == entries[2:4]
    (transfer,) = record.transfers
    assert (transfer.to, transfer.purpose, transfer.outcome) == ("5000", "operator", "connected")
    assert record.labels == ()
    assert call_record(store, "c3") is None


@pytest.mark.parametrize("backwards", [False, True])
def test_entries_that_come_in_any_order_make_the_same_record(
    store: Store, *, backwards: bool
) -> None:
    entries = (*whole_call("c1"), note("c2", "probably_wrong", "p2", detail="c1"))
    for entry in reversed(entries) if backwards else entries:
        write_entries(store, [entry])
    record = call_record(store, "c1")
    assert record is not None
    assert record.call.started_at == NOON
    assert record.call.entry == "p2"
    assert record.call.ending == "transferred"
    assert record.call.probably_wrong


def test_a_call_that_runs_has_no_ending_yet(store: Store) -> None:
    write_entries(store, [started(), turn()])
    (call,) = find_calls(store)
    assert (call.ended_at, call.ending, call.entry) == (None, "", "")


def test_the_entry_of_a_call_is_the_last_that_answered(store: Store) -> None:
    busy = sent("c1", entry="p1", number=2, outcome="busy")
    write_entries(store, [started(), *sent("c1", entry="p2"), *sent("c1", entry="d1", number=3)])
    write_entries(store, busy)
    (call,) = find_calls(store)
    assert call.entry == "d1"


def test_the_operators_screen_sees_a_call_before_it_is_transferred(store: Store) -> None:
    entries = made_up_calls.fallen_back("c2")
    begun = entries[4]
    write_entries(store, whole_call("c1"))
    write_entries(store, [entries[0], begun])
    (record,) = fallen_back(store, NOON)
    assert record.call.call == "c2"
    assert record.call.fell_back_at == begun.at
    assert fallen_back(store, NOON + timedelta(hours=1)) == ()


def test_the_newest_fallen_back_calls_come_first_and_only_so_many(store: Store) -> None:
    for number in range(5):
        at = NOON + timedelta(minutes=number)
        write_entries(store, made_up_calls.fallen_back(f"c{number}", at))
    found = fallen_back(store, NOON, limit=2)
    assert [record.call.call for record in found] == ["c4", "c3"]
    assert all(len(record.turns) == 1 for record in found)


def test_calls_are_found_by_caller_entry_ending_and_time(store: Store) -> None:
    write_entries(store, whole_call("c1", NOON, caller_hash="one"))
    write_entries(store, whole_call("c2", NOON + timedelta(hours=1), caller_hash="two"))
    write_entries(store, made_up_calls.fallen_back("c3", NOON + timedelta(hours=2)))

    def found(**wanted: object) -> list[str]:
        return [call.call for call in find_calls(store, **wanted)]  # type: ignore[arg-type]

    assert found() == ["c3", "c2", "c1"]
    assert found(caller_hash="one") == ["c1"]
    assert found(entry="p2") == ["c2", "c1"]
    assert found(ending=Ending.OPERATOR) == ["c3"]
    assert found(since=NOON + timedelta(hours=1)) == ["c3", "c2"]
    assert found(before=NOON + timedelta(hours=1)) == ["c1"]
    assert found(limit=1) == ["c3"]


def test_an_operator_says_what_was_wanted_and_the_last_word_holds(store: Store) -> None:
    write_entries(store, made_up_calls.fallen_back("c2"))
    label_call(store, "c2", Wanted.INFORMATION, actor="ada", at=NOON)
    label_call(store, "c2", Wanted.ENTRY, entry="p1", actor="ada", at=NOON)
    record = call_record(store, "c2")
    assert record is not None
    assert record.labels == (
        Label("c2", Wanted.INFORMATION, "", LabelSource.OPERATOR, "ada", NOON),
        Label("c2", Wanted.ENTRY, "p1", LabelSource.OPERATOR, "ada", NOON),
    )
    assert call_counts(store, NOON) == {"p1": 1}
    label_call(store, "c2", Wanted.ABUSE, at=NOON)
    assert call_counts(store, NOON) == {}


@pytest.mark.parametrize(("wanted", "entry"), [(Wanted.ENTRY, ""), (Wanted.ABUSE, "p1")])
def test_a_label_names_an_entry_when_one_was_wanted_and_only_then(
    store: Store, wanted: Wanted, entry: str
) -> None:
    write_entries(store, whole_call())
    with pytest.raises(StorageError, match="which entry"):
        label_call(store, "c1", wanted, entry=entry)


def test_a_label_for_a_call_that_is_not_there_is_refused(store: Store) -> None:
    with pytest.raises(StorageError, match="no record of that call"):
        label_call(store, "c9", Wanted.ABUSE)


def test_entries_are_counted_by_calls_that_reached_them_and_were_not_wrong(store: Store) -> None:
    for number in range(3):
        write_entries(store, whole_call(f"c{number}"))
    write_entries(store, [started("c3"), *sent("c3", entry="p2", outcome="busy")])
    write_entries(store, [note("c4", "probably_wrong", "p2", detail="c0")])
    write_entries(store, whole_call("long ago", NOON - timedelta(days=100)))
    assert call_counts(store, NOON - timedelta(days=90)) == {"p2": 2}
    label_call(store, "c1", Wanted.ENTRY, entry="p1", at=NOON)
    assert call_counts(store, NOON - timedelta(days=90)) == {"p2": 1, "p1": 1}
