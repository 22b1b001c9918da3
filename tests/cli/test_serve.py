from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran


def test_all_that_calls_need_is_told_at_the_start_before_anything_is_opened(
    run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SWITCHBOARD_SIP_PASSWORD", raising=False)
    file = tmp_path / "mine.toml"
    file.write_text(
        '[sip]\nregistrar = "pbx"\nmost_calls = 0\n[decision]\ncalibration = "nowhere.json"\n'
        '[recognition]\nvosk_model = "nowhere"\n[prompts]\npiper_model = "nowhere.onnx"\n',
        "utf-8",
    )
    ran = run("serve", "--settings", file)
    assert ran.code == 2
    told = ran.err.removeprefix("switchboard: ").splitlines()
    assert [line.removeprefix(str(file)).split(" = ")[0][:40] for line in told] == [
        ": [operators] numbers is empty, so a cal",
        ", line 2: [sip] registrar needs a passwo",
        ", line 3: [sip] most_calls",
        ", line 5: [decision] calibration",
        ", line 7: [recognition] vosk_model can't",
        ", line 9: [prompts] piper_model can't be",
    ]


def test_without_a_file_it_is_said_where_the_settings_belong(
    run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    ran = run("serve")
    assert ran.code == 2
    assert f"{tmp_path}/switchboard/settings.toml: [operators] numbers is empty" in ran.err
    assert f"{tmp_path}/switchboard/settings.toml: [sip] peers is empty" in ran.err
