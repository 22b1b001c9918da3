"""`switchboard admin`: the web admin by itself, without answering calls."""

from __future__ import annotations

import click

from switchboard.cli.options import database_option, settings_option
from switchboard.cli.until_stopped import stop_asked
from switchboard.settings import Settings


@click.command()
@database_option
@settings_option
def command(*, database: str | None, settings: Settings) -> None:
    """Serve the web admin until interrupted. `switchboard serve` includes it."""
    from switchboard.admin.server import AdminServer
    from switchboard.storage.store import open_store

    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    stop = stop_asked()
    server = AdminServer(store, settings)
    server.start()
    click.echo(f"The admin is at {server.address}. Stop it with Ctrl-C.")
    click.echo("To get in: switchboard users add NAME --role administrator")
    try:
        stop.wait()
    finally:
        server.stop()
        store.close()
