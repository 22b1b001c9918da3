from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from switchboard.errors import SettingsError
from switchboard.settings import Settings, default_settings
from switchboard.settings.serving import require_for_calls


def _with(operators: tuple[str, ...] = ("5000",), **sip: Any) -> Settings:
    settings = default_settings()
    return replace(
        settings,
        operators=replace(settings.operators, numbers=operators),
        sip=replace(settings.sip, **sip),
    )


def test_a_trunk_and_an_operator_are_enough_for_calls() -> None:
    require_for_calls(_with(peers=("192.0.2.10",)))


def test_all_that_calls_need_and_is_missing_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SWITCHBOARD_SIP_PASSWORD", raising=False)
    open_to_all = tmp_path / "cert.pem"
    open_to_all.write_text("")
    open_to_all.chmod(0o644)
    with pytest.raises(SettingsError) as caught:
        require_for_calls(
            _with(
                (),
                registrar="pbx",
                certificate=str(open_to_all),
                authorities=str(tmp_path / "none.pem"),
            )
        )
    told = str(caught.value).splitlines()
    assert [line.split(" ")[1].rstrip(":") for line in told] == [
        "numbers",
        "registrar",
        "certificate",
        "authorities",
    ]
    assert "chmod 600" in told[2]


def test_without_a_peer_or_a_registrar_nobody_could_call() -> None:
    with pytest.raises(SettingsError, match="nobody could call"):
        require_for_calls(_with())
