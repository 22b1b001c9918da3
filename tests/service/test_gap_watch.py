"""Gaps are found by the service itself, a while after the calls that show them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from switchboard.gaps.detecting import LEASE
from switchboard.own_process import Inside, in_own_process
from switchboard.service.gap_watch import watch_for_gaps
from switchboard.settings import default_settings
from switchboard.storage import gaps as stored
from switchboard.storage.call_labels import Wanted, label_call
from switchboard.storage.gap_evidence import anything_new
from switchboard.storage.leases import leased
from switchboard.storage.store import Store
from tests.gaps.office import Office, open_office

_WAIT_S = 120.0


@pytest.fixture
def office(store: Store) -> Office:
    opened = open_office(store)
    opened.now = datetime.now(UTC) - timedelta(hours=6)
    return opened


def watching(store: Store, url: str, until: Callable[[], bool]) -> None:
    async def run() -> None:
        work = asyncio.create_task(watch_for_gaps(store, default_settings(), url, every_s=0.2))
        end = time.monotonic() + _WAIT_S
        while not until():
            assert time.monotonic() < end
            await asyncio.sleep(0.1)
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work

    asyncio.run(run())


def test_what_callers_say_in_vain_is_a_gap_though_nobody_opens_a_page(
    office: Office, database_url: str
) -> None:
    office.call("the bin people", "the bin people")
    watching(office.store, database_url, lambda: bool(stored.find_gaps(office.store)))


def test_only_news_is_looked_at(office: Office, database_url: str) -> None:
    assert not anything_new(office.store)
    call = office.call("the bin people", "the bin people")
    assert anything_new(office.store)
    watching(office.store, database_url, lambda: stored.cursor(office.store)[0] is not None)
    assert not anything_new(office.store)
    label_call(office.store, call, Wanted.ENTRY, entry="d1")
    assert anything_new(office.store)


def test_while_another_machine_is_at_it_nobody_else_is(
    office: Office, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []

    async def looking(name: str, inside: Inside, *args: object) -> None:
        await in_own_process(name, inside, *args)
        looks.append(name)

    monkeypatch.setattr("switchboard.service.gap_watch.in_own_process", looking)
    office.call("the bin people", "the bin people")
    with leased(office.store, LEASE):
        watching(office.store, database_url, lambda: bool(looks))
        assert stored.cursor(office.store)[0] is None
    watching(office.store, database_url, lambda: stored.cursor(office.store)[0] is not None)


def test_what_fails_is_told_once_and_tried_again(
    office: Office, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    office.call("the bin people", "the bin people")
    with office.store.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE gap_cursor RENAME TO elsewhere")
    begun = time.monotonic()
    with caplog.at_level(logging.WARNING):
        watching(office.store, database_url, lambda: time.monotonic() > begun + 2)
    with office.store.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO gap_cursor")
    told = [each for each in caplog.records if each.message == "gaps can't be looked for"]
    assert len(told) == 1
    watching(office.store, database_url, lambda: bool(stored.find_gaps(office.store)))
