"""Speaking ahead of calls."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grammar.model import Grammar
from switchboard.dialogue.actions import Line
from switchboard.settings import default_settings
from switchboard.settings.sections import PromptSettings
from switchboard.speech import behind_calls
from switchboard.speech.ahead import RATES, Ahead
from switchboard.speech.behind_calls import BehindCalls
from switchboard.speech.cache import SoundCache, digest
from switchboard.speech.opening import open_speech
from switchboard.speech.port import Speaker, SynthesisError, Text
from switchboard.speech.prompt_texts import prompts
from switchboard.speech.recording_sets import new_set
from switchboard.speech.recordings import Recordings
from switchboard.speech.voice import Voice
from tests.speech import told_apart
from tests.speech.conftest import PATIENT
from tests.speech.scripted_synthesiser import Scripted


@pytest.fixture
def synthesiser() -> Scripted:
    return Scripted("voice")


@pytest.fixture
def ahead(tmp_path: Path, synthesiser: Scripted) -> Ahead:
    return Ahead(
        prompts("Example Council"),
        Recordings(tmp_path / "recordings", -22.0),
        SoundCache(tmp_path / "cache"),
        synthesiser,
        -22.0,
    )


@pytest.fixture
def behind(ahead: Ahead) -> Iterator[BehindCalls]:
    calls = BehindCalls(ahead)
    yield calls
    calls.close()


def live_voice(ahead: Ahead) -> Voice:
    """With a synthesiser of the same voice that is out of order."""
    silent = Scripted("voice", fails=True)
    return Voice(
        ahead.prompts,
        ahead.recordings,
        ahead.cache,
        [silent],
        level_dbfs=-22.0,
        longest_wait_s=1.0,
    )


LINES = [
    Line(
        prompt,
        entries={"entry": "3", "instead": "d1"},
        words={"detail": "Housing", "key": "1", "name": "Jane Smith"},
    )
    for prompt in prompts("Example Council")
]


@pytest.mark.parametrize("rate", RATES)
def test_afterwards_no_call_waits_for_any_prompt_or_name(
    ahead: Ahead, behind: BehindCalls, grammar: Grammar, rate: int
) -> None:
    behind.grammar(grammar)
    assert behind.wait(PATIENT)
    voice = live_voice(ahead)
    for line in LINES:
        voice.sound(line, rate, grammar)


def test_afterwards_no_list_waits_for_what_tells_people_apart(
    ahead: Ahead, behind: BehindCalls
) -> None:
    where = told_apart.organisation()
    behind.grammar(where)
    assert behind.wait(PATIENT)
    voice = live_voice(ahead)
    for line in told_apart.lines(where):
        voice.sound(line, 8000, where)


def test_prompts_come_first_and_the_most_called_before_the_others(
    ahead: Ahead, grammar: Grammar
) -> None:
    words = [text.words for text in ahead.texts(grammar)]
    in_order = ["Please spell the surname, letter by letter.", "housing", "bill smith"]
    places = [words.index(text) for text in (*in_order, "jane smith")]
    assert places == sorted(places)
    assert len(words) == len(set(words))


def test_what_was_spoken_is_not_spoken_again_so_that_a_run_can_go_on(
    ahead: Ahead, synthesiser: Scripted, grammar: Grammar
) -> None:
    texts = ahead.texts(grammar)
    done: list[None] = []
    ahead.speak(texts, on_done=lambda: done.append(None), stopped=lambda: len(done) == 10)
    assert len(synthesiser.spoken) == 10
    ahead.speak(texts)
    assert sorted(synthesiser.spoken) == sorted(text.words for text in texts)


def test_what_is_recorded_is_not_spoken(ahead: Ahead, tmp_path: Path, grammar: Grammar) -> None:
    with new_set(tmp_path / "recordings") as made:
        made.add("Jane Smith", np.full(8000, 100, np.int16))
    assert "jane smith" not in [text.words for text in ahead.texts(grammar)]


def test_a_sentence_that_a_call_wanted_whole_is_there_for_the_next(
    ahead: Ahead, behind: BehindCalls, grammar: Grammar
) -> None:
    ahead.speak(ahead.texts(grammar))
    voice = live_voice(ahead)
    voice._later = behind.later
    line = Line("connecting", entries={"entry": "3"})
    in_pieces = voice.sound(line, 8000, grammar)
    assert behind.wait(PATIENT)
    assert len(voice.sound(line, 8000, grammar)) < len(in_pieces)


def test_nothing_is_spoken_ahead_while_a_caller_waits_for_an_answer(
    ahead: Ahead, synthesiser: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(behind_calls, "_LONGEST_WAIT_S", PATIENT)
    waits = threading.Event()
    waits.set()
    looked: list[None] = []

    def busy() -> bool:
        looked.append(None)
        return waits.is_set()

    calls = BehindCalls(ahead, busy)
    calls.later(Text("Connecting you to Jane Smith."))
    while len(looked) < 5:
        time.sleep(0.01)
    assert synthesiser.spoken == []
    waits.clear()
    assert calls.wait(PATIENT)
    assert synthesiser.spoken == ["Connecting you to Jane Smith."]
    calls.close()


def test_where_a_caller_always_waits_speaking_ahead_goes_on(
    ahead: Ahead, synthesiser: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(behind_calls, "_LONGEST_WAIT_S", 0.01)
    calls = BehindCalls(ahead, lambda: True)
    calls.later(Text("Connecting you to Jane Smith."))
    assert calls.wait(PATIENT)
    assert synthesiser.spoken == ["Connecting you to Jane Smith."]
    calls.close()


def test_a_broken_synthesiser_ends_the_run_and_not_the_thread(
    behind: BehindCalls, synthesiser: Scripted, grammar: Grammar
) -> None:
    synthesiser.fails = True
    behind.grammar(grammar)
    assert behind.wait(PATIENT)
    assert synthesiser.spoken == []
    synthesiser.fails = False
    behind.grammar(grammar)
    assert behind.wait(PATIENT)
    assert "jane smith" in synthesiser.spoken


def test_one_name_that_cannot_be_spoken_does_not_keep_the_others(
    ahead: Ahead, synthesiser: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak = synthesiser.speak

    def refusing(text: Text, seconds: float) -> object:
        if text.words == "two":
            raise SynthesisError("this one")
        return speak(text, seconds)

    monkeypatch.setattr(synthesiser, "speak", refusing)
    ahead.speak([Text("one"), Text("two"), Text("three")])
    assert synthesiser.spoken == ["one", "three"]


def test_with_a_cache_that_takes_nothing_it_stops_at_once(
    ahead: Ahead, behind: BehindCalls, synthesiser: Scripted, grammar: Grammar, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    behind.grammar(grammar)
    assert behind.wait(PATIENT)
    assert len(synthesiser.spoken) == 1


def test_sounds_that_nothing_asked_for_in_a_month_are_removed(tmp_path: Path) -> None:
    cache = SoundCache(tmp_path)
    names = [digest("voice", -22.0, Text(words), 8000) for words in ("a leaver", "a colleague")]
    for name in names:
        cache.put(name, np.ones(100, np.int16), 8000)
    assert cache.remove_unused([names[1]]) == 0
    assert cache.remove_unused([names[1]], days=-1.0) == 1
    assert not SoundCache(tmp_path).has(names[0])
    assert SoundCache(tmp_path).has(names[1])


def test_memory_holds_no_more_than_it_may(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = SoundCache(tmp_path / "file", most_bytes=1000)
    for number in range(20):
        cache.put(f"{number:02}", np.ones(100, np.int16), 8000)
    assert [number for number in range(20) if cache.get(f"{number:02}") is not None] == [
        *range(15, 20)
    ]


@pytest.fixture
def settings(tmp_path: Path) -> PromptSettings:
    return replace(
        default_settings().prompts,
        voice="espeak",
        cache=str(tmp_path / "cache"),
        recordings=str(tmp_path / "recordings"),
    )


def test_as_the_settings_say_it_speaks_ahead_and_on_calls(
    settings: PromptSettings, grammar: Grammar
) -> None:
    """With espeak-ng, because Piper takes a minute for all of it."""
    speech = open_speech(settings)
    speaker: Speaker = speech.speaker
    try:
        speech.prepare(grammar)
        assert speech.wait(5 * PATIENT)
        for line in LINES:
            spoken = speaker.say([line], 16000, grammar)
            assert spoken.complete
            assert len(spoken.samples) > 0.5 * 16000
    finally:
        speech.close()


def test_a_call_in_the_first_second_hears_a_prompt_too(
    settings: PromptSettings, grammar: Grammar
) -> None:
    """Piper takes seconds to start."""
    speech = open_speech(replace(settings, voice="piper"))
    try:
        assert len(speech.speaker.say([Line("greeting_external")], 8000, grammar).samples) > 8000
    finally:
        speech.close()
