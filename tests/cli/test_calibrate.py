from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from grammar.calibration import load
from switchboard.cli import calibrate
from tests.cli.conftest import Ran
from tests.cli.scripted_calls import Calls

Run = Callable[..., Ran]


@pytest.fixture
def labelled(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Eight calls by four speakers; so few are enough here."""
    monkeypatch.setattr(calibrate, "FEWEST", 8)
    rows = []
    for speaker in "abcd":
        calls.say(f"{speaker}1.wav", "alan wozencraft")
        calls.say(f"{speaker}2.wav", "what time is it in singapore just now")
        rows.append(f"{speaker}1.wav,transfer:5002,full_name,clean,{speaker}")
        rows.append(f"{speaker}2.wav,none,out_of_scope,clean,{speaker}")
    return calls.manifest(*rows)


def test_what_it_writes_is_what_the_settings_take(labelled: Path, calls: Calls, run: Run) -> None:
    out = calls.folder / "new.json"
    ran = run("calibrate", labelled, "--out", out)
    assert ran.code == 0
    assert load(out.read_text())["scripted"].text["phones"] > 0
    settings = calls.folder / "settings.toml"
    settings.write_text(f'[decision]\ncalibration = "{out}"\n[recognition]\nworkers = 1\n')
    assert run("route", calls.folder / "a1.wav").code == 0


def test_the_reliability_and_the_accuracy_before_and_after_are_printed(
    labelled: Path, run: Run
) -> None:
    ran = run("calibrate", labelled)
    assert ran.code == 0
    assert "probability" in ran.out
    assert "foretold" in ran.out
    lines = {line.split("  ")[0]: line for line in ran.out.splitlines()}
    assert "8" in lines["before"]
    assert "8" in lines["after, on speakers held out"]
    assert "Nothing was written" in ran.out


def test_what_a_file_holds_for_other_engines_stays(labelled: Path, calls: Calls, run: Run) -> None:
    out = calls.folder / "both.json"
    out.write_text('{"other": {"text": {"phones": 2.0}, "none": {"bias": 1.0}}}')
    assert run("calibrate", labelled, "--out", out).code == 0
    assert set(load(out.read_text())) == {"other", "scripted"}


def test_a_calibration_of_another_version_does_not_stand_in_the_way_of_a_new_one(
    labelled: Path, calls: Calls, run: Run
) -> None:
    out = calls.folder / "calibration.json"
    out.write_text('{"scripted": {"text": {"vibes": 1.0}, "none": {}}}')
    ran = run("calibrate", labelled, "--out", out)
    assert ran.code == 0
    assert "another version" in ran.err
    assert load(out.read_text())["scripted"]


def test_a_file_that_is_no_calibration_is_not_written_over(
    labelled: Path, calls: Calls, run: Run
) -> None:
    before = labelled.read_text()
    ran = run("calibrate", labelled, "--out", labelled)
    assert ran.code == 2
    assert "holds no calibration; name another file" in ran.err
    assert labelled.read_text() == before


def test_an_out_that_can_t_be_written_is_told_before_anything_is_recognised(
    labelled: Path, calls: Calls, run: Run
) -> None:
    (calls.folder / "a1.wav").unlink()  # would be told, too
    ran = run("calibrate", labelled, "--out", calls.folder / "no" / "new.json")
    assert ran.code == 2
    assert "can't be written" in ran.err
    assert "a1.wav" not in ran.err


def test_a_calibration_is_written_whole_or_not_at_all(
    labelled: Path, calls: Calls, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = calls.folder / "new.json"
    out.write_text(before := '{"other": {"text": {"phones": 2.0}, "none": {"bias": 1.0}}}')

    def full(self: Path, text: str, encoding: str) -> None:
        self.write_bytes(text.encode(encoding)[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        ran = run("calibrate", labelled, "--out", out)
    assert ran.code == 2
    assert "can't be written" in ran.err
    assert out.read_text() == before
    assert not list(calls.folder.glob(".*"))


def test_a_label_with_a_number_of_nobody_is_told(labelled: Path, run: Run) -> None:
    labelled.write_text(labelled.read_text().replace("transfer:5002", "transfer:x5002", 1))
    assert "the manifest expects: x5002 (a1.wav)." in run("calibrate", labelled).err


def test_a_file_that_can_t_be_used_is_left_out(labelled: Path, calls: Calls, run: Run) -> None:
    (calls.folder / "bad.wav").write_bytes(b"no audio")
    with labelled.open("a") as file:
        file.write("bad.wav,none,x,y,d\n")
    ran = run("calibrate", labelled)
    assert ran.code == 0
    assert "bad.wav" in ran.err
    assert "left out" in ran.err


def test_too_few_calls_are_refused_before_anything_is_recognised(calls: Calls, run: Run) -> None:
    manifest = calls.manifest("none.wav,none,x,y,z")
    ran = run("calibrate", manifest, "--out", calls.folder / "new.json")
    assert ran.code == 2
    assert "1 labelled calls are too few" in ran.err
    assert not (calls.folder / "new.json").exists()


def test_calls_by_one_speaker_say_nothing_of_others(calls: Calls, run: Run) -> None:
    calls.say("a.wav", "alan wozencraft")
    ran = run("calibrate", calls.manifest("a.wav,transfer:5002,x,y,me"))
    assert ran.code == 2
    assert "by one speaker" in ran.err
