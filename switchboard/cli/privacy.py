"""`switchboard privacy`: the data-protection notice."""

from __future__ import annotations

import click

from switchboard.cli.options import settings_option
from switchboard.privacy import as_markdown, privacy_notice
from switchboard.settings import Settings


@click.command("privacy")
@settings_option
def command(*, settings: Settings) -> None:
    """Write what is kept of callers, why and how long, by the settings in force (Markdown)."""
    click.echo(as_markdown(privacy_notice(settings)), nl=False)
