"""Calls that come in, are answered, and end: against a real sipp."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest

from switchboard.dialogue.events import TransferOutcome
from switchboard.errors import TelephonyError
from switchboard.telephony.endpoint import BaresipEndpoint
from switchboard.telephony.ping import ping
from switchboard.telephony.port import Line, Means, Offer
from tests.telephony import scenarios as s
from tests.telephony.endpoints import address_of, ended, endpoint, run, sip_config, until
from tests.telephony.peers import sipp


def test_a_call_is_answered_and_the_caller_hangs_up(tmp_path: Path) -> None:
    offers: list[Offer] = []
    answers: list[bool] = []

    async def answer(line: Line) -> None:
        offers.append(line.offer)
        answers.append(await line.answer())
        await line.gone.wait()

    async def test() -> None:
        asserted = "P-Asserted-Identity: <sip:+442079460000@pbx.example>"
        file = s.scenario(
            tmp_path / "call.xml",
            s.invite(headers=[asserted]),
            s.answered(),
            s.pause(1),
            s.hang_up(),
        )
        async with endpoint(answer) as running:
            with sipp(file, address_of(running), dialled="5123") as caller:
                await ended(caller)
        assert answers == [True]
        assert offers[0].dialled == "5123"
        assert offers[0].peer == caller.uri
        assert offers[0].trusted
        assert offers[0].headers["p-asserted-identity"] == "<sip:+442079460000@pbx.example>"

    run(test())


def test_we_hang_up(tmp_path: Path) -> None:
    async def answer(line: Line) -> None:
        await line.answer()

    async def test() -> None:
        file = s.scenario(tmp_path / "call.xml", s.invite(), s.answered(), s.hung_up())
        async with endpoint(answer) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)

    run(test())


def test_an_answered_call_is_not_reinvited(tmp_path: Path) -> None:
    async def answer(line: Line) -> None:
        await line.answer()
        await line.gone.wait()

    async def test() -> None:
        file = s.scenario(
            tmp_path / "call.xml", s.invite(), s.answered(), s.pause(1.5), s.hang_up()
        )
        async with endpoint(answer) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)
        assert f"INVITE sip:caller@{caller.uri}" not in caller.messages

    run(test())


@pytest.mark.parametrize("code", [486, 403, 503])
def test_a_call_is_refused_with_the_code_that_was_asked_for(tmp_path: Path, code: int) -> None:
    async def refuse(line: Line) -> None:
        await line.reject(code)
        assert line.gone.is_set()
        assert not await line.answer()

    async def test() -> None:
        file = s.scenario(tmp_path / "call.xml", s.invite(), s.refused(code))
        async with endpoint(refuse) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)

    run(test())


def test_an_unanswered_call_is_redirected_by_302(tmp_path: Path) -> None:
    outcomes: list[TransferOutcome] = []

    async def redirect(line: Line) -> None:
        outcomes.append(await line.redirect("6001"))

    async def test() -> None:
        file = s.scenario(tmp_path / "call.xml", s.invite(), s.redirected("6001"))
        async with endpoint(redirect, sip_config(pbx="127.0.0.1:5999")) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)
        assert outcomes == [TransferOutcome.CONNECTED]
        assert "Contact: <sip:6001@127.0.0.1:5999>" in caller.messages

    run(test())


def test_where_no_302_is_followed_a_call_is_answered_and_sent_on_to_who_answers(
    tmp_path: Path,
) -> None:
    outcomes: list[tuple[TransferOutcome, Means]] = []

    async def redirect(line: Line) -> None:
        outcomes.append((await line.redirect("6001", 10.0), line.means))
        outcomes.append((await line.redirect("6002", 10.0), line.means))

    async def test() -> None:
        file = s.scenario(
            tmp_path / "call.xml",
            s.invite(),
            s.answered(),
            s.referred("6001", "486 Busy Here"),
            s.referred("6002", "200 OK", number=4),
            s.hung_up(),
        )
        async with endpoint(redirect, sip_config(redirect=False)) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)

    run(test())
    assert outcomes == [
        (TransferOutcome.BUSY, Means.REFER),
        (TransferOutcome.CONNECTED, Means.REFER),
    ]


def test_a_call_that_nobody_takes_is_refused_with_480(tmp_path: Path) -> None:
    async def ignore(line: Line) -> None:
        return

    async def test() -> None:
        file = s.scenario(tmp_path / "call.xml", s.invite(), s.refused(480))
        async with endpoint(ignore) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)

    run(test())


@pytest.mark.parametrize("after_s", [0.0, 0.5])
def test_the_caller_may_cancel_before_the_answer(tmp_path: Path, after_s: float) -> None:
    gone: list[bool] = []

    async def hesitate(line: Line) -> None:
        await line.gone.wait()
        gone.append(await line.answer())

    async def test() -> None:
        file = s.scenario(tmp_path / "call.xml", s.invite(), s.cancel(after_s))
        async with endpoint(hesitate) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)
        assert True not in gone
        assert gone or not after_s

    run(test())


def test_a_stranger_is_refused_and_nobody_hears_of_it(tmp_path: Path) -> None:
    heard: list[Line] = []

    async def hear(line: Line) -> None:
        heard.append(line)

    async def test() -> None:
        file = s.scenario(tmp_path / "call.xml", s.invite(), s.refused(403))
        config = sip_config(peers=(ip_network("127.0.0.2/32"),))
        async with endpoint(hear, config) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)
        assert heard == []

    run(test())


def test_a_stranger_with_a_peers_call_id_is_still_a_stranger(tmp_path: Path) -> None:
    """The call's source is looked up by its Call-ID: another call's must not lend its own."""
    heard: list[str] = []
    over = asyncio.Event()

    async def answer(line: Line) -> None:
        heard.append(line.offer.peer)
        await line.answer()
        await over.wait()

    async def test() -> None:
        file = s.scenario(tmp_path / "peer.xml", s.invite(), s.answered(), s.hung_up())
        theft = s.scenario(tmp_path / "stranger.xml", s.invite(), s.refused(486))
        config = sip_config(peers=(ip_network("127.0.0.2/32"),))
        async with endpoint(answer, config) as running:
            with sipp(file, address_of(running), address="127.0.0.2", call_id="same") as peer:
                await until(lambda: bool(heard), "the peer's call")
                with sipp(theft, address_of(running), call_id="same") as stranger:
                    await ended(stranger)
                over.set()
                await ended(peer)
        assert heard == [peer.uri]

    run(test())


def test_an_endpoint_without_peers_does_not_start() -> None:
    async def test() -> None:
        with pytest.raises(TelephonyError, match="peers"):
            await BaresipEndpoint(sip_config(peers=())).start(_never)

    run(test())


def test_a_port_in_use_is_told_and_a_free_one_works_after(tmp_path: Path) -> None:
    async def test() -> None:
        async with endpoint(_never) as running:
            taken = sip_config(port=running._config.port)
            with pytest.raises(TelephonyError, match=str(taken.port)):
                await BaresipEndpoint(taken).start(_never)
        async with endpoint(_never):
            pass

    run(test())


def test_an_address_that_no_interface_has_is_told() -> None:
    """127.0.0.77 can be bound, but the stack takes interfaces' addresses only."""

    async def test() -> None:
        with pytest.raises(TelephonyError, match=r"127\.0\.0\.77"):
            await BaresipEndpoint(sip_config(address="127.0.0.77")).start(_never)

    run(test())


def test_while_draining_new_calls_are_refused_and_running_ones_go_on(tmp_path: Path) -> None:
    up, over = asyncio.Event(), asyncio.Event()

    async def answer(line: Line) -> None:
        await line.answer()
        up.set()
        await over.wait()

    async def test() -> None:
        first = s.scenario(tmp_path / "first.xml", s.invite(), s.answered(), s.hung_up())
        second = s.scenario(tmp_path / "second.xml", s.invite(), s.refused(503))
        async with endpoint(answer) as running:
            with sipp(first, address_of(running)) as early:
                await up.wait()
                await running.drain()
                with sipp(second, address_of(running)) as late:
                    await ended(late)
                assert running.calls == 1
                over.set()
                await ended(early)

    run(test())


def test_stopping_ends_the_calls_that_still_run(tmp_path: Path) -> None:
    up = asyncio.Event()

    async def answer(line: Line) -> None:
        await line.answer()
        up.set()
        await line.gone.wait()

    async def test() -> None:
        file = s.scenario(tmp_path / "call.xml", s.invite(), s.answered(), s.hung_up())
        running = BaresipEndpoint(sip_config())
        await running.start(answer)
        with sipp(file, address_of(running)) as caller:
            await up.wait()
            await running.stop()
            await ended(caller)
        assert running.calls == 0

    run(test())


def test_options_are_answered(tmp_path: Path) -> None:
    async def test() -> None:
        file = s.scenario(tmp_path / "options.xml", s.options())
        async with endpoint(_never) as running:
            with sipp(file, address_of(running)) as pbx:
                await ended(pbx)

    run(test())


@pytest.mark.skipif(not Path("/proc/net/if_inet6").exists(), reason="the kernel has no IPv6")
def test_options_are_answered_by_ipv6() -> None:
    async def test() -> None:
        config = sip_config(address="::1", peers=(ip_network("::1/128"),))
        async with endpoint(_never, config):
            assert await ping(replace(config, pbx=f"[::1]:{config.port}")) == 200

    run(test())


def test_a_call_by_tcp_is_answered(tmp_path: Path) -> None:
    async def answer(line: Line) -> None:
        assert await line.answer()
        await line.gone.wait()

    async def test() -> None:
        file = s.scenario(tmp_path / "call.xml", s.invite(), s.answered(), s.pause(1), s.hang_up())
        async with endpoint(answer) as running:
            with sipp(file, address_of(running), transport="tcp") as caller:
                await ended(caller)

    run(test())


def test_a_codec_that_we_lack_is_refused_with_488(tmp_path: Path) -> None:
    answers: list[bool] = []

    async def answer(line: Line) -> None:
        answers.append(await line.answer())

    async def test() -> None:
        body = s.sdp().replace("AVP 8 96", "AVP 18").replace("a=rtpmap:8 PCMA/8000\n", "")
        file = s.scenario(tmp_path / "call.xml", s.invite(body), s.refused(488))
        async with endpoint(answer) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)
        assert True not in answers

    run(test())


def test_calls_beyond_the_limit_are_refused_and_the_others_served(tmp_path: Path) -> None:
    answered = 0
    over = asyncio.Event()

    async def answer(line: Line) -> None:
        nonlocal answered
        answered += await line.answer()
        await over.wait()

    async def test() -> None:
        good = s.scenario(tmp_path / "good.xml", s.invite(), s.answered(), s.hung_up())
        flood = s.scenario(tmp_path / "flood.xml", s.invite(), s.refused(486))
        async with endpoint(answer, sip_config(max_calls=5)) as running:
            with sipp(good, address_of(running), calls=5, at_once=5) as callers:
                await until(lambda: answered == 5, "five calls")
                with sipp(
                    flood, address_of(running), calls=200, at_once=100, rate=100
                ) as attackers:
                    await ended(attackers)
                assert running.calls == 5
                over.set()
                await ended(callers)

    run(test())


async def _never(line: Line) -> None:
    raise AssertionError("a call came in")


def test_a_call_that_is_answered_already_is_not_ended_by_a_second_answer(tmp_path: Path) -> None:
    """Whoever rescues a call doesn't know how far it came."""
    answers: list[bool] = []

    async def answer(line: Line) -> None:
        answers.extend([await line.answer(), await line.answer(), not line.gone.is_set()])
        await line.gone.wait()
        answers.append(await line.answer())

    async def test() -> None:
        file = s.scenario(tmp_path / "call.xml", s.invite(), s.answered(), s.pause(1), s.hang_up())
        async with endpoint(answer) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)

    run(test())
    assert answers == [True, True, True, False]
