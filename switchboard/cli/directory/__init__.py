"""`switchboard directory`: who can be reached. One module per command or pair of commands."""

from __future__ import annotations

import click

from switchboard.cli.directory.importing import import_
from switchboard.cli.directory.looking import search, show
from switchboard.cli.directory.reporting import export, report
from switchboard.cli.directory.reviewing import review
from switchboard.cli.directory.syncing import sync


@click.group()
def command() -> None:
    """Import, sync, cleanse and look up the staff and department directory."""


for subcommand in (import_, sync, review, search, show, report, export):
    command.add_command(subcommand)
