from __future__ import annotations

import pytest

from grammar.model import FormKind
from grammar.shortlist import Said
from switchboard.recognition.whisper.writing import words_before, written


@pytest.mark.parametrize(
    ("text", "kind", "ways"),
    [
        ("jane smith", FormKind.FULL_NAME, ("Jane Smith",)),
        ("mr o neill", FormKind.TITLE_SURNAME, ("Mr. O'Neill",)),
        ("j smith", FormKind.INITIALS, ("J. Smith",)),
        (
            "councillor okafor",
            FormKind.TITLE_SURNAME,
            ("Councillor Okafor", "Councilor Okafor"),
        ),
        ("council tax", FormKind.DEPARTMENT, ("council tax", "Council Tax")),
        ("h r", FormKind.ALIAS, ("HR",)),
        (
            "waste and recycling",
            FormKind.DEPARTMENT,
            ("waste and recycling", "Waste and Recycling"),
        ),
    ],
)
def test_texts_are_written_as_whisper_writes_them(
    text: str, kind: FormKind, ways: tuple[str, ...]
) -> None:
    assert written(Said(text, "", kind)) == ways


def test_the_words_before_a_name_are_kept_as_they_were_written() -> None:
    assert words_before("Hello. Can I speak to O'Neill?", 5) == "Hello. Can I speak to"


def test_nothing_stands_before_the_first_word() -> None:
    assert words_before("Jane Smith.", 0) == ""
