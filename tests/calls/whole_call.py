"""A call on a fake line from its beginning to its end, and what must hold of every one."""

from __future__ import annotations

import asyncio

from switchboard.calls.running import run_call
from tests.calls.fake_line import FakeLine
from tests.calls.scripted_parts import Scripted

PROMPTLY = 20.0
"""Far above what a call here takes, in seconds."""


async def call(line: FakeLine, script: Scripted) -> None:
    """Run it; nothing illegal was asked of the line, and nothing of it is left."""
    async with asyncio.timeout(PROMPTLY):
        await run_call(line, script.parts)
    assert line.illegal == []
    assert line.gone.is_set()
    assert not script.parts.desk.calls
