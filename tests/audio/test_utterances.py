"""Finding the utterance in recordings: made-up noises, the project's voice, and real people."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from switchboard.audio.endpointing import EndpointSettings, State
from switchboard.audio.files import read_audio
from switchboard.audio.speech import SpeechDetector
from switchboard.audio.utterances import (
    NoInput,
    NotSpeech,
    NotSpeechReason,
    Speech,
    Turn,
    find_utterance,
)
from switchboard.errors import AudioError
from tests.audio.sounds import RATE, noises, tones

VOICE = Path(__file__).parent / "voice.flac"
"""A synthesised voice saying "can I speak to Jane Smith please", 8 kHz, cut close."""
HUMAN = Path("/work/shared/human-dev")


def voice() -> NDArray[np.int16]:
    samples, rate = read_audio(VOICE)
    assert rate == RATE
    return samples


def silence(seconds: float) -> NDArray[np.int16]:
    return np.zeros(int(seconds * RATE), dtype=np.int16)


@pytest.mark.parametrize("name", tones())
def test_a_signalling_tone_never_reaches_an_engine(name: str) -> None:
    assert find_utterance(tones()[name], RATE) == NotSpeech(NotSpeechReason.TONE)


@pytest.mark.parametrize("name", noises())
def test_noise_never_reaches_an_engine(name: str) -> None:
    assert find_utterance(noises()[name], RATE) == NotSpeech(NotSpeechReason.NOISE)


@pytest.mark.parametrize("level", [0, 5])
def test_silence_and_faint_hiss_are_no_input(level: int) -> None:
    hiss = np.random.default_rng(0).normal(0, level, 4 * RATE).astype(np.int16)
    assert find_utterance(hiss, RATE) == NoInput()


@pytest.mark.parametrize("count", [0, 1, 255])
def test_less_than_a_frame_is_no_input(count: int) -> None:
    assert find_utterance(np.zeros(count, dtype=np.int16), RATE) == NoInput()


@pytest.mark.parametrize("gain", [1.0, 0.1, 0.005])
def test_speech_is_found_and_trimmed_with_margins_however_quiet(gain: float) -> None:
    said = (voice() * gain).astype(np.int16)
    found = find_utterance(np.concatenate([silence(2), said, silence(3)]), RATE)
    assert isinstance(found, Speech)
    assert found.start == pytest.approx(2.0, abs=0.25)
    assert found.end == pytest.approx(2.0 + len(said) / RATE, abs=0.3)
    assert len(said) / RATE <= found.utterance.seconds <= len(said) / RATE + 0.8
    assert not found.capped


def test_a_recording_is_one_turn_with_its_pauses() -> None:
    found = find_utterance(np.concatenate([voice(), silence(1.5), voice()]), RATE)
    assert isinstance(found, Speech)
    assert found.end - found.start > 2 * len(voice()) / RATE + 1.0


def test_an_endless_speaker_is_capped() -> None:
    found = find_utterance(np.tile(voice(), 8), RATE, EndpointSettings(longest_s=4.0))
    assert isinstance(found, Speech)
    assert found.capped
    assert found.end - found.start <= 4.1


def test_a_live_turn_gives_the_same_speech_whatever_the_size_of_its_blocks() -> None:
    said = np.concatenate([silence(0.5), voice(), silence(2)])
    lengths = set()
    for size in (160, 333, 8000):
        turn = Turn(RATE, EndpointSettings(silence_ms=300))
        blocks = (said[start : start + size] for start in range(0, len(said), size))
        [outcome] = [found for block in blocks if (found := turn.feed(block)) is not None][:1]
        assert isinstance(outcome, Speech)
        lengths.add(len(outcome.utterance.samples))
        assert turn.state is State.WAITING
    assert len(lengths) == 1
    assert lengths.pop() / RATE == pytest.approx(len(voice()) / RATE + 0.5, abs=0.3)


def test_a_pause_gives_sample_for_sample_what_the_turn_brings_if_it_ends_there() -> None:
    turn = Turn(RATE, EndpointSettings())
    so_far: list[Speech] = []
    said = np.concatenate([silence(0.5), voice(), silence(2)])
    for start in range(0, len(said), 256):
        outcome = turn.feed(said[start : start + 256])
        if outcome is not None:
            break
        found = turn.so_far()
        so_far += [found] if found is not None else []
    assert isinstance(outcome, Speech)
    assert so_far
    for speech in so_far:
        assert (speech.start, speech.end) == (outcome.start, outcome.end)
        assert np.array_equal(speech.utterance.samples, outcome.utterance.samples)


@pytest.mark.parametrize("sound", [tones()["dial tone"], silence(3)])
def test_without_speech_nothing_is_said_so_far(sound: NDArray[np.int16]) -> None:
    turn = Turn(RATE, EndpointSettings(no_input_s=100.0))
    for start in range(0, len(sound), 256):
        turn.feed(sound[start : start + 256])
        assert turn.so_far() is None


@pytest.mark.parametrize("name", tones())
def test_a_tone_before_a_name_is_no_answer(name: str) -> None:
    turn = Turn(RATE, EndpointSettings(no_input_s=60.0))
    said = np.concatenate([tones()[name], silence(1), voice(), silence(1)])
    blocks = (said[start : start + 160] for start in range(0, len(said), 160))
    [outcome] = [found for block in blocks if (found := turn.feed(block)) is not None][:1]
    assert isinstance(outcome, Speech)
    assert outcome.start == pytest.approx(5.0, abs=0.3)


@pytest.mark.parametrize(("sound", "is_turn"), [("modem", False), ("white", True)])
def test_what_the_detector_doubts_is_a_turn_unless_it_is_a_tone(
    sound: str, is_turn: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubtful(_: SpeechDetector, frame: NDArray[np.int16]) -> float:
        return 0.8 if np.abs(frame).max() > 500 else 0.0

    monkeypatch.setattr(SpeechDetector, "probability", doubtful)
    heard = (tones() | noises())[sound][:RATE]
    outcome = Turn(RATE).feed(np.concatenate([heard, silence(1)]))
    assert isinstance(outcome, Speech) is is_turn


def test_a_caller_who_says_nothing_is_no_input_after_the_wait() -> None:
    turn = Turn(RATE, EndpointSettings(no_input_s=1.0))
    outcomes = [turn.feed(silence(0.02)) for _ in range(60)]
    assert NoInput() in outcomes


def test_an_unusual_rate_is_refused_in_one_sentence() -> None:
    with pytest.raises(AudioError, match="44100 Hz"):
        find_utterance(silence(1), 44100)


@pytest.mark.skipif(not HUMAN.is_dir(), reason="the recordings of real people are not here")
@pytest.mark.slow
def test_of_real_people_next_to_nobody_is_lost() -> None:
    rows = [json.loads(line) for line in (HUMAN / "manifest.jsonl").read_text().splitlines()]
    speech = [row for row in rows if row["kind"] != "noise"][::8]
    lost = sum(
        not isinstance(find_utterance(*read_audio(HUMAN / row["file"])), Speech) for row in speech
    )
    assert lost <= 1, f"{lost} of {len(speech)}"
