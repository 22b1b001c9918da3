from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

import pytest

from switchboard.calls.desk import Desk
from switchboard.service.desk_watch import watch_desk
from switchboard.storage.calls import write_entries
from switchboard.storage.connect_requests import ask_to_connect
from switchboard.storage.store import Store
from tests.storage.made_up_calls import started


def now() -> datetime:
    return datetime.now(UTC)


async def _until(true: object, told: list[str]) -> None:
    async with asyncio.timeout(20):
        while told != true:
            await asyncio.sleep(0.01)


def test_a_wish_reaches_the_call_that_runs_here(store: Store) -> None:
    write_entries(store, [started("c1"), started("c2")])

    async def run() -> None:
        desk, told = Desk(), list[str]()
        watching = asyncio.create_task(watch_desk(store, desk, now, every_s=0.01))
        with desk.holding("c1", told.append):
            ask_to_connect(store, "c2", "p9", actor="ada", at=now())
            ask_to_connect(store, "c1", "p2", actor="ada", at=now())
            await _until(["p2"], told)
        desk.connect("c1", "p3")
        assert told == ["p2"]
        watching.cancel()

    asyncio.run(run())


def test_a_database_that_fails_is_told_once_and_asked_again(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    write_entries(store, [started("c1")])

    async def run() -> None:
        desk, told = Desk(), list[str]()
        with store.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE connect_requests RENAME TO elsewhere")
        watching = asyncio.create_task(watch_desk(store, desk, now, every_s=0.01))
        with desk.holding("c1", told.append):
            await asyncio.sleep(0.3)
            with store.writing() as connection:
                connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO connect_requests")
            ask_to_connect(store, "c1", "p2", actor="ada", at=now())
            await _until(["p2"], told)
        watching.cancel()

    with caplog.at_level(logging.WARNING):
        asyncio.run(run())
    assert [each.message for each in caplog.records] == ["operators' wishes can't be read"]
