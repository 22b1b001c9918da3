"""Which recordings are answers, and who is in the directory when names are spelled out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import soundfile

from benchmarks.answers import COMMANDS, SPELLING, YES_NO, _asked, _grammar, _over_a_line, _rows
from benchmarks.human_calls import ENTRIES
from tests.audio.sounds import RATE, tones

ROWS: list[dict[str, Any]] = [
    {"kind": "yesno", "text": "yes"},
    {"kind": "command", "text": "stop"},
    {"kind": "command", "text": "tree"},
    {"kind": "name", "text": "jane smith"},
    {"kind": "spelling", "text": "W O Z E N"},
    {"kind": "spelling", "text": "m a r i g o l d t a n g", "name": "Marigold Tang"},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = (json.dumps(row) for row in ROWS)
    (tmp_path / "manifest.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def test_words_that_answer_no_question_and_names_are_left_out(folder: Path) -> None:
    assert [_asked(row) for row in _rows(folder)] == [
        (YES_NO, "yes"),
        (COMMANDS, "cancel"),
        (SPELLING, "wozen"),
        (SPELLING, "marigoldtang"),
    ]


def test_everybody_who_is_spelled_is_in_the_directory(folder: Path) -> None:
    grammar = _grammar(_rows(folder))
    names = [entry.name for entry in grammar.entries]
    assert len(names) == ENTRIES
    assert "Marigold Tang" in names
    assert any(name.endswith(" Wozen") for name in names)


def test_a_clear_recording_comes_over_a_line_and_is_followed_by_silence(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", tones()["dial tone"], RATE)
    sound = _over_a_line(tmp_path, {"file": "a.wav", "original_rate": 16000}, 1)
    assert len(sound) > len(tones()["dial tone"]) + 2 * RATE
    assert abs(sound[-RATE:]).max() < 100
