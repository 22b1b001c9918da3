"""A real endpoint in the test's own process, which must be left without a trace."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_network
from typing import Any, TypeVar

from baresip._native import lib

from switchboard.telephony.config import SipConfig
from switchboard.telephony.endpoint import BaresipEndpoint
from switchboard.telephony.port import Line
from tests.telephony.peers import DEADLINE_S, Peer, free_port

T = TypeVar("T")

LOOPBACK = (ip_network("127.0.0.0/8"),)


def sip_config(**changes: Any) -> SipConfig:
    """An endpoint on a free port of loopback that takes calls from all of it."""
    usual = SipConfig(port=free_port(), peers=LOOPBACK, no_answer_s=15.0, rtp_ports=(24000, 28000))
    return replace(usual, **changes)


@asynccontextmanager
async def endpoint(
    on_call: Callable[[Line], Awaitable[None]], config: SipConfig | None = None
) -> AsyncIterator[BaresipEndpoint]:
    """Listening; afterwards no call may be left: not here, not in the stack, and no task."""
    tasks = asyncio.all_tasks()
    running = BaresipEndpoint(config or sip_config())
    await running.start(on_call)
    try:
        yield running
        await until(lambda: running.calls == 0, "all calls to end")
        if running._runtime is not None:
            assert await calls_in_stack(running) == 0
    finally:
        await running.stop()
    assert asyncio.all_tasks() == tasks


async def calls_in_stack(running: BaresipEndpoint) -> int:
    """The stack's own count of the calls that it still holds."""
    assert running._runtime is not None
    _, counts = await running._runtime.cmd(lib.BP_CMD_TEST_HANDLE_COUNT)
    return int(json.loads(counts)["call"])


def address_of(running: BaresipEndpoint) -> str:
    return f"{running._config.address}:{running._config.port}"


async def until(true: Callable[[], bool], what: str, seconds: float = DEADLINE_S) -> None:
    try:
        async with asyncio.timeout(seconds):
            while not true():
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"waited {seconds:.0f} s for {what}") from None


async def ended(peer: Peer) -> None:
    """Wait for a sipp whose calls must all have gone as its scenario says."""
    await asyncio.to_thread(peer.succeed)


def run(test: Coroutine[Any, Any, T]) -> T:
    """A test's coroutine, to its end, within the deadline."""
    return asyncio.run(asyncio.wait_for(test, 3 * DEADLINE_S))
