"""The web admin's process: started, watched, stopped."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import suppress
from dataclasses import replace

import pytest

from switchboard.service.admin_process import AdminProcess
from switchboard.settings import default_settings


def test_it_is_stopped_while_it_is_watched(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of the two that wait for its end learns of it first, and the other nothing."""
    reap = os.waitpid

    def slow(pid: int, options: int) -> tuple[int, int]:
        reaped = reap(pid, options)
        if reaped[0]:
            time.sleep(0.2)
        return reaped

    async def run() -> None:
        settings = default_settings()
        admin = AdminProcess(replace(settings, admin=replace(settings.admin, port=0)), sqlite_url)
        assert "http://" in await admin.start()
        watching = asyncio.create_task(admin.watch())
        await asyncio.sleep(0.1)
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        await admin.stop()

    monkeypatch.setattr("os.waitpid", slow)
    asyncio.run(run())
