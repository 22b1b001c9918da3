"""Deciding while the silence that ends a turn goes by."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np
import pytest

from grammar.decision import Action, Reason
from switchboard.audio.endpointing import EndpointSettings
from switchboard.audio.utterances import Speech
from switchboard.calls.deciding import Eager
from switchboard.calls.ears import Ears
from switchboard.recognition.port import Utterance
from switchboard.routing import Routed
from switchboard.telephony.port import Samples
from tests.calls import fake_line
from tests.calls.fake_line import RATE, FakeLine
from tests.calls.scripted_parts import BILL, JANES, VOICE, heard, scripted
from tests.calls.whole_call import call

SURE = heard(Action.TRANSFER, Reason.SURE, BILL)
FRAME = 256


def said(samples: Samples) -> Speech:
    return Speech(Utterance(samples, RATE), 0.0, len(samples) / RATE)


class Deciding:
    """Decides when told to; `asked` are the utterances."""

    def __init__(self) -> None:
        self.asked: list[Utterance] = []
        self.may = asyncio.Event()
        self.fails = False

    async def __call__(self, utterance: Utterance) -> Routed:
        self.asked.append(utterance)
        await self.may.wait()
        if self.fails:
            raise TimeoutError
        return SURE


def test_the_decision_is_begun_in_the_pause_and_is_the_turns_own_if_nothing_follows() -> None:
    async def run() -> None:
        decide = Deciding()
        eager = Eager(decide)
        eager.paused(said(VOICE))
        await asyncio.sleep(0)
        assert len(decide.asked) == 1
        decide.may.set()
        assert await eager.decision(Utterance(VOICE.copy(), RATE)) is SURE
        assert len(decide.asked) == 1
        eager.close()

    asyncio.run(run())


def test_whoever_goes_on_after_a_pause_is_decided_on_by_all_that_was_said() -> None:
    async def run() -> None:
        decide = Deciding()
        decide.may.set()
        eager = Eager(decide)
        eager.paused(said(VOICE[:4000]))
        await asyncio.sleep(0)
        whole = Utterance(VOICE, RATE)
        await eager.decision(whole)
        assert decide.asked[-1] is whole
        assert len(decide.asked) == 2
        eager.close()

    asyncio.run(run())


@pytest.mark.parametrize("already_failed", [True, False])
def test_a_decision_that_is_no_longer_wanted_may_fail(*, already_failed: bool) -> None:
    async def run() -> None:
        told: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, about: told.append(about))
        decide = Deciding()
        decide.fails = True
        eager = Eager(decide)
        eager.paused(said(VOICE))
        if already_failed:
            decide.may.set()
            await asyncio.sleep(0.01)
        eager.close()
        await asyncio.sleep(0.01)
        del eager
        assert told == []

    asyncio.run(run())


def test_a_failure_in_the_pause_is_the_turns_failure() -> None:
    async def run() -> None:
        decide = Deciding()
        decide.fails = True
        decide.may.set()
        eager = Eager(decide)
        eager.paused(said(VOICE))
        with pytest.raises(TimeoutError):
            await eager.decision(Utterance(VOICE, RATE))

    asyncio.run(run())


def frames(sound: Samples) -> Callable[[], Samples]:
    """A line from which a detector's frame comes at each look."""
    left = [np.zeros(0, np.int16), *(sound[at : at + FRAME] for at in range(0, len(sound), FRAME))]
    return lambda: left.pop(0) if left else np.zeros(0, np.int16)


def test_the_ears_tell_of_each_pause_once_and_of_the_turn_last() -> None:
    async def run() -> None:
        # 0.38 s of silence are no end of a turn, but may become one.
        sound = np.concatenate([VOICE, np.zeros(3072, np.int16), VOICE, np.zeros(RATE, np.int16)])
        told: list[Speech] = []
        async with Ears(EndpointSettings()) as ears:
            hearing = ears.open(frames(sound), RATE, paused=told.append)
            async with asyncio.timeout(60):
                speech = await hearing.over
            ears.close(hearing)
        assert len(told) == 2
        assert told[0].end < 1.1 * len(VOICE) / RATE < told[1].end
        assert np.array_equal(told[1].utterance.samples, speech.utterance.samples)

    asyncio.run(run())


def test_on_a_call_whoever_says_no_more_is_decided_on_once() -> None:
    async def run() -> None:
        line = FakeLine()
        async with scripted(SURE) as script:
            running = asyncio.create_task(call(line, script))
            await line.is_saying.wait()
            line.say(VOICE)
            await running
        assert line.transfers() == ["5002"]
        (utterance,) = script.router.utterances
        (turn,) = script.recorder.turns
        assert turn.outcome == "heard"
        assert utterance.seconds < len(VOICE) / RATE + 0.6

    asyncio.run(run())


def test_of_two_decisions_the_call_follows_the_one_on_all_that_was_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # At a tenfold speed a look at the line would skip the pause.
    monkeypatch.setattr(fake_line, "SPEED", 1.0)

    async def run() -> None:
        line = FakeLine()
        first = heard(Action.TRANSFER, Reason.SURE, JANES[0])
        async with scripted(first, SURE) as script:
            running = asyncio.create_task(call(line, script))
            await line.is_saying.wait()
            line.say(np.concatenate([VOICE, np.zeros(3072, np.int16), VOICE]))
            await running
        assert len(script.router.utterances) == 2
        assert line.transfers() == ["5002"]
        assert len(script.recorder.turns) == 1

    asyncio.run(run())
