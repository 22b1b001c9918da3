from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from switchboard.settings import Settings, default_settings
from switchboard.settings.serving import missing_for_calls


def _with(operators: tuple[str, ...] = ("5000",), **sip: Any) -> Settings:
    settings = default_settings()
    return replace(
        settings,
        operators=replace(settings.operators, numbers=operators),
        sip=replace(settings.sip, **sip),
    )


def test_a_trunk_and_an_operator_are_enough_for_calls() -> None:
    assert not list(missing_for_calls(_with(peers=("192.0.2.10",))))


def test_all_that_calls_need_and_is_missing_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SWITCHBOARD_SIP_PASSWORD", raising=False)
    open_to_all = tmp_path / "cert.pem"
    open_to_all.write_text("")
    open_to_all.chmod(0o644)
    told = list(
        missing_for_calls(
            _with(
                (),
                registrar="pbx",
                certificate=str(open_to_all),
                authorities=str(tmp_path / "none.pem"),
            )
        )
    )
    assert [problem.path for problem in told] == [
        ("operators", "numbers"),
        ("sip", "registrar"),
        ("sip", "certificate"),
        ("sip", "authorities"),
    ]
    assert "chmod 600" in told[2].sentence


def test_without_a_peer_or_a_registrar_nobody_could_call() -> None:
    (problem,) = missing_for_calls(_with())
    assert "nobody could call" in problem.sentence
