"""Calls that an operator at the console connects while they run, on a fake line."""

from __future__ import annotations

import asyncio

from switchboard.calls.record import CallStarted, TransferDone
from switchboard.dialogue.events import TransferOutcome
from tests.calls.fake_line import FakeLine
from tests.calls.scripted_parts import BILL, HOUSING, OPERATOR, SECOND, Scripted, scripted
from tests.calls.whole_call import PROMPTLY, call


async def until_rung(line: FakeLine, number: str, times: int = 1) -> None:
    async with asyncio.timeout(PROMPTLY):
        while line.transfers().count(number) < times:
            await asyncio.sleep(0.01)


def connect(script: Scripted, entry: str) -> None:
    started = script.recorder.entries[0]
    assert isinstance(started, CallStarted)
    script.parts.desk.connect(started.call, entry)


def outcomes(script: Scripted) -> list[str]:
    return [each.outcome for each in script.recorder.entries if isinstance(each, TransferDone)]


def test_a_caller_who_hears_an_operator_s_phone_ring_is_connected() -> None:
    async def run() -> None:
        line = FakeLine()
        line.rings = {OPERATOR}
        async with scripted() as script:
            running = asyncio.create_task(call(line, script))
            line.press("0")
            await until_rung(line, OPERATOR)
            connect(script, BILL.key)
            await running
        assert line.transfers() == [OPERATOR, "5002"]
        assert outcomes(script) == ["no_answer", "connected"]
        assert ("operator_connects", "") in script.recorder.notes
        assert script.recorder.ending.ending == "operator"

    asyncio.run(run())


def test_a_caller_with_whom_an_operator_talks_through_us_is_taken_back_and_connected() -> None:
    async def run() -> None:
        line = FakeLine()
        line.bridges = True
        async with scripted() as script:
            running = asyncio.create_task(call(line, script))
            line.press("0")
            await until_rung(line, OPERATOR)
            while not line.bridged:
                await asyncio.sleep(0.01)
            assert script.parts.traffic.calls == 0
            connect(script, BILL.key)
            await until_rung(line, "5002")
            while not line.bridged:
                await asyncio.sleep(0.01)
            line.gone.set()
            await running
        asked = [name for name, _ in line.asked if name in {"transfer", "take_back"}]
        assert asked == ["transfer", "take_back", "transfer"]
        assert outcomes(script) == ["connected", "connected"]
        assert ("operator_done", "") not in script.recorder.notes

    asyncio.run(run())


def test_when_nobody_answers_the_caller_comes_back_to_the_operators() -> None:
    async def run() -> None:
        line = FakeLine({HOUSING.number or "": TransferOutcome.BUSY})
        line.bridges = True
        async with scripted() as script:
            running = asyncio.create_task(call(line, script))
            line.press("0")
            await until_rung(line, OPERATOR)
            while not line.bridged:
                await asyncio.sleep(0.01)
            connect(script, HOUSING.key)
            await until_rung(line, OPERATOR, 2)
            while not line.bridged:
                await asyncio.sleep(0.01)
            line.gone.set()
            await running
        assert line.transfers() == [OPERATOR, HOUSING.number, OPERATOR]
        assert script.speaker.said[-2:] == ["busy", "operator"]
        assert ("operator_done", "") in script.recorder.notes

    asyncio.run(run())


def test_a_choice_that_can_t_be_reached_leaves_the_caller_with_the_operator() -> None:
    async def run() -> None:
        line = FakeLine({OPERATOR: TransferOutcome.BUSY})
        line.bridges = True
        async with scripted() as script:
            running = asyncio.create_task(call(line, script))
            line.press("0")
            await until_rung(line, SECOND)
            while not line.bridged:
                await asyncio.sleep(0.01)
            connect(script, "no-such-entry")
            while ("operator_connects", "not_reachable") not in script.recorder.notes:
                await asyncio.sleep(0.01)
            assert line.bridged
            line.gone.set()
            await running
        assert line.transfers() == [OPERATOR, SECOND]

    asyncio.run(run())
