from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from switchboard.errors import SettingsError
from switchboard.settings import default_settings
from switchboard.settings.calls import SipSettings
from switchboard.settings.secrets import sip_password


def _sip(password_file: Path | str) -> SipSettings:
    return replace(default_settings().sip, registrar="pbx", password_file=str(password_file))


def test_the_password_is_the_first_line_of_a_file_that_is_closed_to_others(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("open sesame \nsecond line\n")
    file.chmod(0o600)
    assert sip_password(_sip(file)) == "open sesame"
    file.chmod(0o440)  # as systemd's LoadCredential leaves it
    assert sip_password(_sip(file)) == "open sesame"


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o666])
def test_a_password_that_everybody_may_read_is_refused_and_not_told(
    tmp_path: Path, mode: int
) -> None:
    file = tmp_path / "password"
    file.write_text("open sesame")
    file.chmod(mode)
    with pytest.raises(SettingsError, match="run: chmod 600") as caught:
        sip_password(_sip(file))
    assert "sesame" not in str(caught.value)


def test_a_password_file_that_holds_none_is_told(tmp_path: Path) -> None:
    file = tmp_path / "password"
    for content, said in ((b"\n", "is empty"), (b"\xff\xfe", "is not text")):
        file.write_bytes(content)
        file.chmod(0o600)
        with pytest.raises(SettingsError, match=said):
            sip_password(_sip(file))
    with pytest.raises(SettingsError, match="can't be read"):
        sip_password(_sip(tmp_path / "nowhere"))


def test_without_a_file_the_password_comes_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SWITCHBOARD_SIP_PASSWORD", "open sesame")
    assert sip_password(_sip("")) == "open sesame"
    monkeypatch.delenv("SWITCHBOARD_SIP_PASSWORD")
    with pytest.raises(SettingsError, match=r"needs a password; .* or set \$SWITCHBOARD_SIP"):
        sip_password(_sip(""))
