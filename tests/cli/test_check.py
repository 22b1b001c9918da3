from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from switchboard import wiring
from switchboard.audio.files import read_audio
from switchboard.checks import everything, recognising
from switchboard.checks.finding import Finding, Level, ok, tried, warn
from switchboard.errors import UserError
from switchboard.recognition.engines import engine_spec
from switchboard.settings import default_settings, load_settings
from tests.cli.conftest import Ran
from tests.cli.scripted_calls import CRASH, Calls


def _finds(monkeypatch: pytest.MonkeyPatch, *findings: Finding) -> None:
    monkeypatch.setattr(everything, "check_everything", lambda *_: iter(findings))


def test_a_failure_is_exit_code_2_and_a_warning_is_not(
    run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    _finds(monkeypatch, ok("database", "is there"), warn("disk", "is filling; make room."))
    ran = run("check")
    assert ran.code == 0
    assert ran.out.splitlines()[:2] == [
        "ok    database: is there",
        "warn  disk: is filling; make room.",
    ]
    assert "Ready for calls, 1 warnings." in ran.out
    _finds(monkeypatch, Finding("PBX", Level.FAIL, "is away; wake it."), ok("disk", "has room"))
    ran = run("check")
    assert ran.code == 2
    assert "1 of 2 checks failed" in ran.err


def test_json_holds_every_finding_and_whether_calls_can_come(
    run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    _finds(monkeypatch, Finding("PBX", Level.FAIL, "is away; wake it."))
    ran = run("check", "--json")
    assert ran.code == 2
    assert json.loads(ran.out) == {
        "ready": False,
        "findings": [{"part": "PBX", "level": "fail", "said": "is away; wake it."}],
    }


def test_a_check_that_breaks_is_a_finding_and_the_next_goes_on() -> None:
    def breaks() -> Iterator[Finding]:
        yield ok("disk", "has room")
        raise ZeroDivisionError

    def refuses() -> Iterator[Finding]:
        yield from ()
        raise UserError("mend it")

    assert [each.level for each in tried("disk", breaks)] == [Level.OK, Level.FAIL]
    (finding,) = tried("disk", refuses)
    assert (finding.part, finding.said) == ("disk", "mend it")


def _recognition(calls: Calls) -> dict[str, Finding]:
    settings = load_settings(calls.folder / "settings.toml")
    database = f"sqlite:///{calls.folder}/switchboard.db"
    return {each.part: each for each in recognising.recognition(settings, database)}


@pytest.mark.parametrize(
    ("said", "level"),
    [("operator", Level.OK), ("jane smith", Level.WARN), (CRASH, Level.FAIL)],
)
def test_an_engine_is_ok_that_hears_the_recording(
    calls: Calls, monkeypatch: pytest.MonkeyPatch, said: str, level: Level
) -> None:
    sound = read_audio(calls.say("operator.wav", said))
    monkeypatch.setattr(recognising, "_asking_for_the_operator", lambda: sound)
    found = _recognition(calls)
    assert found["grammar"].level is Level.OK
    assert found["engine"].level is level


@pytest.mark.engine
def test_the_shipped_recording_is_understood_by_a_real_engine(
    calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    (calls.folder / "settings.toml").write_text("[recognition]\nworkers = 1\n")
    monkeypatch.setattr(wiring, "engine_spec", lambda *_: engine_spec("whisper"))
    engine = _recognition(calls)["engine"]
    assert (engine.level, engine.said[:18]) == (Level.OK, "whisper understood")


def test_every_part_is_checked_though_nothing_is_set_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(everything, "prompts", lambda _: iter([ok("prompts", "speak")]))
    url = f"sqlite:///{tmp_path}/switchboard.db"
    usual = default_settings()
    # Somebody may run the web admin on this machine.
    settings = replace(usual, admin=replace(usual.admin, port=0))
    found = {each.part: each for each in everything.check_everything(settings, url)}
    failed = {part for part, each in found.items() if each.level is Level.FAIL}
    assert failed == {"operators", "telephone", "grammar"}
    assert {"roll-out", "hours", "database", "spool", "disk", "prompts"} <= set(found)
