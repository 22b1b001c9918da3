"""`switchboard check`: is everything ready for the first call?"""

from __future__ import annotations

import json
from collections import Counter

import click

from switchboard.cli.options import database_option, settings_option
from switchboard.errors import UserError
from switchboard.settings import Settings


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object to stdout.")
@database_option
@settings_option
def command(*, as_json: bool, database: str | None, settings: Settings) -> None:
    """Try everything that a call needs: engine, grammar, prompts, ports, database, PBX, operators.

    Exits with 2 when something fails; warnings alone exit with 0.
    """
    from switchboard.checks.everything import check_everything
    from switchboard.checks.finding import Finding, Level

    findings: list[Finding] = []
    for finding in check_everything(settings, database):
        findings.append(finding)
        if not as_json:
            click.echo(f"{finding.level.value:4}  {finding.part}: {finding.said}")
    levels = Counter(finding.level for finding in findings)
    if as_json:
        rows = [
            {"part": each.part, "level": each.level.value, "said": each.said} for each in findings
        ]
        click.echo(json.dumps({"ready": not levels[Level.FAIL], "findings": rows}, indent=2))
    if levels[Level.FAIL]:
        raise UserError(
            f"{levels[Level.FAIL]} of {len(findings)} checks failed; mend them, and check again."
        )
    if not as_json:
        click.echo(
            f"\nReady for calls{f', {levels[Level.WARN]} warnings' * bool(levels[Level.WARN])}."
        )
