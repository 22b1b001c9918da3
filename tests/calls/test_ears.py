"""Listening: when a caller begins, ends, or is only our own echo."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import numpy as np
import pytest

from switchboard.audio.endpointing import EndpointSettings
from switchboard.audio.utterances import NoInput, NotSpeech
from switchboard.calls import ears as ears_module
from switchboard.calls.ears import DeafError, Ears, Hearing
from switchboard.telephony.port import Samples
from tests.audio.sounds import tones
from tests.calls.scripted_parts import VOICE

RATE = 8000
NOTHING: Samples = np.zeros(0, np.int16)
BLOCK = RATE // 4


def reader(sound: Samples) -> Callable[[], Samples]:
    """A line from which this comes, a quarter of a second at each look; then nothing."""
    blocks = [NOTHING, *(sound[at : at + BLOCK] for at in range(0, len(sound), BLOCK))]
    return lambda: blocks.pop(0) if blocks else NOTHING


def quiet(seconds: float) -> Samples:
    return np.zeros(int(seconds * RATE), np.int16)


async def collected(hearing: Hearing, samples: int) -> None:
    async with asyncio.timeout(60):
        while sum(map(len, hearing._since_prompt)) < samples:
            await asyncio.sleep(0.02)


async def hears(sound: Samples) -> Hearing:
    async with Ears(EndpointSettings()) as ears:
        hearing = ears.open(reader(sound), RATE)
        await asyncio.wait((hearing.over,), timeout=60)
        assert hearing.over.done()
        return hearing


def test_what_is_said_is_heard_whole_once_silence_follows() -> None:
    async def run() -> None:
        hearing = await hears(np.concatenate([quiet(1), VOICE, quiet(1)]))
        speech = hearing.over.result()
        assert hearing.began.is_set()
        assert speech.utterance.rate == RATE
        assert abs(speech.end - speech.start - len(VOICE) / RATE) < 0.8

    asyncio.run(run())


def test_a_voice_that_looks_like_an_echo_at_first_is_heard_from_its_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sound = np.concatenate([quiet(0.5), VOICE, quiet(1)])

    async def start_of(shares: list[float]) -> float:
        monkeypatch.setattr(ears_module, "echo_share", lambda *_: shares.pop(0) if shares else 0.0)
        hearing = Hearing(reader(NOTHING), RATE, EndpointSettings())
        step = int(ears_module.TICK_S * RATE)
        for at in range(0, len(sound), step):
            outcome = hearing.feed(ears_module._Block(sound[at : at + step], VOICE))
            hearing.tell(outcome)
        assert hearing.began.is_set()
        return hearing.over.result().start

    assert asyncio.run(start_of([0.7, 0.7])) == asyncio.run(start_of([]))


def test_what_was_said_before_the_question_is_not_heard() -> None:
    async def run() -> None:
        blocks = [VOICE]
        async with Ears(EndpointSettings()) as ears:
            hearing = ears.open(lambda: blocks.pop(0) if blocks else quiet(0.1), RATE)
            await asyncio.sleep(0.5)
            assert not hearing.began.is_set()
            ears.close(hearing)

    asyncio.run(run())


@pytest.mark.parametrize(("sound", "kind"), [("silence", NoInput), ("dial tone", NotSpeech)])
def test_without_speech_silence_is_told_from_noise(sound: str, kind: type) -> None:
    async def run() -> None:
        samples = quiet(3) if sound == "silence" else tones()[sound]
        async with Ears(EndpointSettings()) as ears:
            blocks = reader(samples)
            hearing = ears.open(blocks, RATE)
            hearing.prompt_over()
            await collected(hearing, len(samples) - BLOCK)
            assert not hearing.began.is_set()
            assert isinstance(hearing.silence(), kind)

    asyncio.run(run())


def test_noise_during_the_prompt_is_no_answer_to_it() -> None:
    async def run() -> None:
        async with Ears(EndpointSettings()) as ears:
            hearing = ears.open(reader(np.concatenate([tones()["dial tone"], quiet(2)])), RATE)
            await collected(hearing, 4 * RATE)
            hearing.prompt_over()
            await asyncio.sleep(0.5)
            assert isinstance(hearing.silence(), NoInput)

    asyncio.run(run())


def test_many_calls_are_heard_at_once_and_each_hears_its_own_caller() -> None:
    async def run() -> None:
        async with Ears(EndpointSettings()) as ears:
            speak = [ears.open(reader(np.pad(VOICE, (RATE, RATE))), RATE) for _ in range(5)]
            silent = [ears.open(reader(quiet(3)), RATE) for _ in range(5)]
            await asyncio.wait([hearing.over for hearing in speak], timeout=60)
            assert all(hearing.over.done() for hearing in speak)
            assert not any(hearing.began.is_set() for hearing in silent)

    asyncio.run(run())


def test_a_detector_that_raises_fails_its_own_call_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        async with Ears(EndpointSettings()) as ears:
            broken = ears.open(reader(quiet(1)), RATE)
            whole = ears.open(reader(np.pad(VOICE, (RATE, RATE))), RATE)

            def fail(_: object) -> None:
                raise RuntimeError("detector")

            monkeypatch.setattr(broken, "feed", fail)
            await asyncio.wait((whole.over,), timeout=60)
            fault = broken.over.exception()
            assert isinstance(fault, DeafError)
            assert isinstance(fault.__cause__, RuntimeError)
            assert whole.over.result()

    asyncio.run(run())


def test_detectors_that_hang_are_told_and_later_calls_are_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ears_module, "DEAF_S", 0.3)

    async def run() -> None:
        async with Ears(EndpointSettings()) as ears:
            stuck = ears.open(reader(quiet(1)), RATE)
            monkeypatch.setattr(stuck, "feed", lambda _: time.sleep(2))
            await asyncio.wait((stuck.over,), timeout=60)
            assert isinstance(stuck.over.exception(), DeafError)
            ears.close(stuck)
            monkeypatch.setattr(ears_module, "DEAF_S", 20.0)
            later = ears.open(reader(np.pad(VOICE, (RATE, RATE))), RATE)
            await asyncio.wait((later.over,), timeout=60)
            assert later.over.result()

    asyncio.run(run())


def test_a_line_that_raises_fails_its_own_call_alone() -> None:
    async def run() -> None:
        calls = iter([NOTHING])

        def read() -> Samples:
            return next(calls)

        async with Ears(EndpointSettings()) as ears:
            broken = ears.open(read, RATE)
            await asyncio.wait((broken.over,), timeout=60)
            assert isinstance(broken.over.exception(), DeafError)

    asyncio.run(run())


def test_ears_close_whatever_they_are_in_the_middle_of() -> None:
    async def run() -> None:
        for moment in range(40):
            async with Ears(EndpointSettings()) as ears:
                ears.open(lambda: quiet(0.032), RATE)
                await asyncio.sleep(0.03 + moment / 2000)

    asyncio.run(asyncio.wait_for(run(), 120))
