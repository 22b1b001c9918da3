"""What the settings must hold before calls are taken; other commands do without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from switchboard.settings.checking import Problem
from switchboard.settings.model import Settings
from switchboard.settings.secrets import exposed, sip_password_fault


def missing_for_calls(settings: Settings) -> Iterator[Problem]:
    """What calls need and the settings, or the files that they name, don't hold."""
    sip = settings.sip
    if not settings.operators.numbers:
        yield Problem(
            ("operators", "numbers"),
            "is empty, so a caller in doubt would find nobody; name at least one number.",
        )
    if not (sip.peers or sip.registrar):
        yield Problem(
            ("sip", "peers"),
            "is empty, and so is registrar, so nobody could call; name the PBX's addresses, or its "
            "registrar.",
        )
    if sip.registrar and (fault := sip_password_fault(sip)):
        yield Problem(("sip", fault.key), fault.sentence)
    if sip.certificate and (why := exposed(Path(sip.certificate).expanduser())):
        yield Problem(("sip", "certificate"), f"can't be used: {why}")
    for path, file in (
        (("sip", "authorities"), sip.authorities),
        (("decision", "calibration"), settings.decision.calibration),
    ):
        if file and not Path(file).expanduser().is_file():
            yield Problem(path, f"= {file!r} is not there; correct the name.")
