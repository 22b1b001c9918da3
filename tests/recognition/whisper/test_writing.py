from __future__ import annotations

import pytest

from grammar.model import Command, FormKind
from grammar.phones import phones
from grammar.pronunciation import shipped_pronunciations
from grammar.shortlist import Said
from switchboard.recognition.whisper.writing import usual_spellings, words_before, written


@pytest.mark.parametrize(
    ("text", "kind", "ways"),
    [
        ("jane smith", FormKind.FULL_NAME, ("Jane Smith",)),
        ("mr o neill", FormKind.TITLE_SURNAME, ("Mr. O'Neill", "Mr. O'Neil")),
        ("j smith", FormKind.INITIALS, ("J. Smith",)),
        (
            "zoe featherstonehaugh",
            FormKind.FULL_NAME,
            ("Zoe Featherstonehaugh", "Zoe Fanshawe"),
        ),
        (
            "councillor okafor",
            FormKind.TITLE_SURNAME,
            ("Councillor Okafor", "Councilor Okafor"),
        ),
        ("sue nicholls", FormKind.NICKNAME, ("Sue Nicholls", "Sue Nichols")),
        ("council tax", FormKind.DEPARTMENT, ("council tax", "Council Tax")),
        ("h r", FormKind.ALIAS, ("HR",)),
        ("a level results", FormKind.ALIAS, ("A level results", "A Level Results")),
        ("a and e", FormKind.ALIAS, ("A and E",)),
        (
            "report a child at risk",
            FormKind.ALIAS,
            ("report a child at risk", "Report a Child At Risk"),
        ),
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


@pytest.mark.parametrize(
    ("text", "command", "ways"),
    [
        ("operator", Command.OPERATOR, ("operator", "Operator")),
        ("a human being", Command.OPERATOR, ("a human being", "A human being")),
        ("i cant breathe", Command.EMERGENCY, ("I can't breathe",)),
        ("hes got a knife", Command.EMERGENCY, ("he's got a knife", "He's got a knife")),
        ("thats right", Command.YES, ("that's right", "That's right")),
    ],
)
def test_commands_are_written_as_sentences(
    text: str, command: Command, ways: tuple[str, ...]
) -> None:
    assert written(Said(text, "", None, (), command)) == ways


def test_a_usual_spelling_sounds_like_the_name_and_has_none_itself() -> None:
    shipped = shipped_pronunciations()
    spellings = {word: usual for word, usual in usual_spellings().items() if word != "councillor"}
    assert {word for word in spellings.values() if word in spellings} == set()
    sounds = [
        (word, phones(word, shipped), phones(usual, shipped)) for word, usual in spellings.items()
    ]
    assert [each for each in sounds if each[1] != each[2]] == []


def test_the_words_before_a_name_are_kept_as_they_were_written() -> None:
    assert words_before("Hello. Can I speak to O'Neill?", 5) == "Hello. Can I speak to"


def test_nothing_stands_before_the_first_word() -> None:
    assert words_before("Jane Smith.", 0) == ""
    assert words_before("Put me through to ASB.", 4) == "Put me through to"
    assert words_before("Put me through to ASB.", 5) == "Put me through to"
