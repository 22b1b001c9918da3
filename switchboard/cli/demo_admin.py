"""The end of the demo: the web admin on the sample organisation, with a week of simulated calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import click

from switchboard.admin.server import AdminServer
from switchboard.cli.until_stopped import stop_asked
from switchboard.errors import UserError
from switchboard.measures.simulated_week import simulate_week
from switchboard.settings import Settings
from switchboard.storage import users
from switchboard.storage.directories import load_directory
from switchboard.storage.store import Store
from switchboard.storage.users import Role

NAME = "demo"


def serve_admin(store: Store, settings: Settings, version: str) -> None:
    """Fill the store with a week of calls, and serve it on this machine until interrupted."""
    stop = stop_asked()
    directory = load_directory(store)
    week = simulate_week(store, directory, version, until=datetime.now(UTC))
    click.echo(f"   {week.calls} simulated calls of the last week; nobody made them")
    users.add_user(store, NAME, Role.ADMINISTRATOR, actor=NAME)
    secret = users.new_link(store, NAME, actor=NAME)
    server = _started(store, settings)
    click.echo(f"\n   The admin is at {server.address}. Sign in once, as {NAME}, by this link:")
    click.echo(f"   {server.address}/sign-in/link/{secret}")
    click.echo("\n   Ctrl-C stops it, and deletes the demo's database.")
    try:
        stop.wait()
    finally:
        server.stop()


def _started(store: Store, settings: Settings) -> AdminServer:
    admin = replace(settings.admin, host="127.0.0.1", address="", proxies=0)
    try:
        return _listening(store, replace(settings, admin=admin))
    except UserError:  # the usual port is taken: any will do
        return _listening(store, replace(settings, admin=replace(admin, port=0)))


def _listening(store: Store, settings: Settings) -> AdminServer:
    server = AdminServer(store, settings)
    server.start()
    return server
