from __future__ import annotations

import asyncio

import pytest

from switchboard.service import besides
from switchboard.service.besides import kept_going
from tests.service.begun import begun_twice


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

    asyncio.run(begun_twice(kept_going(work), begun))
    assert [each.message for each in caplog.records] == ["work beside the calls failed"]
