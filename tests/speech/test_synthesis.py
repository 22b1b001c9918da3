"""Real Piper, real espeak-ng, and processes that crash, hang and say no."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from switchboard.speech.port import SynthesisError, Text
from switchboard.speech.synthesis import SynthesisProcess, VoiceSpec, espeak, piper
from tests.speech.conftest import PATIENT

SCRIPTED = VoiceSpec("tests.speech.scripted_synthesiser:load")
Start = Callable[..., SynthesisProcess]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[SynthesisProcess] = []

    def start(spec: VoiceSpec = SCRIPTED, **limits: float) -> SynthesisProcess:
        process = SynthesisProcess(spec, **limits)
        started.append(process)
        process.start()
        return process

    yield start
    for process in started:
        process.close()


def pid(process: SynthesisProcess) -> int:
    assert process._process is not None
    return process._process.pid


def speaks_again(process: SynthesisProcess) -> bool:
    deadline = time.monotonic() + PATIENT
    while time.monotonic() < deadline:
        try:
            process.speak(Text("hello"), PATIENT)
        except SynthesisError:
            time.sleep(0.05)
        else:
            return True
    return False


@pytest.mark.parametrize("voice", ["piper_process", "espeak_process"])
def test_a_real_voice_speaks_for_about_as_long_as_a_person_would(
    voice: str, request: pytest.FixtureRequest
) -> None:
    process: SynthesisProcess = request.getfixturevalue(voice)
    sound = process.speak(Text("Connecting you to Jane Smith, Planning."), PATIENT)
    assert sound.rate == 22050
    assert 1.2 < len(sound.samples) / sound.rate < 4
    assert np.abs(sound.samples).max() > 5000


def test_a_pronunciation_that_an_administrator_gave_is_heard(
    piper_process: SynthesisProcess,
) -> None:
    """Featherstonehaugh, said Fanshaw, is much shorter than as it is written."""
    name = "Featherstonehaugh"
    written = piper_process.speak(Text(name), PATIENT)
    said = piper_process.speak(Text(name, {name: "fanʃɔː"}), PATIENT)
    assert len(said.samples) < 0.85 * len(written.samples)


def test_what_libraries_print_does_not_spoil_the_answer(start: Start) -> None:
    process = start()
    for _ in range(3):
        assert len(process.speak(Text("hello"), PATIENT).samples) == 11025


def test_a_crash_costs_one_text_and_a_new_process_speaks_the_next(start: Start) -> None:
    process = start(rest_seconds=0.0)
    before = pid(process)
    with pytest.raises(SynthesisError):
        process.speak(Text("crash"), PATIENT)
    assert speaks_again(process)
    assert pid(process) != before


def test_a_process_that_was_killed_between_texts_is_started_again(start: Start) -> None:
    process = start(rest_seconds=0.0)
    os.kill(pid(process), 9)
    assert speaks_again(process)


def test_a_text_that_takes_too_long_is_given_up_and_its_process_kept(start: Start) -> None:
    process = start()
    before = pid(process)
    with pytest.raises(SynthesisError, match="takes too long"):
        process.speak(Text("dawdle"), 0.2)
    with pytest.raises(SynthesisError, match="not ready"):
        process.speak(Text("the next call does not queue behind it"), PATIENT)
    assert speaks_again(process)
    assert pid(process) == before


def test_a_process_that_hangs_is_replaced(start: Start) -> None:
    process = start(hang_seconds=0.5, rest_seconds=0.0)
    before = pid(process)
    with pytest.raises(SynthesisError):
        process.speak(Text("hang"), 0.1)
    assert speaks_again(process)
    assert pid(process) != before


def test_after_a_crash_the_synthesiser_rests(start: Start) -> None:
    """Otherwise a machine on which it always crashes would do nothing but start it."""
    process = start(rest_seconds=3600.0)
    with pytest.raises(SynthesisError):
        process.speak(Text("crash"), PATIENT)
    for _ in range(3):
        with pytest.raises(SynthesisError):
            process.speak(Text("hello"), PATIENT)
    assert process._process is None


@pytest.mark.parametrize("words", ["raise", "nothing"])
def test_a_text_that_cannot_be_spoken_leaves_the_process_as_it_is(start: Start, words: str) -> None:
    process = start()
    before = pid(process)
    with pytest.raises(SynthesisError):
        process.speak(Text(words), PATIENT)
    assert len(process.speak(Text("hello"), PATIENT).samples)
    assert pid(process) == before


@pytest.mark.parametrize("fault", ["crash", "raise", "hang"])
def test_a_voice_that_does_not_load_says_so(fault: str) -> None:
    process = SynthesisProcess(VoiceSpec(SCRIPTED.factory, {"at_start": fault}))
    with pytest.raises(SynthesisError):
        process.start(1.0 if fault == "hang" else PATIENT)
    assert process._process is None
    process.close()


def test_a_model_that_is_not_one_says_so(tmp_path: object) -> None:
    process = SynthesisProcess(piper(f"{tmp_path}/none.onnx", 1.0))
    with pytest.raises(SynthesisError):
        process.start()
    process.close()


def test_closing_ends_the_process_even_while_it_hangs(start: Start) -> None:
    process = start()
    running = process._process
    assert running is not None
    with pytest.raises(SynthesisError):
        process.speak(Text("hang"), 0.1)
    process.close()
    assert running.returncode is not None
    with pytest.raises(SynthesisError):
        process.speak(Text("hello"), PATIENT)
    with pytest.raises(SynthesisError):
        process.start()


def test_pace_is_heard(start: Start) -> None:
    slow, fast = start(espeak(0.7)), start(espeak(1.4))
    text = Text("Please hold while I connect you")
    lengths = [len(voice.speak(text, PATIENT).samples) for voice in (slow, fast)]
    assert lengths[0] > 1.4 * lengths[1]
