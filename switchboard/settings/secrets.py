"""Passwords, which stand in files or the environment and never in the settings."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from switchboard.errors import SettingsError
from switchboard.settings.calls import SipSettings
from switchboard.settings.ldap import LdapSettings

SIP_PASSWORD: Final = "SWITCHBOARD_SIP_PASSWORD"  # noqa: S105 - the variable's name
"""Environment variable that holds the registrar's password where no file is named."""
LDAP_PASSWORD: Final = "SWITCHBOARD_LDAP_PASSWORD"  # noqa: S105 - the variable's name
"""The same for the account that reads the directory server."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no password: the setting that is wrong, and what is wrong with it."""

    key: str
    sentence: str


def sip_password(sip: SipSettings) -> str:
    """The registrar's password. Raises SettingsError when there is none or everybody may read it.

    Neither the error nor anything else here holds the password.
    """
    return _told("sip", _password("sip", "registrar", sip.password_file, SIP_PASSWORD))


def sip_password_fault(sip: SipSettings) -> Fault | None:
    """Why `sip_password` would raise; None when it wouldn't."""
    found = _password("sip", "registrar", sip.password_file, SIP_PASSWORD)
    return found if isinstance(found, Fault) else None


def ldap_password(ldap: LdapSettings) -> str:
    """As `sip_password`, of the account that reads the directory server."""
    return _told("ldap", _password("ldap", "user", ldap.password_file, LDAP_PASSWORD))


def _told(section: str, found: str | Fault) -> str:
    if isinstance(found, Fault):
        raise SettingsError(f"[{section}] {found.key} {found.sentence}")
    return found


def _password(section: str, whose: str, file: str, variable: str) -> str | Fault:
    if not file:
        return os.environ.get(variable, "") or Fault(
            whose,
            "needs a password; write it into a file that only the service can read and name it in "
            f"[{section}] password_file, or set ${variable}.",
        )
    path = Path(file).expanduser()
    if why := exposed(path):
        return Fault("password_file", f"can't be used: {why}")
    try:
        first = path.read_text("utf-8").partition("\n")[0].strip()
    except UnicodeDecodeError:
        return Fault(
            "password_file",
            f"can't be used: {path} is not text; write the password into its first line.",
        )
    return first or Fault(
        "password_file", f"can't be used: {path} is empty; write the password into its first line."
    )


def exposed(path: Path) -> str:
    """Why a file can't serve as a secret (not readable, or readable by everybody); "" if it can."""
    try:
        with path.open("rb"):
            mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        return f"{path} can't be read ({error.strerror}); check the name and who may read it."
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        return f"{path} is open to every user of this machine; run: chmod 600 {path}"
    return ""
