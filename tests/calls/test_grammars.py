"""A newly published grammar is taken over while calls are up; each call keeps its own."""

from __future__ import annotations

import asyncio
import gc
import logging
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest

from grammar.decision import Costs
from switchboard.calls.grammars import Board, Grammars, Source
from switchboard.dialogue.world import world_of
from switchboard.errors import EngineError, StorageError
from tests.calls.scripted_parts import GRAMMAR, POLICY, Router

WORLD = world_of(GRAMMAR, POLICY, Costs())


def board(version: str) -> Board:
    return Board(replace(GRAMMAR, version=version), Router(), WORLD)


class Database:
    """What is published, and what happens when it is read or prepared."""

    def __init__(self) -> None:
        self.version: str | None = "v1"
        self.fault: Exception | None = None
        self.refuses: dict[str, Exception] = {}
        self.prepared: list[str] = []

    def published(self) -> str | None:
        if self.fault is not None:
            raise self.fault
        return self.version

    def prepare(self, version: str) -> Board:
        self.prepared.append(version)
        if version in self.refuses:
            raise self.refuses[version]
        return board(version)


@asynccontextmanager
async def watching(database: Database) -> AsyncIterator[Grammars]:
    grammars = Grammars(board("v1"))
    source = Source(database.published, database.prepare)
    task = asyncio.create_task(grammars.watch(source, 0.01))
    try:
        yield grammars
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.005)


def test_a_published_grammar_is_for_calls_that_begin_from_now_on() -> None:
    async def run() -> None:
        database = Database()
        async with watching(database) as grammars:
            with grammars.lease() as early:
                database.version = "v2"
                await until(lambda: grammars.current.version == "v2")
                assert early.version == "v1"
                with grammars.lease() as late:
                    assert late.version == "v2"

    asyncio.run(run())


def test_a_third_grammar_waits_for_the_calls_on_the_first() -> None:
    async def run() -> None:
        database = Database()
        async with watching(database) as grammars:
            with grammars.lease():
                database.version = "v2"
                await until(lambda: grammars.current.version == "v2")
                database.version = "v3"
                await asyncio.sleep(0.1)
                assert database.prepared == ["v2"]
            await until(lambda: grammars.current.version == "v3")

    asyncio.run(run())


def test_an_old_grammar_is_let_go_with_the_last_call_on_it() -> None:
    async def run() -> None:
        database = Database()
        async with watching(database) as grammars:
            old = weakref.ref(grammars.current.router)
            with grammars.lease():
                database.version = "v2"
                await until(lambda: grammars.current.version == "v2")
                gc.collect()
                assert old() is not None
            gc.collect()
            assert old() is None

    asyncio.run(run())


def test_a_grammar_that_cannot_be_used_is_tried_once_and_the_next_one_taken(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def run() -> None:
        database = Database()
        database.refuses["bad"] = EngineError("nothing can be said")
        async with watching(database) as grammars:
            database.version = "bad"
            await until(lambda: "bad" in database.prepared)
            await asyncio.sleep(0.1)
            assert database.prepared == ["bad"]
            assert grammars.current.version == "v1"
            database.version = "v2"
            await until(lambda: grammars.current.version == "v2")

    asyncio.run(run())
    assert sum(each.levelno >= logging.ERROR for each in caplog.records) == 1


def test_a_database_that_is_away_is_told_once_and_asked_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def run() -> None:
        database = Database()
        async with watching(database) as grammars:
            database.fault = StorageError("gone")
            await asyncio.sleep(0.1)
            database.fault, database.version = None, "v2"
            await until(lambda: grammars.current.version == "v2")

    asyncio.run(run())
    assert [each.message for each in caplog.records if each.levelno >= logging.WARNING] == [
        "published grammar can't be read"
    ]


def test_a_grammar_whose_content_cannot_be_read_now_is_read_later() -> None:
    async def run() -> None:
        database = Database()
        database.refuses["v2"] = StorageError("gone")
        async with watching(database) as grammars:
            database.version = "v2"
            await until(lambda: len(database.prepared) > 1)
            del database.refuses["v2"]
            await until(lambda: grammars.current.version == "v2")

    asyncio.run(run())
