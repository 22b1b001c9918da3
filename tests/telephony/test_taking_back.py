"""A caller who talks to an operator, or hears one's phone ring, is taken elsewhere."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from switchboard.dialogue.events import TransferOutcome
from switchboard.telephony.port import Line, Means
from tests.telephony import scenarios as s
from tests.telephony.endpoints import address_of, ended, endpoint, run, sip_config
from tests.telephony.peers import free_port, sipp


def test_a_bridged_caller_is_taken_back_and_bridged_to_another(tmp_path: Path) -> None:
    seen: list[tuple[TransferOutcome, Means, bool]] = []

    async def on_call(line: Line) -> None:
        assert await line.answer()
        await line.transfer("7000")
        await asyncio.sleep(0.5)
        await line.take_back()
        await line.take_back()  # who is ours already stays ours
        assert not line.gone.is_set()
        seen.append((await line.transfer("5002"), line.means, line.gone.is_set()))
        await line.gone.wait()

    async def test() -> None:
        call = s.scenario(tmp_path / "call.xml", s.invite(), s.answered(), s.pause(4), s.hang_up())
        called = s.scenario(tmp_path / "called.xml", s.called(), s.hung_up())
        port = free_port()
        config = sip_config(pbx=f"127.0.0.1:{port}", refer=False)
        async with endpoint(on_call, config) as running:
            with (
                sipp(called, port=port, calls=2, at_once=2) as far,
                sipp(call, address_of(running)) as caller,
            ):
                await ended(caller)
                await ended(far)
        assert far.messages.index("INVITE sip:7000@") < far.messages.index("INVITE sip:5002@")

    run(test())
    assert seen == [(TransferOutcome.CONNECTED, Means.BRIDGE, False)]


async def _given_up(line: Line, number: str) -> None:
    """A transfer that is given up while it rings."""
    ringing = asyncio.create_task(line.transfer(number))
    await asyncio.sleep(1)
    ringing.cancel()
    with suppress(asyncio.CancelledError):
        await ringing


@pytest.mark.parametrize("refer", [True, False])
def test_a_phone_that_rings_is_given_up_for_another(tmp_path: Path, refer: bool) -> None:
    seen: list[TransferOutcome] = []
    other_phone = asyncio.Event()

    async def on_call(line: Line) -> None:
        assert await line.answer()
        await _given_up(line, "7000")
        if not refer:
            await other_phone.wait()
        seen.append(await line.transfer("5002"))

    async def test() -> None:
        first = (s.referred("7000"), s.unsubscribed())
        referred = (*first, s.referred("5002", "200 OK", number=4, again=True), s.hung_up())
        steps = referred if refer else (s.pause(4), s.hang_up())
        call = s.scenario(tmp_path / "call.xml", s.invite(), s.answered(), *steps)
        rings = s.scenario(tmp_path / "rings.xml", s.rings_until_cancelled())
        port = free_port()
        async with endpoint(on_call, sip_config(pbx=f"127.0.0.1:{port}", refer=refer)) as running:
            if refer:
                with sipp(call, address_of(running)) as caller:
                    await ended(caller)
                return
            with sipp(call, address_of(running)) as caller:
                with sipp(rings, port=port) as operator:
                    await ended(operator)
                answers = s.scenario(tmp_path / "answers.xml", s.called(), s.hung_up())
                with sipp(answers, port=port) as far:
                    other_phone.set()
                    await ended(caller)
                    await ended(far)

    run(test())
    assert seen == [TransferOutcome.CONNECTED]
