"""Work that is done once a night or once an hour."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.service import nightly
from switchboard.service.nightly import every_hour, every_night, seconds_until
from tests.service.begun import begun_twice

LONDON = ZoneInfo("Europe/London")


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), st.times())
def test_the_next_night_is_less_than_a_day_and_a_change_of_clocks_away(
    now: datetime, at: time
) -> None:
    seconds = seconds_until(at, now.replace(tzinfo=LONDON))
    assert -3600 <= seconds <= 25 * 3600


def test_the_time_is_the_clocks_where_the_hours_hold() -> None:
    now = datetime(2026, 7, 1, 1, 30, tzinfo=UTC).astimezone(LONDON)
    assert seconds_until(time(3, 0), now) == timedelta(minutes=30).total_seconds()


def test_what_was_to_be_done_while_the_service_was_off_is_done_at_its_start() -> None:
    done = threading.Event()

    async def run() -> None:
        task = asyncio.create_task(every_night(done.set, lambda: datetime.now(UTC)))
        assert await asyncio.to_thread(done.wait, 20)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(run())


@pytest.mark.parametrize(
    "regularly", [lambda work: every_night(work, lambda: datetime.now(UTC)), every_hour]
)
def test_work_that_fails_once_is_done_the_next_time(
    monkeypatch: pytest.MonkeyPatch,
    regularly: Callable[[Callable[[], object]], Coroutine[None, None, None]],
) -> None:
    nights: list[int] = []

    def work() -> None:
        nights.append(1)
        if len(nights) == 1:
            raise OSError("disk")

    monkeypatch.setattr(nightly, "seconds_until", lambda *_: 0.01)
    monkeypatch.setattr(nightly, "HOUR_S", 0.01)
    asyncio.run(begun_twice(regularly(work), nights))
