"""Callers are put through by REFER, or by a second leg where the peer refuses it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from switchboard.dialogue.events import TransferOutcome
from switchboard.errors import TelephonyError
from switchboard.telephony.port import Line, Means
from tests.telephony import scenarios as s
from tests.telephony.endpoints import address_of, ended, endpoint, run, sip_config, until
from tests.telephony.peers import Peer, free_port, sipp

Seen = list[tuple[TransferOutcome, Means, bool]]


def transferring(seen: Seen, number: str = "2468", ring_s: float | None = None):  # type: ignore[no-untyped-def]
    """Answers, transfers once, and says what came of it; hangs up on who is still there."""

    async def on_call(line: Line) -> None:
        assert await line.answer()
        outcome = await line.transfer(number, ring_s)
        seen.append((outcome, line.means, line.gone.is_set()))

    return on_call


async def through_both_legs(
    on_call: Callable[[Line], Awaitable[None]], call: Path, operator: Path, **settings: Any
) -> Peer:
    """One caller and the desk that is rung, each by its scenario to its end: the desk."""
    port = free_port()
    config = sip_config(pbx=f"127.0.0.1:{port}", **settings)
    async with endpoint(on_call, config) as running:
        with sipp(operator, port=port) as far, sipp(call, address_of(running)) as caller:
            await ended(caller)
            await ended(far)
    return far


def test_a_caller_is_put_through_by_refer(tmp_path: Path) -> None:
    seen: Seen = []

    async def test() -> None:
        file = s.scenario(
            tmp_path / "call.xml",
            s.invite(),
            s.answered(),
            s.referred("2468", "180 Ringing", "200 OK"),
            s.hung_up(),
        )
        async with endpoint(transferring(seen), sip_config(pbx="127.0.0.1:5999")) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)
        assert "Refer-To: <sip:2468@127.0.0.1:5999>" in caller.messages.replace(
            "Refer-To: sip:2468@127.0.0.1:5999", "Refer-To: <sip:2468@127.0.0.1:5999>"
        )

    run(test())
    assert seen == [(TransferOutcome.CONNECTED, Means.REFER, True)]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_without_the_pbxs_address_a_transfer_goes_to_where_the_call_came_from(
    tmp_path: Path, transport: str
) -> None:
    """By TCP from a port that nobody listens on: its address, at the usual port."""
    seen: Seen = []

    async def test() -> None:
        file = s.scenario(
            tmp_path / "call.xml",
            s.invite(),
            s.answered(),
            s.referred("2468", "200 OK"),
            s.hung_up(),
        )
        async with endpoint(transferring(seen)) as running:
            with sipp(file, address_of(running), transport=transport) as caller:
                await ended(caller)
        refers = re.findall(r"Refer-To: <?sip:2468@([^>;\s]+)", caller.messages)
        assert refers == [caller.uri if transport == "udp" else "127.0.0.1"]

    run(test())
    assert seen == [(TransferOutcome.CONNECTED, Means.REFER, True)]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("486 Busy Here", TransferOutcome.BUSY),
        ("600 Busy Everywhere", TransferOutcome.BUSY),
        ("480 Temporarily Unavailable", TransferOutcome.NO_ANSWER),
        ("408 Request Timeout", TransferOutcome.NO_ANSWER),
        ("487 Request Terminated", TransferOutcome.NO_ANSWER),
        ("603 Decline", TransferOutcome.REFUSED),
        ("404 Not Found", TransferOutcome.UNREACHABLE),
        ("503 Service Unavailable", TransferOutcome.UNREACHABLE),
    ],
)
def test_a_failed_transfer_leaves_the_caller_with_us(
    tmp_path: Path, status: str, outcome: TransferOutcome
) -> None:
    seen: Seen = []

    async def test() -> None:
        file = s.scenario(
            tmp_path / "call.xml",
            s.invite(),
            s.answered(),
            s.referred("2468", status),
            s.hung_up(),
        )
        async with endpoint(transferring(seen)) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)

    run(test())
    assert seen == [(outcome, Means.REFER, False)]


def test_a_second_transfer_may_follow_a_failed_one(tmp_path: Path) -> None:
    outcomes: list[TransferOutcome] = []

    async def on_call(line: Line) -> None:
        assert await line.answer()
        outcomes.append(await line.transfer("2468"))
        outcomes.append(await line.transfer("2469"))

    async def test() -> None:
        file = s.scenario(
            tmp_path / "call.xml",
            s.invite(),
            s.answered(),
            s.referred("2468", "486 Busy Here"),
            s.referred("2469", "200 OK", number=4),
            s.hung_up(),
        )
        async with endpoint(on_call) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)

    run(test())
    assert outcomes == [TransferOutcome.BUSY, TransferOutcome.CONNECTED]


def test_a_peer_that_never_notifies_gives_the_caller_back_after_the_time_to_ring(
    tmp_path: Path,
) -> None:
    seen: Seen = []

    async def test() -> None:
        file = s.scenario(
            tmp_path / "call.xml", s.invite(), s.answered(), s.referred("2468"), s.hung_up()
        )
        async with endpoint(transferring(seen, ring_s=1.0)) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)

    run(test())
    assert seen == [(TransferOutcome.NO_ANSWER, Means.REFER, False)]


def test_a_caller_who_leaves_during_the_transfer_is_gone(tmp_path: Path) -> None:
    seen: Seen = []

    async def test() -> None:
        file = s.scenario(
            tmp_path / "call.xml",
            s.invite(),
            s.answered(),
            s.referred("2468"),
            s.pause(0.3),
            s.hang_up(),
        )
        async with endpoint(transferring(seen)) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)

    run(test())
    assert seen == [(TransferOutcome.NO_ANSWER, Means.REFER, True)]


@pytest.mark.parametrize(
    "refusal",
    ["405 Method Not Allowed", "501 Not Implemented", "420 Bad Extension", "403 Forbidden"],
)
def test_where_refer_is_refused_a_second_leg_is_bridged(tmp_path: Path, refusal: str) -> None:
    seen: Seen = []

    async def test() -> None:
        call = s.scenario(
            tmp_path / "call.xml",
            s.invite(headers=["P-Asserted-Identity: <sip:5123@pbx.example>"]),
            s.answered(),
            s.referred("2468", answer=refusal),
            s.hung_up(),
        )
        operator = s.scenario(
            tmp_path / "operator.xml", s.called(), s.pause(1), s.called_hangs_up()
        )
        far = await through_both_legs(transferring(seen), call, operator)
        assert f"INVITE sip:2468@127.0.0.1:{far.port};" in far.messages
        assert f"P-Asserted-Identity: <sip:5123@127.0.0.1:{far.port}>" in far.messages

    run(test())
    assert seen == [(TransferOutcome.CONNECTED, Means.BRIDGE, False)]


@pytest.mark.parametrize("privacy", ["id", "header;critical", "user; id"])
def test_whoever_withholds_their_number_is_not_shown_it_on_a_second_leg(
    tmp_path: Path, privacy: str
) -> None:
    """What a carrier asserts all the same is for those who route the call."""
    seen: Seen = []

    async def test() -> None:
        call = s.scenario(
            tmp_path / "call.xml",
            s.invite(
                headers=[
                    "P-Asserted-Identity: <sip:+447700900123@pbx.example>",
                    f"Privacy: {privacy}",
                ]
            ),
            s.answered(),
            s.hung_up(),
        )
        operator = s.scenario(
            tmp_path / "operator.xml", s.called(), s.pause(1), s.called_hangs_up()
        )
        far = await through_both_legs(transferring(seen), call, operator, refer=False)
        assert "INVITE" in far.messages
        assert "447700900123" not in far.messages

    run(test())
    assert seen == [(TransferOutcome.CONNECTED, Means.BRIDGE, False)]


def test_a_peer_that_refused_refer_is_not_asked_again(tmp_path: Path) -> None:
    seen: Seen = []

    async def test() -> None:
        first = s.scenario(
            tmp_path / "first.xml",
            s.invite(),
            s.answered(),
            s.referred("2468", answer="405 Method Not Allowed"),
            s.pause(3),
            s.hang_up(),
        )
        second = s.scenario(
            tmp_path / "second.xml", s.invite(), s.answered(), s.pause(3), s.hang_up()
        )
        operator = s.scenario(tmp_path / "operator.xml", s.called(), s.hung_up())
        port = free_port()
        config = sip_config(pbx=f"127.0.0.1:{port}")
        async with endpoint(transferring(seen), config) as running:
            with sipp(operator, port=port, calls=2) as far:
                with sipp(first, address_of(running)) as caller:
                    await ended(caller)
                with sipp(second, address_of(running)) as caller:
                    await ended(caller)
                await ended(far)
        assert "REFER " not in caller.messages

    run(test())
    assert [means for _, means, _ in seen] == [Means.BRIDGE, Means.BRIDGE]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("486 Busy Here", TransferOutcome.BUSY),
        ("603 Decline", TransferOutcome.REFUSED),
        ("404 Not Found", TransferOutcome.UNREACHABLE),
    ],
)
def test_a_second_leg_that_fails_leaves_the_caller_with_us(
    tmp_path: Path, status: str, outcome: TransferOutcome
) -> None:
    seen: Seen = []

    async def test() -> None:
        call = s.scenario(tmp_path / "call.xml", s.invite(), s.answered(), s.hung_up())
        operator = s.scenario(tmp_path / "operator.xml", s.called(status))
        await through_both_legs(transferring(seen), call, operator, refer=False)

    run(test())
    assert seen == [(outcome, Means.BRIDGE, False)]


def test_a_second_leg_that_rings_out_is_cancelled(tmp_path: Path) -> None:
    seen: Seen = []

    async def test() -> None:
        call = s.scenario(tmp_path / "call.xml", s.invite(), s.answered(), s.hung_up())
        operator = s.scenario(tmp_path / "operator.xml", s.rings_until_cancelled())
        await through_both_legs(transferring(seen, ring_s=1.0), call, operator, refer=False)

    run(test())
    assert seen == [(TransferOutcome.NO_ANSWER, Means.BRIDGE, False)]


def test_a_second_leg_is_cancelled_when_the_caller_leaves(tmp_path: Path) -> None:
    seen: Seen = []

    async def test() -> None:
        call = s.scenario(tmp_path / "call.xml", s.invite(), s.answered(), s.pause(3), s.hang_up())
        operator = s.scenario(tmp_path / "operator.xml", s.rings_until_cancelled())
        await through_both_legs(transferring(seen), call, operator, refer=False)

    run(test())
    assert seen == [(TransferOutcome.NO_ANSWER, Means.BRIDGE, True)]


def test_nothing_there_to_bridge_to_is_unreachable(tmp_path: Path) -> None:
    seen: Seen = []

    async def test() -> None:
        call = s.scenario(tmp_path / "call.xml", s.invite(), s.answered(), s.hung_up())
        config = sip_config(pbx=f"127.0.0.1:{free_port()}", refer=False, no_answer_s=3.0)
        async with endpoint(transferring(seen), config) as running:
            with sipp(call, address_of(running)) as caller:
                await ended(caller)

    run(test())
    assert [(means, gone) for _, means, gone in seen] == [(Means.BRIDGE, False)]
    assert seen[0][0] in {TransferOutcome.UNREACHABLE, TransferOutcome.NO_ANSWER}


def test_the_far_end_of_a_bridge_ends_it_for_both(tmp_path: Path) -> None:
    seen: Seen = []

    async def test() -> None:
        call = s.scenario(tmp_path / "call.xml", s.invite(), s.answered(), s.hung_up())
        operator = s.scenario(
            tmp_path / "operator.xml", s.called(), s.pause(1), s.called_hangs_up()
        )
        await through_both_legs(transferring(seen), call, operator, refer=False)

    run(test())
    assert seen == [(TransferOutcome.CONNECTED, Means.BRIDGE, False)]


def test_a_bridge_on_which_nobody_is_left_is_ended(tmp_path: Path) -> None:
    """Neither end sends anything, and neither says that it is gone."""
    seen: Seen = []

    async def test() -> None:
        call = s.scenario(tmp_path / "call.xml", s.invite(), s.answered(), s.hung_up())
        operator = s.scenario(tmp_path / "operator.xml", s.called(), s.hung_up())
        await through_both_legs(transferring(seen), call, operator, refer=False, silent_line_s=2.0)

    run(test())
    assert seen == [(TransferOutcome.CONNECTED, Means.BRIDGE, False)]


def test_stopping_ends_both_legs_of_a_bridge(tmp_path: Path) -> None:
    seen: Seen = []

    async def test() -> None:
        call = s.scenario(tmp_path / "call.xml", s.invite(), s.answered(), s.hung_up())
        operator = s.scenario(tmp_path / "operator.xml", s.called(), s.hung_up())
        port = free_port()
        config = sip_config(pbx=f"127.0.0.1:{port}", refer=False)
        async with endpoint(transferring(seen), config) as running:
            with sipp(operator, port=port) as far, sipp(call, address_of(running)) as caller:
                await until(lambda: bool(seen), "the bridge")
                await running.stop()
                await ended(caller)
                await ended(far)

    run(test())


@pytest.mark.parametrize(
    "number", ["", "jane", "2468;phone-context=x", "sip:2468@elsewhere", "1" * 200, "2468\r\nX: y"]
)
def test_a_transfer_goes_to_digits_only(tmp_path: Path, number: str) -> None:
    told: list[str] = []

    async def on_call(line: Line) -> None:
        assert await line.answer()
        try:
            await line.transfer(number)
        except TelephonyError as error:
            told.append(str(error))

    async def test() -> None:
        file = s.scenario(tmp_path / "call.xml", s.invite(), s.answered(), s.hung_up())
        async with endpoint(on_call) as running:
            with sipp(file, address_of(running)) as caller:
                await ended(caller)
        assert "REFER " not in caller.messages

    run(test())
    assert len(told) == 1
