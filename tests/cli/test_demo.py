from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from grammar.calibration import dump
from switchboard import wiring
from switchboard.storage.store import default_file
from tests.cli.conftest import Ran
from tests.cli.scripted_calls import FIXTURES, PLAIN, Calls

Run = Callable[..., Ran]


def test_it_goes_the_whole_way_and_touches_no_database_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    made = Calls(tmp_path)
    made.say("one.wav", "can I speak to someone in trading standards")
    made.say("two.wav", "what time is it in singapore just now")
    made.manifest("one.wav,none,department,clean,a", "two.wav,none,out_of_scope,clean,b")
    (tmp_path / "calibration.json").write_text(dump({"scripted": PLAIN}))
    monkeypatch.setenv("SWITCHBOARD_SETTINGS", str(tmp_path / "settings.toml"))
    monkeypatch.setenv("SWITCHBOARD_DATABASE", f"sqlite:///{tmp_path}/mine.db")
    monkeypatch.setattr(wiring, "engine_spec", made.spec)
    ran = run("demo", "--fixtures", tmp_path)
    assert ran.code == 0
    for told in (
        "rows read from staff.csv",
        "Cleansing",
        "ways of saying",
        "“what time is it in singapore just now”",
        "Trading Standards",
        "plain peer",
        "misrouted",
        "switchboard listen",
        "switchboard directory import",
    ):
        assert told in ran.out
    imported = ran.out.partition("1. Import")[2].partition("2. Build")[0]
    assert all(line.startswith("   ") for line in imported.splitlines()[1:] if line)
    assert not (tmp_path / "mine.db").exists()
    assert not default_file().exists()


def test_without_the_calls_it_says_where_they_are_looked_for(tmp_path: Path, run: Run) -> None:
    ran = run("demo", "--fixtures", tmp_path)
    assert ran.code == 2
    assert str(tmp_path) in ran.err
    assert "--fixtures" in ran.err


@pytest.mark.engine
def test_real_calls_go_to_the_right_desk_with_the_packaged_engine(tmp_path: Path, run: Run) -> None:
    """Four clear calls: what the embedded engine can't miss."""
    lines = (FIXTURES / "manifest.csv").read_text("utf-8").splitlines()
    chosen = [line for line in lines if ",full_name,clean," in line or ",noise,clean," in line][:4]
    for line in chosen:
        file = tmp_path / line.split(",")[0]
        file.parent.mkdir(exist_ok=True)
        shutil.copy(FIXTURES / line.split(",")[0], file)
    (tmp_path / "manifest.csv").write_text("\n".join([lines[0], *chosen]) + "\n", "utf-8")
    ran = run("demo", "--fixtures", tmp_path, "--engine", "whisper", "--workers", 1)
    assert ran.code == 0
    summary = {" ".join(line.split()[:-2]): line.split()[-2:] for line in ran.out.splitlines()}
    assert int(summary["right"][0]) >= 3
    assert summary["misrouted"][0] == "0"
