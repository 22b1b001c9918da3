"""Whole calls on a fake line: real dialogue, ears and speech detector, and a scripted engine."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grammar.decision import Action, Reason
from switchboard.audio.files import read_audio
from switchboard.calls.record import CallStarted, TransferBegun, TransferDone
from switchboard.calls.running import run_call
from switchboard.dialogue.caller import EarlierCall
from switchboard.dialogue.events import Arrived, Event, Fault, Load, TransferOutcome
from switchboard.dialogue.machine import advance
from switchboard.dialogue.state import State, Step
from switchboard.dialogue.world import World
from tests.calls import fake_line
from tests.calls.fake_line import RATE, SPEED, FakeLine
from tests.calls.scripted_parts import (
    BILL,
    FAILED,
    JANES,
    LAST,
    OPERATOR,
    SECOND,
    VOICE,
    Scripted,
    heard,
    scripted,
)
from tests.calls.whole_call import PROMPTLY, call

BUSY = TransferOutcome.BUSY
SURE = heard(Action.TRANSFER, Reason.SURE, BILL, text="bill smith")
OTHER_VOICE = Path(__file__).parents[2] / "audio_fixtures" / "in_grammar" / "alias_04.wav"


async def says_after_each_prompt(line: FakeLine, times: int) -> None:
    """A caller who waits for the prompt to end, and then speaks; as often as that."""
    for _ in range(times):
        await line.is_saying.wait()
        while line.is_saying.is_set():
            await asyncio.sleep(0.005)
        line.say(VOICE)
        await asyncio.sleep(len(VOICE) / 8000 / SPEED + 0.1)


def test_a_name_is_said_and_the_caller_put_through() -> None:
    async def run() -> None:
        line = FakeLine()
        async with scripted(SURE) as script:
            await asyncio.gather(call(line, script), says_after_each_prompt(line, 1))
        assert line.transfers() == ["5002"]
        assert script.speaker.said == ["greeting_internal", "connecting_detail"]
        (turn,) = script.recorder.turns
        assert (turn.outcome, turn.transcript, turn.options) == ("heard", "bill smith", (BILL.key,))
        assert script.recorder.ending.ending == "transferred"
        assert script.recorder.ending.reason == ""

    asyncio.run(run())


def test_the_record_tells_the_call_in_order_and_the_story_before_the_transfer() -> None:
    async def run() -> None:
        line = FakeLine()
        async with scripted(SURE) as script:
            await asyncio.gather(call(line, script), says_after_each_prompt(line, 1))
        kinds = [type(entry).__name__ for entry in script.recorder.entries]
        assert kinds == ["CallStarted", "TurnTaken", "TransferBegun", "TransferDone", "CallEnded"]
        started, _, begun, done, _ = script.recorder.entries
        assert isinstance(started, CallStarted)
        assert (started.caller_hash, started.dialled) == ("hash of 5001", "5000")
        assert started.grammar_version == script.parts.grammars.current.version
        assert isinstance(begun, TransferBegun)
        assert (begun.to, begun.entry, begun.purpose) == ("5002", BILL.key, "entry")
        assert isinstance(done, TransferDone)
        assert (done.outcome, done.how) == ("connected", "refer")
        assert {entry.call for entry in script.recorder.entries} == {started.call}

    asyncio.run(run())


def test_speech_stops_the_prompt_and_is_heard_whole() -> None:
    async def run() -> None:
        line = FakeLine()
        async with scripted(SURE, seconds=60.0) as script:
            running = asyncio.create_task(call(line, script))
            await line.is_saying.wait()
            script.speaker.sound = script.speaker.sound[:800]
            line.say(VOICE)
            await running
        assert line.asked[:3] == [("answer", None), ("play", None), ("stop_playing", None)]
        assert line.transfers() == ["5002"]
        (utterance,) = script.router.utterances
        assert utterance.seconds > 0.6

    asyncio.run(run())


def test_speech_stops_the_prompt_while_the_caller_still_speaks() -> None:
    loud = np.flatnonzero(np.abs(VOICE) > 1000)
    talk = np.tile(VOICE[loud[0] : loud[-1]], 12)

    async def run() -> None:
        line = FakeLine()
        async with scripted(SURE, seconds=60.0) as script:
            running = asyncio.create_task(call(line, script))
            await line.is_saying.wait()
            line.say(talk)
            async with asyncio.timeout(PROMPTLY):
                while line.is_saying.is_set():
                    await asyncio.sleep(0.001)
            # Far from the longest turn, after which any prompt would be over.
            assert len(talk) - line.left_to_say < 5 * RATE
            line.gone.set()
            await running

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fake_line, "SPEED", 1.0)  # so that a busy machine has seconds to spare
        asyncio.run(run())


def test_our_own_echo_does_not_stop_the_prompt() -> None:
    async def run() -> None:
        line = FakeLine()
        line.echo = True
        async with scripted(SURE) as script:
            # Sound passes ten times too fast, but the ears compare by the clock: slow it down.
            script.speaker.sound = read_audio(OTHER_VOICE).samples
            running = asyncio.create_task(call(line, script))
            await line.is_saying.wait()
            while line.is_saying.is_set():
                await asyncio.sleep(0.005)
            assert ("stop_playing", None) not in line.asked
            line.gone.set()
            await running

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fake_line, "SPEED", 1.0)
        asyncio.run(run())


def test_silence_is_asked_about_once_and_then_goes_to_an_operator() -> None:
    async def run() -> None:
        line = FakeLine()
        async with scripted() as script:
            await call(line, script)
        assert line.transfers() == [OPERATOR]
        assert [turn.outcome for turn in script.recorder.turns] == ["no_input", "no_input"]
        assert ("fallback", "silence") in script.recorder.notes
        assert script.recorder.ending.reason == "silence"

    asyncio.run(run())


def test_the_operator_key_stops_the_prompt_and_reaches_an_operator() -> None:
    async def run() -> None:
        line = FakeLine()
        async with scripted(seconds=100.0) as script:
            running = asyncio.create_task(call(line, script))
            await line.is_saying.wait()
            script.speaker.sound = script.speaker.sound[:800]
            line.press("0")
            await running
        assert line.transfers() == [OPERATOR]
        (turn,) = script.recorder.turns
        assert (turn.outcome, turn.keys) == ("keys", "0")

    asyncio.run(run())


def test_an_extension_is_keyed_and_connected() -> None:
    async def run() -> None:
        line = FakeLine()
        async with scripted() as script:
            running = asyncio.create_task(call(line, script))
            await line.is_saying.wait()
            line.press("5002")
            await running
        assert line.transfers() == ["5002"]
        assert [turn.keys for turn in script.recorder.turns] == ["5002"]

    asyncio.run(run())


def test_a_busy_person_is_followed_by_an_offer_that_is_heard() -> None:
    async def run() -> None:
        line = FakeLine(outcomes={"5002": BUSY})
        yes = heard(Action.REPROMPT, Reason.COMMAND, text="yes")
        async with scripted(SURE, yes) as script:
            running = asyncio.create_task(call(line, script))
            await says_after_each_prompt(line, 1)
            while "offer_instead" not in script.speaker.said:
                await asyncio.sleep(0.01)
            line.press("1")
            await running
        assert line.transfers() == ["5002", "5101"]
        assert "busy" in script.speaker.said
        assert script.recorder.ending.ending == "transferred"

    asyncio.run(run())


def test_namesakes_are_told_apart_by_key() -> None:
    async def run() -> None:
        line = FakeLine()
        both = heard(Action.DISAMBIGUATE, Reason.SAME_NAME, *JANES, text="jane smith")
        async with scripted(both) as script:
            running = asyncio.create_task(call(line, script))
            await says_after_each_prompt(line, 1)
            while "choose" not in script.speaker.said:
                await asyncio.sleep(0.01)
            line.press("2")
            await running
        assert line.transfers() == [JANES[1].number]

    asyncio.run(run())


def test_when_no_operator_answers_the_last_resort_is_rung_and_the_caller_told() -> None:
    async def run() -> None:
        line = FakeLine(outcomes={OPERATOR: BUSY, SECOND: BUSY, LAST: BUSY})
        async with scripted() as script:
            running = asyncio.create_task(call(line, script))
            await line.is_saying.wait()
            line.press("0")
            await running
        assert line.transfers() == [OPERATOR, SECOND, LAST]
        assert script.recorder.ending.ending == "nobody"
        assert line.asked[-1] == ("hang_up", None)

    asyncio.run(run())


def test_a_caller_who_hangs_up_ends_the_call_at_once() -> None:
    async def run() -> None:
        line = FakeLine()
        async with scripted(seconds=100.0) as script:
            running = asyncio.create_task(call(line, script))
            await line.is_saying.wait()
            line.gone.set()
            await running
        assert script.recorder.ending.ending == "caller_left"
        assert line.transfers() == []

    asyncio.run(run())


def test_a_call_that_ends_before_it_is_answered_is_recorded() -> None:
    async def run() -> None:
        line = FakeLine()
        line.answers = False
        async with scripted() as script:
            async with asyncio.timeout(PROMPTLY):
                await run_call(line, script.parts)
        assert script.recorder.ending.ending == "caller_left"

    asyncio.run(run())


def test_the_earlier_call_of_the_same_caller_is_noted() -> None:
    async def run() -> None:
        line = FakeLine()
        async with scripted() as script:
            script.recorder.earlier = EarlierCall("earlier", 2.0, BILL.key)
            await call(line, script)
        assert ("probably_wrong", "earlier") in script.recorder.notes
        assert "greeting_again" in script.speaker.said

    asyncio.run(run())


def test_kept_audio_is_flac_and_only_when_the_settings_say_so() -> None:
    async def run(keep: bool) -> bytes | None:
        line = FakeLine()
        async with scripted(SURE) as script:
            script.parts = replace(script.parts, keep_audio=keep)
            await asyncio.gather(call(line, script), says_after_each_prompt(line, 1))
        return script.recorder.turns[0].audio

    kept = asyncio.run(run(keep=True))
    assert kept is not None
    assert kept[:4] == b"fLaC"
    assert asyncio.run(run(keep=False)) is None


# Load and closing


def test_a_call_beyond_the_limit_is_sent_on_unanswered() -> None:
    async def run() -> None:
        line = FakeLine()
        async with scripted() as script:
            script.parts.traffic.most_calls = 0
            await call(line, script)
        assert line.asked[0] == ("redirect", OPERATOR)
        assert ("fallback", "overloaded") in script.recorder.notes

    asyncio.run(run())


def test_a_call_is_sent_on_unanswered_when_too_many_utterances_wait() -> None:
    async def run() -> None:
        line = FakeLine()
        async with scripted() as script:
            script.parts.traffic.waiting = lambda: 20
            await call(line, script)
        assert line.asked[0] == ("redirect", OPERATOR)

    asyncio.run(run())


def test_a_call_that_ended_makes_room_for_the_next() -> None:
    async def run() -> None:
        async with scripted() as script:
            script.parts.traffic.most_calls = 1
            for _ in range(2):
                line = FakeLine()
                await call(line, script)
                assert line.transfers() == [OPERATOR]
            with script.parts.traffic.call() as load:
                assert load is Load.NORMAL

    asyncio.run(run())


def test_a_service_that_stops_hands_the_call_to_an_operator() -> None:
    async def run() -> None:
        line = FakeLine()
        async with scripted(seconds=100.0) as script:
            running = asyncio.create_task(call(line, script))
            await line.is_saying.wait()
            script.speaker.sound = script.speaker.sound[:800]
            script.hand_over.set()
            await running
        assert line.transfers() == [OPERATOR]
        assert ("fallback", "closing") in script.recorder.notes

    asyncio.run(run())


# Faults: each part raises or hangs, and the caller reaches a person


async def reaches_a_person(
    break_it: Callable[[Scripted, FakeLine], None], *routed: object, speaks: int = 0
) -> tuple[Scripted, FakeLine]:
    line = FakeLine()
    async with scripted(*routed) as script:  # type: ignore[arg-type]
        break_it(script, line)
        await asyncio.gather(call(line, script), says_after_each_prompt(line, speaks))
    assert line.transfers() == [OPERATOR]
    return script, line


def test_a_recogniser_that_failed_twice_leads_to_an_operator() -> None:
    async def run() -> None:
        script, _ = await reaches_a_person(lambda *_: None, FAILED, speaks=1)
        assert script.recorder.turns[0].outcome == "failed"
        assert script.recorder.ending.reason == "fault"

    asyncio.run(run())


def test_a_router_that_raises_leads_to_an_operator() -> None:
    asyncio.run(_awaited(reaches_a_person(lambda *_: None, RuntimeError("router"), speaks=1)))


def test_a_router_that_hangs_leads_to_an_operator() -> None:
    def break_it(script: Scripted, line: FakeLine) -> None:
        script.router.hanging = True

    asyncio.run(_awaited(reaches_a_person(break_it, speaks=1)))


def test_a_speaker_that_raises_leads_to_an_operator_without_words() -> None:
    def break_it(script: Scripted, line: FakeLine) -> None:
        script.speaker.fault = RuntimeError("speaker")

    asyncio.run(_awaited(reaches_a_person(break_it)))


def test_a_speaker_that_hangs_leads_to_an_operator_without_words() -> None:
    def break_it(script: Scripted, line: FakeLine) -> None:
        script.speaker.slow_s = 1.5

    asyncio.run(_awaited(reaches_a_person(break_it)))


def test_a_generic_prompt_is_played_and_leads_to_an_operator() -> None:
    def break_it(script: Scripted, line: FakeLine) -> None:
        script.speaker.complete = False

    async def run() -> None:
        _, line = await reaches_a_person(break_it)
        assert line.played

    asyncio.run(run())


def test_ears_that_fail_lead_to_an_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("detector")

    monkeypatch.setattr("switchboard.calls.ears.Turn.feed", fail)
    asyncio.run(_awaited(reaches_a_person(lambda *_: None)))


@pytest.mark.parametrize("part", ["play", "read"])
def test_a_line_that_raises_leads_to_an_operator(part: str) -> None:
    def break_it(script: Scripted, line: FakeLine) -> None:
        line.raises.add(part)

    asyncio.run(_awaited(reaches_a_person(break_it)))


def test_a_recorder_that_raises_changes_nothing_for_the_caller() -> None:
    async def run() -> None:
        line = FakeLine()
        async with scripted(SURE) as script:
            script.recorder.raises = True
            await asyncio.gather(call(line, script), says_after_each_prompt(line, 1))
        assert line.transfers() == ["5002"]

    asyncio.run(run())


def test_a_caller_who_cannot_be_classified_is_served_as_an_unknown_one() -> None:
    async def run() -> None:
        line = FakeLine()
        async with scripted() as script:
            script.parts = replace(script.parts, classify=_fail)
            await call(line, script)
        assert script.speaker.said[0] == "greeting_external"
        assert line.transfers() == [OPERATOR]

    asyncio.run(run())


def test_a_dialogue_that_fails_is_told_and_takes_the_caller_to_an_operator(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def run() -> None:
        line = FakeLine()
        events: list[Event] = []
        async with scripted() as script:
            real = script.parts.advance

            def advance(state: State, event: Event, world: World) -> Step:
                events.append(event)
                if len(events) == 2:
                    raise RuntimeError("dialogue")
                return real(state, event, world)

            script.parts = replace(script.parts, advance=advance)
            await call(line, script)
        assert isinstance(events[2], Fault)
        assert line.transfers() == [OPERATOR]

    asyncio.run(run())
    failures = [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert [each.message for each in failures] == ["call failed"]


def test_a_dialogue_that_keeps_failing_is_left_out_on_the_way_to_a_person() -> None:
    async def run() -> None:
        line = FakeLine(outcomes={OPERATOR: BUSY})
        async with scripted() as script:
            script.parts = replace(script.parts, advance=_fail)
            await call(line, script)
        assert line.transfers() == [OPERATOR, SECOND]
        assert script.recorder.ending.ending == "operator"

    asyncio.run(run())


def test_a_dialogue_that_keeps_failing_after_the_answer_takes_the_caller_to_a_person_too() -> None:
    def fail_later(state: State, event: Event, world: World) -> Step:
        if isinstance(event, Arrived):
            return advance(state, event, world)
        raise RuntimeError("a fault")

    async def run() -> None:
        line = FakeLine(outcomes={OPERATOR: BUSY})
        async with scripted() as script:
            script.parts = replace(script.parts, advance=fail_later)
            await call(line, script)
        assert line.transfers() == [OPERATOR, SECOND]
        ending = script.recorder.ending
        assert (ending.ending, ending.reason) == ("operator", "fault")

    asyncio.run(run())


def test_a_dialogue_that_waits_for_nothing_does_not_keep_the_caller_in_silence() -> None:
    async def run() -> None:
        line = FakeLine()
        async with scripted() as script:
            script.parts = replace(script.parts, advance=lambda state, *_: (state, ()))
            await call(line, script)
        assert line.transfers() == [OPERATOR]

    asyncio.run(run())


@pytest.mark.parametrize("how", ["raises", "hangs"])
def test_a_transfer_that_fails_inside_ends_with_the_caller_told(how: str) -> None:
    async def run() -> None:
        line = FakeLine()
        getattr(line, how).add("transfer")
        async with scripted() as script:
            running = asyncio.create_task(call(line, script))
            await line.is_saying.wait()
            line.press("0")
            await running
        assert line.transfers() == [OPERATOR, SECOND, LAST]
        assert script.recorder.ending.ending == "nobody"

    asyncio.run(run())


def test_a_line_from_which_nothing_comes_is_handed_to_an_operator() -> None:
    async def run() -> None:
        line = FakeLine()
        line.mute = True
        async with scripted(seconds=100.0) as script:
            running = asyncio.create_task(call(line, script))
            await line.is_saying.wait()
            script.speaker.sound = script.speaker.sound[:800]
            await running
        assert line.transfers() == [OPERATOR]
        assert script.recorder.ending.reason == "fault"

    asyncio.run(run())


def test_a_line_that_falls_silent_is_handed_to_an_operator() -> None:
    async def run() -> None:
        line = FakeLine()
        async with scripted(seconds=100.0) as script:
            running = asyncio.create_task(call(line, script))
            await line.is_saying.wait()
            await asyncio.sleep(0.7)
            line.mute = True
            line._packets = 0
            script.speaker.sound = script.speaker.sound[:800]
            await running
        assert line.transfers() == [OPERATOR]

    asyncio.run(run())


def test_nothing_of_a_call_is_left_running_after_it() -> None:
    async def run() -> None:
        async with scripted(SURE) as script:
            before = asyncio.all_tasks()
            line = FakeLine()
            await asyncio.gather(call(line, script), says_after_each_prompt(line, 1))
            await asyncio.sleep(0)
            assert {task for task in asyncio.all_tasks() if task not in before} == set()
            assert script.parts.traffic.calls == 0
            assert script.parts.deciders.waiting == 0

    asyncio.run(run())


def _fail(*_: object) -> Step:
    raise RuntimeError("failed")


async def _awaited(awaitable: Awaitable[object]) -> None:
    await awaitable


def test_the_log_says_at_a_calls_end_how_much_of_its_sound_was_lost(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def run() -> None:
        line = FakeLine()
        line.lost = 7
        async with scripted() as script:
            await call(line, script)

    with caplog.at_level(logging.INFO):
        asyncio.run(run())
    (ended,) = [each for each in caplog.records if each.message == "call ended"]
    told = vars(ended)
    assert told["packets_lost"] == 7
    assert told["packets_received"] > 0
