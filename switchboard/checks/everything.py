"""Every check, in the order in which a call meets the parts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from switchboard.checks.finding import Finding, tried
from switchboard.checks.numbers import hours, operators, stage
from switchboard.checks.recognising import recognition
from switchboard.checks.sources import directory_server
from switchboard.checks.speaking import prompts
from switchboard.checks.storing import database
from switchboard.checks.telephone import telephone
from switchboard.checks.web import web_admin
from switchboard.settings import Settings


def check_everything(settings: Settings, database_url: str | None) -> Iterator[Finding]:
    """Findings as they come: the whole takes some 10 s. Never raises for a part that is broken."""
    checks = (
        ("operators", partial(operators, settings)),
        ("roll-out", partial(stage, settings, database_url)),
        ("hours", partial(hours, settings)),
        ("telephone", partial(telephone, settings)),
        ("database", partial(database, settings, database_url)),
        ("directory server", partial(directory_server, settings, database_url)),
        ("grammar", partial(recognition, settings, database_url)),
        ("prompts", partial(prompts, settings)),
        ("web admin", partial(web_admin, settings)),
    )
    for part, check in checks:
        yield from tried(part, check)
