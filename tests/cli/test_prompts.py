"""`switchboard prompts`, with espeak-ng's voice: Piper's takes its time."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile

from switchboard.speech.levels import active_level_dbfs
from tests.cli.conftest import DEPARTMENTS, STAFF, Ran

Run = Callable[..., Ran]


@pytest.fixture
def prompts(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, run: Run) -> Run:
    """`run("prompts", ...)` with a published grammar and folders of the test's own."""
    monkeypatch.setenv("SWITCHBOARD_DATABASE", sqlite_url)
    monkeypatch.setenv("SWITCHBOARD_SETTINGS", str(tmp_path / "settings.toml"))
    (tmp_path / "settings.toml").write_text(
        f'[prompts]\nvoice = "espeak"\ncache = "{tmp_path}/cache"\n'
        f'recordings = "{tmp_path}/recordings"\norganisation = "Example [Council]"\n'
    )
    (tmp_path / "staff.csv").write_text(STAFF, "utf-8")
    (tmp_path / "departments.csv").write_text(DEPARTMENTS, "utf-8")
    departments = ("--departments", tmp_path / "departments.csv")
    assert run("directory", "import", tmp_path / "staff.csv", *departments).code == 0
    assert run("grammar", "publish").code == 0
    return lambda *words, **options: run("prompts", *words, **options)


def recorded(prompts: Run, folder: Path, file: str, words: str) -> None:
    """Has a recording made: by the voice itself, at the rate of a studio's compact disc."""
    folder.mkdir(exist_ok=True)
    made = folder / "made.wav"
    done = prompts("render", "busy", made, "--with", f"entry={words}", "--rate", "16000")
    assert done.code == 0, done.err
    made.rename(folder / file)


def test_the_list_goes_out_and_recordings_come_back(prompts: Run, tmp_path: Path) -> None:
    script, artist = tmp_path / "script.csv", tmp_path / "artist"
    assert prompts("export-script", "--csv", script).code == 0
    rows = list(csv.DictReader(script.read_text("utf-8-sig").splitlines()))
    [legal] = [row for row in rows if row["Text"] == "Legal"]
    assert legal["File"] == "department-legal.wav"
    recorded(prompts, artist, legal["File"], "Legal")
    done = prompts("import", artist)
    assert done.code == 0, done.err
    assert "1 recordings are in force" in done.out
    left = prompts("export-script", "--missing").out
    assert "department-legal.wav" not in left
    assert "department-planning.wav" in left
    assert prompts("remove", "legal").code == 0
    assert "department-legal.wav" in prompts("export-script", "--missing").out


def test_a_faulty_recording_is_named_and_nothing_is_changed(prompts: Run, tmp_path: Path) -> None:
    artist = tmp_path / "artist"
    recorded(prompts, artist, "legal.wav", "Legal")
    (artist / "planning.wav").write_bytes(b"no sound")
    done = prompts("import", artist)
    assert done.code == 2
    assert "planning.wav is not audio" in done.out
    assert "nothing was changed" in done.err
    assert "department-legal.wav" in prompts("export-script", "--missing").out


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really"])
def test_a_broken_archive_is_one_sentence(prompts: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    done = prompts("import", tmp_path / "a.zip")
    assert done.code == 2
    assert len(done.err.splitlines()) == 1


def test_a_file_name_cannot_steer_the_terminal(prompts: Run, tmp_path: Path) -> None:
    artist = tmp_path / "artist"
    artist.mkdir()
    (artist / "\x1b[2J.wav").write_bytes(b"x")
    assert "\x1b" not in prompts("import", artist).out


def test_a_folder_without_recordings_is_said(prompts: Run, tmp_path: Path) -> None:
    (tmp_path / "artist").mkdir()
    done = prompts("import", tmp_path / "artist")
    assert done.code == 2
    assert "no recordings" in done.err


def test_a_recording_that_is_not_there_cannot_be_removed(prompts: Run) -> None:
    assert prompts("remove", "Legal").code == 2


def test_a_prompt_is_rendered_as_callers_hear_it(prompts: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    assert prompts("render", "confirm", out, "--with", "entry=Jane Smith").code == 0
    wave, rate = soundfile.read(out, dtype="float32")
    assert rate == 8000
    assert active_level_dbfs(wave, rate) == pytest.approx(-22, abs=1)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("no_such_prompt", "out.wav"), "no prompt of that name"),
        (("confirm", "out.wav"), "nothing is given for {entry}"),
        (("confirm", "out.wav", "--with", "entry"), '--with entry="Jane Smith"'),
        (("spell", "/no/such/folder/out.wav"), "name another file"),
    ],
)
def test_what_cannot_be_rendered_is_said(prompts: Run, words: tuple[str, ...], told: str) -> None:
    done = prompts("render", *words)
    assert done.code == 2
    assert told in done.err


def test_the_list_of_prompts_says_what_is_recorded(prompts: Run) -> None:
    done = prompts("list")
    assert done.code == 0
    [line] = [line for line in done.out.splitlines() if "greeting_internal" in line]
    assert line.split()[1] == "no"
    assert "Example [Council]" in line


def test_everything_is_spoken_ahead_once(prompts: Run, tmp_path: Path) -> None:
    done = prompts("prepare")
    assert done.code == 0, done.err
    files = set((tmp_path / "cache").rglob("*.flac"))
    assert f"{len(files) // 2} texts are ready" in done.out
    assert prompts("prepare").code == 0
    assert set((tmp_path / "cache").rglob("*.flac")) == files


def test_a_cache_that_cannot_be_written_is_said(prompts: Run, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    done = prompts("prepare")
    assert done.code == 2
    assert "[prompts] cache" in done.err


def test_a_piper_voice_that_is_not_there_is_said(prompts: Run, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[prompts]\npiper_model = "/no/such/voice.onnx"\n')
    done = prompts("prepare")
    assert done.code == 2
    assert "piper_model" in done.err
