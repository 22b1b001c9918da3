"""Running a command as a user does: words in; exit code, stdout and stderr out."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from switchboard import wiring
from switchboard.cli import main
from tests.cli.scripted_calls import Calls


class Ran(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """`run("directory", "search", "smith", typed="a\\n")` runs the command in this process."""

    def run(*words: object, typed: str = "") -> Ran:
        monkeypatch.setattr(sys, "argv", ["switchboard", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        code = 0
        try:
            main()
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run


STAFF = """\
Staff ID,Title,Forename,Surname,Department,Extension
1,Mrs,Marigold,Featherstonehaugh,Legal,5001
2,Mr,Alan,Wozencraft,Planning,5002
3,Ms,Jane,Smith,Housing,5003
4,Ms,Jane,Smith,Planning,5004
"""
DEPARTMENTS = """\
Department,Also known as,Extension
Planning,trees,6001
Housing,,6002
Legal,,6003
"""


@pytest.fixture
def calls(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, run: Callable[..., Ran]
) -> Calls:
    """A published grammar, and an engine that hears what the test says."""
    monkeypatch.setenv("SWITCHBOARD_DATABASE", sqlite_url)
    (tmp_path / "staff.csv").write_text(STAFF, "utf-8")
    (tmp_path / "departments.csv").write_text(DEPARTMENTS, "utf-8")
    departments = ("--departments", tmp_path / "departments.csv")
    assert run("directory", "import", tmp_path / "staff.csv", *departments).code == 0
    assert run("grammar", "publish").code == 0
    made = Calls(tmp_path)
    monkeypatch.setenv("SWITCHBOARD_SETTINGS", str(tmp_path / "settings.toml"))
    monkeypatch.setattr(wiring, "engine_spec", made.spec)
    return made
