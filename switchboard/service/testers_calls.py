"""Test calls beside the real ones, with the same engine, voice and dialogue.

From browsers they come over a Unix socket (`switchboard.uat.browser`). By telephone they are calls
like any other until the tester keys `*` and the PIN; from then on nothing is dialled for them.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from switchboard.calls.parts import Parts
from switchboard.calls.record import Channel
from switchboard.calls.running import run_call
from switchboard.dialogue.caller import Caller, CallerClass
from switchboard.dialogue.policy import Hours, Policy, Stage
from switchboard.errors import UserError
from switchboard.telephony.port import Line
from switchboard.uat.browser.line import BrowserLine
from switchboard.uat.browser.wire import Got, Sent, WireError, packed, read_open, read_sent
from switchboard.uat.items import Observed
from switchboard.uat.keyed_pin import KeyedPin
from switchboard.uat.observing import Observing

log = logging.getLogger(__name__)

GONE_S = 8.0
"""Without a word from the browser the tester has gone: a page in the background still sends."""
LONGEST_S = 300.0
"""Of one test call."""
MOST_CALLS = 4
"""At a time. Raising it lets testers take more of the engine's time from callers."""
_STORE_S = 5.0
_LINE_LIMIT = 1 << 16

Keep = Callable[[int, Channel, Observed], int]
"""Keeps what a call for an item came to, and returns what it is kept as. Blocks."""


def for_testers(policy: Policy) -> Policy:
    """Everybody is served, at any hour: what is tested is who is understood, not when we open."""
    rules = {kind: replace(own, served=True, hours=Hours()) for kind, own in policy.rules.items()}
    return replace(policy, stage=Stage.EXTERNAL, rules=rules, department_hours=False)


Known = Callable[[str], int | None]
"""The item that the tester with a PIN is to ask for next; None for a PIN of nobody's. Blocks."""


async def run_phone_call(line: Line, parts: Parts, known: Known, keep: Keep) -> None:
    """Run a call in which a tester may key a PIN, to its end. Raises nothing but CancelledError."""

    async def find(pin: str) -> int | None:
        try:
            item = await asyncio.to_thread(known, pin)
        except UserError:
            log.exception("a tester can't be looked up")
            return None
        if item is not None:
            observing.is_a_test()
        return item

    observing = Observing(parts.recorder)
    keyed = KeyedPin(line, find)
    await run_call(keyed, replace(parts, recorder=observing))
    keyed.close()
    if keyed.item is not None:
        try:
            await asyncio.to_thread(keep, keyed.item, Channel.PHONE, observing.observed)
        except UserError:
            log.exception("a test call can't be kept")


@asynccontextmanager
async def browser_calls(
    path: Path, parts: Callable[[], Parts], rate: int, keep: Keep
) -> AsyncIterator[None]:
    """Take test calls from browsers at that socket while inside. `rate` (Hz) is that of the
    telephones here, so that testers are heard as callers are. Raises UserError."""
    exchange = _Exchange(parts, rate, keep)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = path.parent.stat()
    if folder.st_uid != os.getuid() or folder.st_mode & 0o022:
        raise UserError(
            f"Others may write in {path.parent}, and so make test calls; make it your own "
            "(chown, chmod 700)."
        )
    path.unlink(missing_ok=True)
    server = await asyncio.start_unix_server(exchange.serve, path=path, limit=_LINE_LIMIT)
    path.chmod(0o600)
    try:
        yield
    finally:
        server.close()
        exchange.end_all()
        path.unlink(missing_ok=True)


class _Exchange:
    def __init__(self, parts: Callable[[], Parts], rate: int, keep: Keep) -> None:
        self._parts = parts
        self._rate = rate
        self._keep = keep
        self._lines: set[BrowserLine] = set()

    def end_all(self) -> None:
        for line in self._lines:
            line.leaves()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: one call."""
        try:
            async with asyncio.timeout(GONE_S):
                wanted = await read_open(reader)
            kind = CallerClass(wanted.caller_class)
        except (WireError, ValueError, TimeoutError):
            writer.close()
            return
        if len(self._lines) >= MOST_CALLS:
            refused = "Too many people are testing at the moment; call again in a minute."
            await self._refuse(reader, writer, refused)
            return
        line = BrowserLine(f"test-{secrets.token_hex(8)}", self._rate)
        self._lines.add(line)
        call = asyncio.create_task(self._call(line, wanted.item, kind))
        try:
            await self._relay(_Relay(line, call, reader, writer))
        finally:
            line.leaves()
            self._lines.discard(line)
            with suppress(Exception):
                await call
            writer.close()

    async def _call(self, line: BrowserLine, item: int, kind: CallerClass) -> int:
        """Run it; what it is kept as."""
        parts = self._parts()
        observing = Observing(parts.recorder)
        own = replace(
            parts,
            channel=Channel.BROWSER,
            classify=lambda _: Caller(kind),
            recorder=observing,
            policy=for_testers(parts.policy),
        )
        too_long = asyncio.get_running_loop().call_later(LONGEST_S, line.leaves)
        try:
            await run_call(line, own)
        finally:
            too_long.cancel()
        if not line.media().received:
            return 0
        try:
            return await asyncio.to_thread(self._keep, item, Channel.BROWSER, observing.observed)
        except UserError:
            log.exception("a test call can't be kept")
            return 0

    async def _relay(self, relay: _Relay) -> None:
        while True:
            try:
                async with asyncio.timeout(GONE_S):
                    sent = await read_sent(relay.reader)
            except (WireError, TimeoutError):
                return
            got = await relay.answer(sent, self._rate)
            relay.writer.write(packed(got))
            try:
                await relay.writer.drain()
            except OSError:
                return
            if got.over:
                return

    async def _refuse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, refused: str
    ) -> None:
        with suppress(WireError, TimeoutError, OSError):
            async with asyncio.timeout(GONE_S):
                await read_sent(reader)
            writer.write(packed(Got(self._rate, over=True, refused=refused)))
            await writer.drain()
        writer.close()


@dataclass(frozen=True, slots=True)
class _Relay:
    line: BrowserLine
    call: asyncio.Task[int]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def answer(self, sent: Sent, rate: int) -> Got:
        """Give the line what the browser sent; what the browser is to do."""
        line = self.line
        whole = len(sent.sound) // 2 * 2
        line.hears(np.frombuffer(sent.sound[:whole], "<i2").astype(np.int16))
        line.presses(sent.keys)
        line.has_played(sent.played)
        if sent.leaving:
            line.leaves()
        prompts, stop = line.take()
        if line.gone.is_set():  # its record is being finished
            await asyncio.wait((self.call,), timeout=_STORE_S)
        over = self.call.done()
        failed = over and (self.call.cancelled() or self.call.exception() is not None)
        return Got(
            rate=rate,
            prompts=tuple((each.number, 2 * len(each.samples)) for each in prompts),
            stop=stop,
            over=over,
            attempt=0 if not over or failed else self.call.result(),
            sound=b"".join(each.samples.astype("<i2").tobytes() for each in prompts),
        )
