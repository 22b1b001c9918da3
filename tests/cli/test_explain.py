from __future__ import annotations

from collections.abc import Callable

import numpy as np
import soundfile

from tests.cli.conftest import Ran
from tests.cli.scripted_calls import CRASH, Calls

Run = Callable[..., Ran]


def test_the_whole_reasoning_is_told(calls: Calls, run: Run) -> None:
    ran = run("explain", calls.say("one.wav", "can I speak to Alan Wozencraft please"))
    assert ran.code == 0
    for told in (
        "“can I speak to Alan Wozencraft please”",  # heard
        "“alan wozencraft”",  # read as
        "Alan Wozencraft, Planning, 5002",  # candidate
        "phones                1.00 x  30.00 =  30.00",  # a feature times its weight
        "nobody in the grammar",
        "in needless questions",  # what each action costs
        "Decision: transfer (sure)",
        "Below a probability of 0.95",  # what would have changed it
    ):
        assert told in ran.out


def test_for_two_of_one_name_the_department_would_have_helped(calls: Calls, run: Run) -> None:
    ran = run("explain", calls.say("one.wav", "jane smith"))
    assert "Decision: disambiguate (several of one name)" in ran.out
    assert "Had the caller said the department" in ran.out


def test_a_probability_that_was_too_low_is_told_with_the_threshold(calls: Calls, run: Run) -> None:
    ran = run("explain", calls.say("one.wav", "alan stone raft"))
    assert "Decision: reprompt (nobody matches)" in ran.out
    assert "From a probability of 0.10 on" in ran.out


def test_what_is_like_nobody_is_told_to_need_a_form(calls: Calls, run: Run) -> None:
    ran = run("explain", calls.say("one.wav", "why is it dark"))
    assert "Nobody in the grammar sounds like it" in ran.out
    assert "switchboard grammar alias add" in ran.out


def test_silence_has_a_short_explanation(calls: Calls, run: Run) -> None:
    calls.say("unused.wav", "")
    file = calls.folder / "silence.wav"
    soundfile.write(file, np.zeros(8000, dtype=np.int16), 8000)
    ran = run("explain", file)
    assert ran.code == 0
    assert "nothing was said" in ran.out
    assert "Heard" not in ran.out


def test_a_failure_of_the_engine_is_told(calls: Calls, run: Run) -> None:
    ran = run("explain", calls.say("one.wav", CRASH))
    assert ran.code == 2
    assert "Decision: operator (recognition failed)" in ran.out
    assert "The engine failed on this file" in ran.err


def test_a_file_that_is_not_there_is_told(calls: Calls, run: Run) -> None:
    ran = run("explain", calls.folder / "nowhere.wav")
    assert ran.code == 2
    assert "does not exist" in ran.err
