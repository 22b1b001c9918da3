from __future__ import annotations

from pathlib import Path

import pytest

from switchboard.checks import speaking
from switchboard.checks.finding import Finding, Level
from switchboard.settings import Settings
from switchboard.speech.synthesis import VoiceSpec
from tests.checks.conftest import Given


def _found(settings: Settings) -> list[tuple[str, Level]]:
    return [(each.part, each.level) for each in speaking.prompts(settings)]


def _only(monkeypatch: pytest.MonkeyPatch, *working: bool) -> None:
    """The voices that speak, in the order of preference."""
    answers = iter(working)

    def speaks(_: VoiceSpec) -> bool:
        return next(answers)

    monkeypatch.setattr(speaking, "_speaks", speaks)


def test_the_packaged_voice_really_speaks(given: Given, tmp_path: Path) -> None:
    found: list[Finding] = list(speaking.prompts(given(prompts={"cache": str(tmp_path)})))
    # espeak-ng may be missing where this runs: that is told, and no failure.
    assert found[0].level is not Level.FAIL


@pytest.mark.parametrize(
    ("working", "level"),
    [
        ((True, True), Level.OK),
        ((False, True), Level.WARN),
        ((True, False), Level.WARN),
        ((False, False), Level.FAIL),
    ],
)
def test_voices_that_do_not_speak_are_told(
    given: Given,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    working: tuple[bool, bool],
    level: Level,
) -> None:
    _only(monkeypatch, *working)
    assert _found(given(prompts={"cache": str(tmp_path)})) == [("prompts", level)]


def test_folders_that_are_not_there_are_told(
    given: Given, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _only(monkeypatch, True, True)
    prompts = {"cache": "/proc/switchboard", "recordings": str(tmp_path / "none")}
    assert ("prompts", Level.WARN) in _found(given(prompts=prompts))
    _only(monkeypatch, True, True)
    prompts["cache"] = str(tmp_path)
    assert ("recordings", Level.WARN) in _found(given(prompts=prompts))
