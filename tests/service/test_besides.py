from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from switchboard.service import besides
from switchboard.service.besides import kept_going


def test_work_that_fails_unforeseen_is_told_and_begins_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(besides, "AGAIN_S", 0.01)
    begun: list[int] = []

    async def work() -> None:
        begun.append(1)
        if len(begun) == 1:
            raise KeyError("unforeseen")
        await asyncio.sleep(3600)

    async def run() -> None:
        task = asyncio.create_task(kept_going(work))
        async with asyncio.timeout(20):
            while len(begun) < 2:
                await asyncio.sleep(0.01)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert [each.message for each in caplog.records] == ["work beside the calls failed"]
