from __future__ import annotations

from pathlib import Path

import pytest

from switchboard.errors import SettingsError
from switchboard.settings import default_settings, load_settings
from switchboard.settings.secrets import ldap_password


def _load(folder: Path, text: str) -> None:
    file = folder / "settings.toml"
    file.write_text(text, "utf-8")
    load_settings(file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[ldap]\nurl = "http://dc1"', "an address without a path"),
        ('[ldap]\nurl = "ldaps://user:password@dc1"', "an address without a path"),
        ('[ldap]\nurl = "ldaps://dc1"', "needs base beside it"),
        ("[ldap]\nnightly = true", "there is nothing to read"),
        ('[ldap]\nfilter = "objectClass=user"', "an LDAP filter in parentheses"),
        ('[ldap_people]\nsurname = ["sn)(x=*"]', "the name of an LDAP attribute"),
        ("[ldap_people]\nsurname = []\nname = []", "nobody would have one"),
        ('[ldap]\ndepartments_filter = "(ou=*)"\n[ldap_departments]\nname = []', "no department"),
    ],
)
def test_wrong_settings_are_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError, match="ldap") as caught:
        _load(tmp_path, text)
    assert said in str(caught.value)


@pytest.mark.parametrize("url", ["ldaps://dc1", "ldap://[::1]:389", "ldaps://dc1.example.org:3269"])
def test_addresses_of_every_form_are_taken(tmp_path: Path, url: str) -> None:
    _load(tmp_path, f'[ldap]\nurl = "{url}"\nbase = "DC=example,DC=org"')


def test_the_password_comes_from_the_environment_or_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ldap = default_settings().ldap
    monkeypatch.setenv("SWITCHBOARD_LDAP_PASSWORD", "open sesame")
    assert ldap_password(ldap) == "open sesame"
    monkeypatch.delenv("SWITCHBOARD_LDAP_PASSWORD")
    with pytest.raises(SettingsError, match=r"\[ldap\] user needs a password; .* \$SWITCHBOARD_LD"):
        ldap_password(ldap)
