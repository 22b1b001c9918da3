"""Test calls over the socket, with the real dialogue, ears and speech detector."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grammar.decision import Action, Reason
from switchboard.calls.record import CallStarted, Channel
from switchboard.dialogue.policy import Hours, Policy, Stage
from switchboard.errors import UserError
from switchboard.service import testers_calls
from switchboard.service.testers_calls import browser_calls, for_testers
from switchboard.uat.browser.calling import NoServiceError, RemoteCall
from switchboard.uat.browser.wire import Got, Open, Sent, WireError, socket_path
from switchboard.uat.items import Observed
from tests.calls.scripted_parts import BILL, POLICY, VOICE, Scripted, heard, scripted

SURE = heard(Action.TRANSFER, Reason.SURE, BILL, text="bill smith")
RATE = 8000
BLOCK = RATE // 10
DEADLINE_S = 60.0


class Kept:
    """Where the service keeps what test calls came to."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, Channel, Observed]] = []

    def __call__(self, item: int, channel: Channel, observed: Observed) -> int:
        self.calls.append((item, channel, observed))
        return 40 + len(self.calls)


@asynccontextmanager
async def taking(script: Scripted, folder: Path) -> AsyncIterator[tuple[Path, Kept]]:
    kept, path = Kept(), folder / "calls"
    async with browser_calls(path, lambda: script.parts, RATE, kept):
        yield path, kept


def browse(path: Path, *, says: bool = True, keys: str = "", leaves: bool = False) -> Got:
    """A browser that plays at once, and speaks once the first prompt is over; how it ended."""
    call = RemoteCall(path, Open(item=7, caller_class="internal"))
    played, saying, until = 0, np.zeros(0, np.int16), time.monotonic() + DEADLINE_S
    try:
        while time.monotonic() < until:
            block, saying = saying[:BLOCK], saying[BLOCK:]
            block = np.pad(block, (0, BLOCK - len(block)))
            pressed = keys if played else ""
            got = call.exchange(Sent(pressed, played, leaves and played > 0, block.tobytes()))
            if got.over:
                return got
            if got.prompts:
                saying = VOICE if says and not played else saying
                played = got.prompts[-1][0]
                keys = keys if played == got.prompts[0][0] == 1 else ""
            time.sleep(0.02)
    finally:
        call.close()
    raise AssertionError("the call never ended")


def test_a_name_is_said_and_the_tester_told_who_would_be_put_through(tmp_path: Path) -> None:
    async def run() -> None:
        async with scripted(SURE) as script, taking(script, tmp_path) as (path, kept):
            got = await asyncio.to_thread(browse, path)
            assert (got.attempt, got.refused) == (41, "")
        ((item, channel, observed),) = kept.calls
        assert (item, channel) == (7, Channel.BROWSER)
        assert (observed.entry, observed.number) == (BILL.key, "5002")
        assert (observed.ending, observed.waits_ms) == ("transferred", (3.0,))
        started = script.recorder.entries[0]
        assert isinstance(started, CallStarted)
        assert (started.channel, started.call) == (Channel.BROWSER, observed.call)

    asyncio.run(run())


def test_keys_reach_the_dialogue(tmp_path: Path) -> None:
    async def run() -> None:
        async with scripted() as script, taking(script, tmp_path) as (path, kept):
            await asyncio.to_thread(browse, path, says=False, keys="0")
        assert [each.ending for _, _, each in kept.calls] == ["operator"]
        assert kept.calls[0][2].entry == ""

    asyncio.run(run())


def test_a_tester_who_hangs_up_ends_the_call(tmp_path: Path) -> None:
    async def run() -> None:
        async with scripted() as script, taking(script, tmp_path) as (path, kept):
            got = await asyncio.to_thread(browse, path, says=False, leaves=True)
            assert got.over
        assert [each.ending for _, _, each in kept.calls] == ["caller_left"]

    asyncio.run(run())


def test_a_browser_that_vanishes_ends_the_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(testers_calls, "GONE_S", 0.5)

    def vanish(path: Path) -> RemoteCall:
        call = RemoteCall(path, Open(7, "internal"))
        call.exchange(Sent(sound=bytes(2 * BLOCK)))
        return call

    async def run() -> None:
        async with scripted() as script, taking(script, tmp_path) as (path, kept):
            call = await asyncio.to_thread(vanish, path)
            async with asyncio.timeout(DEADLINE_S):
                while not kept.calls:
                    await asyncio.sleep(0.05)
            with pytest.raises(NoServiceError, match="cut off"):
                await asyncio.to_thread(call.exchange, Sent())
        assert kept.calls[0][2].ending == "caller_left"

    asyncio.run(run())


def test_a_call_without_any_sound_is_not_kept(tmp_path: Path) -> None:
    def silent(path: Path) -> Got:
        call = RemoteCall(path, Open(7, "internal"))
        call.exchange(Sent())
        got = call.exchange(Sent(leaving=True))
        while not got.over:
            got = call.exchange(Sent())
        call.close()
        return got

    async def run() -> None:
        async with scripted() as script, taking(script, tmp_path) as (path, kept):
            got = await asyncio.to_thread(silent, path)
            assert (got.over, got.attempt) == (True, 0)
        assert kept.calls == []

    asyncio.run(run())


def test_too_many_testers_at_once_are_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(testers_calls, "MOST_CALLS", 0)

    async def run() -> None:
        async with scripted() as script, taking(script, tmp_path) as (path, _):
            got = await asyncio.to_thread(browse, path)
            assert got.refused.startswith("Too many people")

    asyncio.run(run())


@pytest.mark.parametrize(
    "said", [b"", b"hello\n", b'{"item": 7}\n', b'{"item":7,"caller_class":""}\n']
)
def test_what_is_no_call_is_hung_up_on(tmp_path: Path, said: bytes) -> None:
    async def run() -> None:
        async with scripted() as script, taking(script, tmp_path) as (path, kept):
            reader, writer = await asyncio.open_unix_connection(path)
            writer.write(said)
            writer.write_eof()
            async with asyncio.timeout(DEADLINE_S):
                assert await reader.read() == b""
            writer.close()
        assert (kept.calls, script.recorder.entries) == ([], [])

    asyncio.run(run())


def test_without_a_service_the_tester_is_told_to_start_it(tmp_path: Path) -> None:
    with pytest.raises(NoServiceError, match="switchboard serve"):
        RemoteCall(tmp_path / "nobody", Open(7, "internal"))


def test_testers_are_served_at_every_stage_and_hour() -> None:
    closed = {
        kind: replace(rules, served=False, hours=Hours(week=((),) * 7))
        for kind, rules in Policy().rules.items()
    }
    policy = for_testers(replace(POLICY, stage=Stage.PILOT, rules=closed))
    assert policy.stage is Stage.EXTERNAL
    assert all(rules.served for rules in policy.rules.values())
    assert all(rules.hours == Hours() for rules in policy.rules.values())


def test_the_socket_is_the_users_own_and_found_by_the_database(tmp_path: Path) -> None:
    assert socket_path("a.db") == socket_path("a.db") != socket_path("b.db")

    async def run() -> None:
        async with scripted() as script, taking(script, tmp_path / "inside") as (path, _):
            assert path.stat().st_mode & 0o777 == 0o600
            assert path.parent.stat().st_mode & 0o777 == 0o700
        assert not path.exists()

    asyncio.run(run())


def test_a_folder_in_which_others_write_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)

    async def run() -> None:
        async with scripted() as script, taking(script, tmp_path):
            pass

    with pytest.raises(UserError, match="make it your own"):
        asyncio.run(run())


def test_a_message_that_announces_too_much_is_refused() -> None:
    from io import BytesIO

    from switchboard.uat.browser.wire import read_got

    with pytest.raises(WireError):
        read_got(BytesIO(b'{"rate": 8000, "prompts": [], "bytes": 99999999999}\n'))
