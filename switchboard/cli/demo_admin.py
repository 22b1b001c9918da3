"""The end of the demo: the web admin on the sample organisation, with a week of simulated calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import click

from grammar.model import Grammar
from switchboard.admin.server import AdminServer
from switchboard.cli.until_stopped import stop_asked
from switchboard.errors import UserError
from switchboard.gaps.detecting import detect
from switchboard.gaps.parts import parts_of
from switchboard.measures.simulated_campaign import simulate_campaign
from switchboard.measures.simulated_week import simulate_week
from switchboard.settings import Settings
from switchboard.storage import users
from switchboard.storage.directories import load_directory
from switchboard.storage.grammars import draft_grammar, publish_grammar
from switchboard.storage.store import Store
from switchboard.storage.users import Role

NAME = "demo"
_ORGANISATION = "Ashbourne Vale Council"
_TESTERS = {
    NAME: "",
    "tester-1": "London",
    "tester-2": "Scottish",
    "tester-3": "London",
    "tester-4": "Indian English",
    "tester-5": "Scottish",
}


def serve_admin(store: Store, settings: Settings, grammar: Grammar) -> None:
    """Fill the store with a week of calls, and serve it on this machine until interrupted."""
    stop = stop_asked()
    settings = replace(settings, prompts=replace(settings.prompts, organisation=_ORGANISATION))
    _fill(store, settings, grammar)
    users.add_user(store, NAME, Role.ADMINISTRATOR, actor=NAME)
    secret = users.new_link(store, NAME, actor=NAME)
    server = _started(store, settings)
    click.echo(f"\n   The admin is at {server.address}. Sign in as {NAME} by this link, which")
    click.echo("   works once and lets you choose a password:\n")
    click.echo(f"   {server.address}/sign-in/link/{secret}")
    click.echo(
        "\n   Look at Gaps first: what simulated callers said in vain, and what would mend it."
    )
    click.echo("   Ctrl-C stops it, and deletes the demo's database.")
    try:
        stop.wait()
    finally:
        server.stop()


def _fill(store: Store, settings: Settings, grammar: Grammar) -> None:
    directory, now = load_directory(store), datetime.now(UTC)
    week = simulate_week(store, directory, grammar.version, until=now)
    click.echo(
        f"   {week.calls} calls of the last week, and a test group's: simulated, nobody made"
    )
    simulate_campaign(store, directory, grammar, settings, testers=_TESTERS, until=now)
    # Once more, now that it is known who is called how often.
    publish_grammar(store, draft_grammar(store), actor=NAME, reason="demo")
    found = detect(store, parts_of(store, settings))
    click.echo(
        f"   them. They show {found.gaps} gaps in the grammar; {found.proposals} have a fix."
    )


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
