from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.dialogue.letters import is_spelling, joined, letters


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("s m i t h", "smith"),
        ("S-M-I-T-H.", "smith"),
        ("ess em eye tea aitch", "smith"),
        ("es am i tee haitch", "smith"),
        ("sierra mike india tango hotel", "smith"),
        ("s for sugar m for mother i t h", "smith"),
        ("n for november", "n"),
        ("m as in mike", "m"),
        ("b like bravo", "b"),
        ("f as in sugar", "s"),
        ("r e double l", "rell"),
        ("double l", "ll"),
        ("double you", "w"),
        ("double u i double l", "will"),
        ("treble b", "bbb"),
        ("double n for november", "nn"),
        ("bee see dee", "bcd"),
        ("b november", "bn"),
        ("b bravo", "b"),
        ("x-ray why zed", "xyz"),
        ("it's spelled o dash n e i l l please", "oneill"),
        ("smith", "smith"),
        ("th", "th"),
        ("mc d o n a l d", "mcdonald"),
        ("CLOU TIER", "cloutier"),
        ("ER I N DALE", "erindale"),
        ("k-a-TE", "kate"),
        ("DOUBLE L", "ll"),
        ("", ""),
        ("hello there", ""),
    ],
)
def test_letters_are_read_as_engines_write_them(text: str, spelled: str) -> None:
    assert letters(text) == spelled


def test_capitals_that_are_written_together_are_a_spelling_and_a_word_is_none() -> None:
    assert is_spelling("SMITH")
    assert not is_spelling("Smith")


def test_the_word_after_for_is_believed_rather_than_the_letter_before_it() -> None:
    assert letters("m for november") == "n"


@given(st.text(max_size=60))
def test_whatever_was_heard_gives_letters_only(text: str) -> None:
    found = letters(text)
    assert found == "" or (found.isascii() and found.isalpha() and found.islower())


def test_readings_of_several_utterances_are_joined_likeliest_first() -> None:
    assert joined((("s", "f"), ("mith",)), 4) == ("smith", "fmith")
    assert joined((), 4) == ()
