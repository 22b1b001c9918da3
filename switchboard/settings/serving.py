"""What the settings must hold before calls are taken; other commands do without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from switchboard.errors import SettingsError
from switchboard.settings.model import Settings
from switchboard.settings.secrets import exposed, sip_password


def require_for_calls(settings: Settings) -> None:
    """Raises SettingsError, which tells all that is missing at once, a line each."""
    if problems := list(_missing(settings)):
        raise SettingsError("\n".join(problems))


def _missing(settings: Settings) -> Iterator[str]:
    sip = settings.sip
    if not settings.operators.numbers:
        yield (
            "[operators] numbers is empty, so a caller in doubt would find nobody; name at least "
            "one number."
        )
    if not (sip.peers or sip.registrar):
        yield (
            "[sip] peers and registrar are empty, so nobody could call; name the PBX's addresses, "
            "or its registrar."
        )
    if sip.registrar:
        try:
            sip_password(sip)
        except SettingsError as error:
            yield str(error)
    for key, file in (("certificate", sip.certificate), ("authorities", sip.authorities)):
        path = Path(file).expanduser()
        if key == "certificate" and file and (fault := exposed(path)):
            yield f"[sip] certificate: {fault}"
        elif file and not path.is_file():
            yield f"[sip] {key}: {path} is not there; correct the name."
