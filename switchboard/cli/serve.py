"""`switchboard serve`: answer the telephone."""

from __future__ import annotations

import asyncio

import click

from switchboard.cli.options import database_option, settings_for_calls_option
from switchboard.settings import Settings


@click.command("serve")
@click.option("--admin/--no-admin", default=True, help="With the web admin (default), or without.")
@click.option(
    "--grace",
    default=30.0,
    show_default=True,
    type=click.FloatRange(0, 3600),
    metavar="SECONDS",
    help="How long calls may go on after SIGTERM before they are handed to an operator.",
)
@database_option
@settings_for_calls_option
def command(*, admin: bool, grace: float, database: str | None, settings: Settings) -> None:
    """Take calls until told to stop: SIP, recognition, records, and the web admin, in one.

    SIGTERM or Ctrl-C: no new calls; those that are up go on for a while, then to an operator. A
    second one stops at once.
    """
    from switchboard.service.serving import Options, serve

    asyncio.run(serve(settings, database, Options(admin, grace, click.echo)))
