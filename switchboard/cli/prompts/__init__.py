"""`switchboard prompts`: what callers hear, and the recordings of it."""

from __future__ import annotations

import click

from switchboard.cli.prompts.artist import export_script, import_
from switchboard.cli.prompts.looking import list_, render
from switchboard.cli.prompts.preparing import prepare
from switchboard.cli.prompts.removing import remove


@click.group()
def command() -> None:
    """What callers hear: recordings by a voice artist, else a synthesised voice."""


for subcommand in (list_, export_script, import_, remove, render, prepare):
    command.add_command(subcommand)
