"""Calls of testers, and simulated ones, are in no figure of callers and in no prior."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from alembic import command

from switchboard.calls.record import CallStarted, Channel, Entry
from switchboard.reports.gathering import gather
from switchboard.reports.highlight import highlight
from switchboard.reports.period import Period
from switchboard.settings import default_settings
from switchboard.storage import migrate
from switchboard.storage.call_hours import count_hours
from switchboard.storage.call_labels import LabelSource, Wanted, label_call
from switchboard.storage.call_records import call_counts, fallen_back, find_calls
from switchboard.storage.calls import write_entries
from switchboard.storage.fallbacks import signature
from switchboard.storage.recent_calls import RecentCalls, last_call
from switchboard.storage.store import Store
from switchboard.storage.tables import calls
from switchboard.storage.uat_tables import uat_tries
from tests.storage.made_up_calls import NOON, note, whole_call

NOT_CALLERS = [Channel.BROWSER, Channel.TESTER, Channel.SIMULATED]
SETTINGS = default_settings()
DAY = Period(NOON.date(), NOON.date())
LATER = NOON + timedelta(days=2)


def by(channel: Channel, call: str) -> tuple[Entry, ...]:
    first, *rest = whole_call(call)
    assert isinstance(first, CallStarted)
    return (replace(first, channel=channel), *rest)


def keyed_a_pin(call: str) -> tuple[Entry, ...]:
    """A call that began as a caller's, and turned out to be a tester's."""
    entries = whole_call(call)
    first = entries[0]
    assert isinstance(first, CallStarted)
    test = replace(first, channel=Channel.TESTER, caller_hash="")
    return (first, test, *entries[1:])


def test_a_call_with_a_pin_is_in_no_figure_of_callers(store: Store) -> None:
    write_entries(store, (*whole_call("c1"), *keyed_a_pin("c2")))
    material = gather(store, DAY, SETTINGS.reports, now=LATER)
    assert material.figures.calls == 1
    assert sum(hour.figures.calls for hour in material.hours) == 1  # what every CSV is made of
    month = Period(NOON.date().replace(day=1), NOON.date().replace(day=31))
    report = highlight(store, month, SETTINGS, now=LATER)
    assert report.headline.rows[0] == ("Calls", 1, 0)


def test_a_pin_keyed_after_the_hour_was_counted_takes_the_call_out_again(store: Store) -> None:
    write_entries(store, whole_call("c1"))
    count_hours(store, *DAY.hours, now=LATER.timestamp())
    write_entries(store, keyed_a_pin("c1")[1:2])
    assert gather(store, DAY, SETTINGS.reports, now=LATER).figures.calls == 0


@pytest.mark.parametrize("channel", NOT_CALLERS)
def test_only_callers_say_how_often_an_entry_is_called(store: Store, channel: Channel) -> None:
    write_entries(store, (*whole_call("c1"), *by(channel, "c2"), *by(channel, "c3")))
    label_call(store, "c3", Wanted.ENTRY, entry="p9", source=LabelSource.TESTER, at=NOON)
    assert call_counts(store, NOON - timedelta(days=90)) == {"p2": 1}


@pytest.mark.parametrize("channel", [Channel.BROWSER, Channel.TESTER])
def test_a_tester_who_falls_back_is_nobody_who_waits_for_an_operator(
    store: Store, channel: Channel
) -> None:
    since = NOON - timedelta(hours=1)
    nothing_new = signature(store, since)
    write_entries(store, (*by(channel, "c1"), note("c1", "fallback", detail="declined")))
    assert fallen_back(store, since) == ()
    assert signature(store, since) == nothing_new


def test_a_call_that_had_fallen_back_when_a_pin_was_keyed_is_taken_off_the_operators_screen(
    store: Store,
) -> None:
    since = NOON - timedelta(hours=1)
    begun, test, *rest = keyed_a_pin("c1")
    write_entries(store, (begun, *rest, note("c1", "fallback", detail="silence")))
    seen = signature(store, since)
    assert [record.call.call for record in fallen_back(store, since)] == ["c1"]
    write_entries(store, [test])
    assert fallen_back(store, since) == ()
    assert signature(store, since).mark != seen.mark


def test_a_tester_who_then_calls_for_real_is_nobody_who_calls_again(store: Store) -> None:
    write_entries(store, keyed_a_pin("c1"))
    soon = NOON + timedelta(minutes=3)
    assert last_call(store, "ab12", soon, 10.0) is None
    recent = RecentCalls()
    for entry in keyed_a_pin("c1"):
        recent.follow(entry)
    assert recent.last("ab12", soon, 10.0) is None


def test_calls_with_a_pin_that_are_on_record_become_testers_calls(store: Store) -> None:
    write_entries(store, (*whole_call("c1"), *whole_call("c2")))
    count_hours(store, *DAY.hours, now=LATER.timestamp())
    with store.writing() as connection:
        _script_and_try(connection, "c2")
    with store.writing() as connection:
        command.downgrade(migrate.configuration(connection), "0008")
    with store.writing() as connection:
        command.upgrade(migrate.configuration(connection), migrate.HEAD)
    assert {each.call: each.channel for each in find_calls(store)} == {
        "c1": "phone",
        "c2": "tester",
    }
    assert gather(store, DAY, SETTINGS.reports, now=LATER).figures.calls == 1


def _script_and_try(connection: sa.Connection, call: str) -> None:
    from switchboard.storage.uat_tables import uat_campaigns, uat_items, uat_testers

    day = NOON.date()
    for table, row in (
        (uat_campaigns, {"name": "a", "stage": "pilot", "begins": day, "ends": day,
                         "closed": False, "made_at": NOON, "made_by": "ada"}),
        (uat_testers, {"campaign": 1, "name": "t", "accent": "", "pin": "123456"}),
        (uat_items, {"tester": 1, "number": 1, "kind": "nickname", "say": "x", "wanted": [],
                     "hint": "", "department": ""}),
        (uat_tries, {"item": 1, "call": call, "at": NOON, "channel": "phone", "outcome": "right",
                     "entry": "", "number": "", "ending": "", "waits_ms": [], "verdict": "",
                     "problem": "", "told": "", "settled": False}),
    ):  # fmt: skip
        connection.execute(sa.insert(table).values(id=1, **row))
    assert connection.execute(sa.select(calls.c.channel).where(calls.c.call == call)).scalar()
