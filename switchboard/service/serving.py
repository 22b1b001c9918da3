"""The running service: calls taken until a signal says stop, then ended one way or another.

SIGTERM ──▶ no new calls ──grace──▶ calls still up go to an operator ──▶ stop
SIGTERM again ─────────────────────────────────────────────────────────▶ stop at once
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from dataclasses import dataclass
from functools import partial

from switchboard.calls.running import run_call
from switchboard.dialogue.operators import ladder
from switchboard.errors import UserError
from switchboard.service.admin_process import AdminProcess
from switchboard.service.besides import Work, kept_going
from switchboard.service.desk_watch import watch_desk
from switchboard.service.gap_watch import watch_for_gaps
from switchboard.service.nightly import every_hour, every_night
from switchboard.service.nightly_sync import sync_every_night
from switchboard.service.opening import CODEC_RATES, Opened, opened
from switchboard.service.rollout import Rollout
from switchboard.service.supervisor import READY, STOPPING, notify
from switchboard.service.testers_calls import browser_calls, run_phone_call
from switchboard.settings import Settings
from switchboard.storage.call_hours import count_all
from switchboard.storage.purging import purge, purge_numbers
from switchboard.storage.spool import spool_folder
from switchboard.telephony.endpoint import BaresipEndpoint
from switchboard.telephony.port import Endpoint, Line, OnCall
from switchboard.trunk import sip_config_of
from switchboard.uat.browser.wire import socket_path
from switchboard.uat.keeping import keeper, known_pins

log = logging.getLogger(__name__)

GRAMMAR_EVERY_S = 3.0
"""Between looks for a newly published grammar."""

_SPARE_S = 5.0
"""Beyond the time for which the operators' phones ring."""


_THREADS_A_CALL = 2
"""A prompt that is made and an entry that is stored; idle threads cost next to nothing."""
_THREADS_BESIDES = 8


class EndpointDiedError(UserError):
    """The telephone side has failed for good."""


@dataclass(frozen=True, slots=True)
class Options:
    """`admin`: whether the web admin is part of it. `grace_s`: how long calls may go on after the
    first signal. `tell` says to whoever started it what it does."""

    admin: bool
    grace_s: float
    tell: Callable[[str], object]


async def serve(settings: Settings, database: str | None, options: Options) -> None:
    """Take calls until SIGTERM or SIGINT. Raises UserError for what can't be used."""
    stop = _signals()
    asyncio.get_running_loop().set_default_executor(
        ThreadPoolExecutor(_THREADS_A_CALL * settings.sip.most_calls + _THREADS_BESIDES)
    )
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(opened(settings, database))
        admin = await _admin(stack, settings, database) if options.admin else ""
        endpoint = BaresipEndpoint(sip_config_of(settings))
        rollout = await Rollout.looked_up(running.store, running.parts)
        await _besides(stack, partial(rollout.watch, running.store))
        await stack.enter_async_context(_testers(running, rollout))
        await endpoint.start(_taking(running, rollout))
        stack.push_async_callback(endpoint.stop)
        for work in _work(running, database):
            await _besides(stack, work)
        options.tell(_ready(running, admin))
        notify(READY)
        died = asyncio.create_task(endpoint.died.wait())
        await asyncio.wait(
            (died, asyncio.create_task(stop.first.wait())), return_when=asyncio.FIRST_COMPLETED
        )
        if died.done():
            raise EndpointDiedError("The SIP stack has failed; start the service again.")
        died.cancel()
        notify(STOPPING)
        options.tell("Stopping: no new calls.")
        await _wind_down(running, endpoint, stop, options)


def _taking(running: Opened, rollout: Rollout) -> OnCall:
    """What is done with a call that comes in."""
    known, keep = known_pins(running.store), keeper(running.store, running.parts.grammars)

    async def take(line: Line) -> None:
        if rollout.testing:
            await run_phone_call(line, rollout.parts(), known, keep)
        else:
            await run_call(line, rollout.parts())

    return take


def _testers(running: Opened, rollout: Rollout) -> AbstractAsyncContextManager[None]:
    """Test calls from browsers, in the sound that most telephones here bring."""
    store = running.store
    rate = CODEC_RATES[running.settings.sip.codecs[0]]
    keep = keeper(store, running.parts.grammars)
    return browser_calls(socket_path(store.location), rollout.parts, rate, keep)


def _work(running: Opened, database: str | None) -> list[Work]:
    store, settings, now = running.store, running.settings, running.parts.now
    spool = spool_folder(store.location, settings.storage.spool)
    return [
        partial(running.parts.grammars.watch, running.source, GRAMMAR_EVERY_S),
        partial(watch_desk, store, running.parts.desk, now),
        partial(watch_for_gaps, store, settings, database),
        # Counted long before they expire, and so in the reports for good.
        partial(every_night, lambda: count_all(store), now),
        partial(every_night, lambda: purge(store, settings.privacy, spool), now),
        partial(every_hour, lambda: purge_numbers(store, settings.privacy)),
        *([partial(sync_every_night, settings, database, now)] if settings.ldap.nightly else []),
    ]


async def _admin(stack: AsyncExitStack, settings: Settings, database: str | None) -> str:
    process = AdminProcess(settings, database)
    address = await process.start()
    stack.push_async_callback(process.stop)
    await _besides(stack, process.watch)
    return address


async def _besides(stack: AsyncExitStack, work: Work) -> None:
    """Keep it going until the stack unwinds."""
    task = asyncio.create_task(kept_going(work))

    async def end() -> None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    stack.push_async_callback(end)


async def _wind_down(running: Opened, endpoint: Endpoint, stop: _Stop, options: Options) -> None:
    parts = running.parts
    parts.traffic.closing = True
    await endpoint.drain()
    if not await _calls_end(endpoint, stop, options.grace_s):
        options.tell("Handing the calls that are still up to an operator.")
        parts.hand_over.set()
        rings = sum(rung.ring_s + _SPARE_S for rung in ladder(parts.policy))
        await _calls_end(endpoint, stop, rings + _SPARE_S)
    if endpoint.calls:
        log.warning("calls cut off", extra={"calls": endpoint.calls})


async def _calls_end(endpoint: Endpoint, stop: _Stop, seconds: float) -> bool:
    """Wait for it: whether they did, or a second signal came, which ends all waiting."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while endpoint.calls and not stop.second.is_set():
                await asyncio.sleep(0.1)
    return not endpoint.calls or stop.second.is_set()


@dataclass(frozen=True, slots=True)
class _Stop:
    first: asyncio.Event
    second: asyncio.Event

    def signalled(self) -> None:
        (self.second if self.first.is_set() else self.first).set()


def _signals() -> _Stop:
    stop = _Stop(asyncio.Event(), asyncio.Event())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.signalled)
    return stop


def _ready(running: Opened, admin: str) -> str:
    sip, grammar = running.settings.sip, running.parts.grammars.current.grammar
    told = (
        f"Answering calls at sip:{sip.address}:{sip.port} ({sip.transport}) with "
        f"{running.recognisers.engine}, {len(grammar.entries):,} entries, "
        f"grammar {grammar.version[:12]}."
    )
    return f"{told}\nThe web admin is at {admin}." if admin else told
