"""`switchboard grammar`: what callers may say. One module per group of commands."""

from __future__ import annotations

import click

from switchboard.cli.grammar.additions import alias, carrier
from switchboard.cli.grammar.looking import confusable, coverage, show
from switchboard.cli.grammar.pronouncing import pronounce
from switchboard.cli.grammar.publishing import build, diff, publish, rollback, versions


@click.group()
def command() -> None:
    """Build, publish and examine the grammar: what callers may say, and who is meant."""


for subcommand in (
    build,
    diff,
    publish,
    rollback,
    versions,
    show,
    confusable,
    coverage,
    alias,
    carrier,
    pronounce,
):
    command.add_command(subcommand)
