"""`switchboard gaps`: what callers say that doesn't work, and what would mend it."""

from __future__ import annotations

import click

from switchboard.cli.gaps.deciding import accept, meant, refuse
from switchboard.cli.gaps.looking import list_gaps, show
from switchboard.cli.gaps.working import detect, replay


@click.group()
def command() -> None:
    """Find what callers say that doesn't work, and mend it."""


for subcommand in (detect, list_gaps, show, meant, accept, refuse, replay):
    command.add_command(subcommand)
