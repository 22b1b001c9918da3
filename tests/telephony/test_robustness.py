"""Broken, hostile and unlucky signalling: answered or dropped, and nothing is left behind."""

from __future__ import annotations

import asyncio
import random
import socket
from pathlib import Path

import pytest

from switchboard.dialogue.events import TransferOutcome
from switchboard.telephony.port import Line, Means
from tests.telephony import scenarios as s
from tests.telephony.endpoints import (
    address_of,
    calls_in_stack,
    ended,
    endpoint,
    run,
    sip_config,
    until,
)
from tests.telephony.peers import free_port, sipp

_GOOD = (
    b"INVITE sip:5000@127.0.0.1 SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK1\r\n"
    b"From: <sip:a@127.0.0.1>;tag=1\r\nTo: <sip:5000@127.0.0.1>\r\n"
    b"Call-ID: broken@test\r\nCSeq: 1 INVITE\r\nContact: <sip:a@127.0.0.1:9>\r\n"
    b"Max-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
)


def broken_messages() -> list[bytes]:
    """Cut, stretched, scrambled and contradictory INVITEs, the same ones each time."""
    chance = random.Random(3)
    cut = [_GOOD[: chance.randrange(len(_GOOD))] for _ in range(40)]
    scrambled = []
    for _ in range(120):
        message = bytearray(_GOOD)
        for _ in range(chance.randrange(1, 12)):
            message[chance.randrange(len(message))] = chance.randrange(256)
        scrambled.append(bytes(message))
    crafted = [
        b"",
        b"\r\n\r\n",
        b"\x00" * 1000,
        _GOOD.replace(b"Content-Length: 0", b"Content-Length: 99999999"),
        _GOOD.replace(b"Content-Length: 0", b"Content-Length: -5"),
        _GOOD.replace(b"CSeq: 1 INVITE", b"CSeq: 99999999999999999999 BYE"),
        _GOOD.replace(b"Max-Forwards: 70", b"Max-Forwards: 70\r\n" * 500),
        _GOOD.replace(b"sip:a@", b"sip:" + b"a" * 20000 + b"@"),
        _GOOD.replace(b"5000", b"%s%n%x;phone-context=\xff"),
        _GOOD.replace(b"Call-ID: broken@test", b'Call-ID: %s"\x01\xfe'),
        b"SIP/2.0 200 OK\r\n\r\n",
        b"SIP/2.0 999 \r\nVia: x\r\nCall-ID: y\r\nCSeq: z\r\n\r\n",
    ]
    return cut + scrambled + crafted


def test_malformed_sip_harms_nothing_and_the_next_call_is_answered(tmp_path: Path) -> None:
    answered: list[str] = []

    async def answer(line: Line) -> None:
        if line.offer.dialled == "7777":
            answered.append(line.offer.dialled)
        await line.answer()
        await line.hang_up()

    async def test() -> None:
        async with endpoint(answer, sip_config(max_calls=400)) as running:
            port = running._config.port
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as hostile:
                for message in broken_messages():
                    hostile.sendto(message, ("127.0.0.1", port))
                    await asyncio.sleep(0.005)
            for message in broken_messages()[::20]:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(message)
                writer.close()
            file = s.scenario(tmp_path / "c.xml", s.invite(), s.answered(), s.hung_up())
            with sipp(file, address_of(running), dialled="7777") as caller:
                await ended(caller)

    run(test())
    assert answered == ["7777"]


def test_hostile_identities_reach_no_uri(tmp_path: Path) -> None:
    headers: list[str] = []

    async def on_call(line: Line) -> None:
        headers.append(line.offer.headers["p-asserted-identity"])
        assert await line.answer()
        await line.transfer("2468")

    async def test() -> None:
        hostile = 'P-Asserted-Identity: "\\"<sip:911@evil>" <sip:900123;x=%0d%0aEvil@a%s%n>'
        port = free_port()
        call = s.scenario(
            tmp_path / "c.xml", s.invite(headers=[hostile]), s.answered(), s.pause(3), s.hang_up()
        )
        operator = s.scenario(tmp_path / "o.xml", s.called(), s.hung_up())
        config = sip_config(pbx=f"127.0.0.1:{port}", refer=False)
        async with endpoint(on_call, config) as running:
            with sipp(operator, port=port) as far, sipp(call, address_of(running)) as caller:
                await ended(caller)
                await ended(far)
        assert "evil" not in far.messages.lower()
        assert f"INVITE sip:2468@127.0.0.1:{port};" in far.messages

    run(test())
    assert headers


def test_a_peer_that_asks_us_to_transfer_is_refused_and_nobody_dialled(tmp_path: Path) -> None:
    """A REFER to us would have us call whatever number it names."""

    async def on_call(line: Line) -> None:
        assert await line.answer()
        await line.gone.wait()

    async def test() -> None:
        port = free_port()
        refer = s._request("REFER", 2, headers=[f"Refer-To: <sip:900123@127.0.0.1:{port}>"])
        call = s.scenario(
            tmp_path / "c.xml",
            *(s.invite(), s.answered(), refer, s._receive_response(501), s.pause(1), s.hang_up()),
        )
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as fraud:
            fraud.bind(("127.0.0.1", port))
            fraud.setblocking(False)
            async with endpoint(on_call) as running:
                with sipp(call, address_of(running)) as caller:
                    await ended(caller)
            with pytest.raises(BlockingIOError):
                fraud.recv(100)

    run(test())


@pytest.mark.parametrize("after_s", [0.0, 0.05, 0.2, 0.5])
def test_a_caller_may_hang_up_at_any_moment(tmp_path: Path, after_s: float) -> None:
    """Also while the media comes up and while a prompt plays."""

    async def on_call(line: Line) -> None:
        if await line.answer():
            await line.play(line.read().repeat(1000))

    async def test() -> None:
        file = s.scenario(
            tmp_path / "c.xml", s.invite(), s.answered(), s.pause(after_s), s.hang_up()
        )
        async with endpoint(on_call) as running:
            with sipp(file, address_of(running), calls=5, at_once=5) as caller:
                await asyncio.to_thread(caller.finish)

    run(test())


def test_everything_on_a_line_that_is_gone_returns_at_once(tmp_path: Path) -> None:
    done: list[object] = []

    async def on_call(line: Line) -> None:
        assert await line.answer()
        await line.gone.wait()
        await line.play(line.read())
        line.stop_playing()
        done.append(len(line.read()))
        done.append(await line.transfer("2468"))
        done.append(await line.redirect("2468"))
        done.append(await line.answer())
        await line.reject(486)
        await line.hang_up()
        done.append(line.media().silent_s)

    async def test() -> None:
        file = s.scenario(tmp_path / "c.xml", s.invite(), s.answered(), s.pause(1), s.hang_up())
        async with endpoint(on_call) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)

    run(test())
    gone = TransferOutcome
    assert done == [0, gone.NO_ANSWER, gone.UNREACHABLE, False, 0.0]


def test_a_caller_left_on_hold_by_a_failed_transfer_is_taken_back(tmp_path: Path) -> None:
    seen: list[tuple[TransferOutcome, Means]] = []

    async def on_call(line: Line) -> None:
        assert await line.answer()
        await until(lambda: line.media().held, "the hold")
        seen.append((await line.transfer("2468"), line.means))
        await asyncio.sleep(1)

    async def test() -> None:
        resumed = (
            '<recv request="INVITE"/>\n'
            + s._reply("200 OK", s.sdp(version=3))
            + '<recv request="ACK"/>\n'
        )
        file = s.scenario(
            tmp_path / "c.xml",
            s.invite(),
            s.answered(),
            s.pause(0.3),
            s.reinvite(s.sdp(direction="inactive", version=2), 2),
            s.referred("2468", "486 Busy Here", number=3),
            resumed,
            s.hung_up(),
        )
        async with endpoint(on_call) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)

    run(test())
    assert seen == [(TransferOutcome.BUSY, Means.REFER)]


def test_a_call_whose_task_fails_is_ended_and_the_next_one_served(tmp_path: Path) -> None:
    calls: list[str] = []

    async def on_call(line: Line) -> None:
        await line.answer()
        calls.append(line.offer.call_id)
        raise RuntimeError("a fault")

    async def test() -> None:
        file = s.scenario(tmp_path / "c.xml", s.invite(), s.answered(), s.hung_up())
        async with endpoint(on_call) as running:
            for _ in range(2):
                with sipp(file, address_of(running)) as caller:
                    await ended(caller)

    run(test())
    assert len(calls) == 2


def test_two_hundred_calls_leave_nothing_behind(tmp_path: Path) -> None:
    """Answered, refused, transferred and cancelled, twenty at once."""
    served = 0

    async def on_call(line: Line) -> None:
        nonlocal served
        served += 1
        if served % 5 == 0:
            await line.reject(486)
        elif await line.answer():
            await line.transfer("2468", 2.0)

    async def test() -> None:
        either = s.scenario(
            tmp_path / "c.xml",
            s.invite(),
            s._provisional(),
            '<recv response="486" optional="true" next="busy"/>',
            s._receive_response(200, rrs=True),
            s._ack(),
            s.referred("2468", "200 OK"),
            s.hung_up(),
            '<nop next="end"/>',
            '<label id="busy"/>',
            s._ack().replace("[branch]", "[branch-12]"),
            '<label id="end"/>',
        )
        async with endpoint(on_call) as running:
            # The first calls fill pools; what is open after them must not grow any more.
            files: list[int] = []
            for _ in range(2):
                with sipp(either, address_of(running), calls=100, at_once=20, rate=20) as caller:
                    await asyncio.to_thread(caller.finish)
                await until(lambda: running.calls == 0, "all calls to end")
                assert await calls_in_stack(running) == 0
                files.append(len(list(Path("/proc/self/fd").iterdir())))
            assert files[1] <= files[0]
            assert served >= 200

    run(test())
