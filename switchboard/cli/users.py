"""`switchboard users`: who may sign in to the web admin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
from rich.console import Console
from rich.table import Table

from switchboard.cli.actor import actor
from switchboard.cli.options import database_option, settings_option
from switchboard.settings import Settings
from switchboard.settings.admin import AdminSettings
from switchboard.storage import users
from switchboard.storage.store import Store, open_store
from switchboard.storage.users import Role

_ROLES = click.Choice([role.value for role in Role if role is not Role.SUPPORT])
_UNCUT = 160


@click.group()
def command() -> None:
    """Who may sign in to the web admin, and as what."""


@command.command("add")
@click.argument("name")
@click.option("--role", type=_ROLES, required=True, help="What the user may do.")
@database_option
@settings_option
def add(name: str, *, role: str, database: str | None, settings: Settings) -> None:
    """Add a user and print a one-time link by which a password is chosen."""
    store = _open(database, settings)
    added = users.add_user(store, name, Role(role), actor=actor())
    _print_link(store, added.name, settings.admin)


@command.command("list")
@database_option
@settings_option
def list_users(*, database: str | None, settings: Settings) -> None:
    """Everybody, with role and state."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=_UNCUT)
    table = Table("Name", "Role", "State", "Last signed in", box=None, pad_edge=False)
    for user in users.all_users(_open(database, settings)):
        until = f" until {_shown(user.support_until)}" if user.support_until else ""
        state = "active" if user.allowed(datetime.now(UTC)) else "no access"
        # A name is not markup: "[bold]" in one is printed as it stands.
        name = user.name.replace("[", "\\[")
        table.add_row(name, f"{user.role}{until}", state, _shown(user.signed_in_at))
    console.print(table)


@command.command("role")
@click.argument("name")
@click.argument("role", type=_ROLES)
@database_option
@settings_option
def role(name: str, role: str, *, database: str | None, settings: Settings) -> None:
    """Give a user another role."""
    changed = users.set_role(_open(database, settings), name, Role(role), actor=actor())
    click.echo(f"{changed.name} is {changed.role} now.")


@command.command("disable")
@click.argument("name")
@database_option
@settings_option
def disable(name: str, *, database: str | None, settings: Settings) -> None:
    """Sign a user out at once, and let nobody in by that name."""
    users.set_disabled(_open(database, settings), name, disabled=True, actor=actor())
    click.echo(f"Disabled. To let {name} in again: switchboard users enable {name}.")


@command.command("enable")
@click.argument("name")
@database_option
@settings_option
def enable(name: str, *, database: str | None, settings: Settings) -> None:
    """Let a disabled user in again."""
    users.set_disabled(_open(database, settings), name, disabled=False, actor=actor())
    click.echo(f"{name} can sign in again.")


@command.command("reset")
@click.argument("name")
@database_option
@settings_option
def reset(name: str, *, database: str | None, settings: Settings) -> None:
    """Print a new one-time link; the password stays until it is used."""
    _print_link(_open(database, settings), name, settings.admin)


@command.command("unlock")
@click.argument("name")
@database_option
@settings_option
def unlock(name: str, *, database: str | None, settings: Settings) -> None:
    """Forget a user's wrong passwords, so that the next try is heard."""
    users.unlock(_open(database, settings), name, actor=actor())
    click.echo(f"{name} can try again at once.")


@command.command("grant-support")
@click.argument("name")
@click.option(
    "--hours",
    type=click.IntRange(1, 24 * 30),
    default=24,
    show_default=True,
    help="How long the supplier's engineer has access.",
)
@database_option
@settings_option
def grant_support(name: str, *, hours: int, database: str | None, settings: Settings) -> None:
    """Let a supplier's engineer in for a while; every page seen goes into the audit log."""
    store = _open(database, settings)
    until = datetime.now(UTC) + timedelta(hours=hours)
    if users.folded(name) in {user.name for user in users.all_users(store)}:
        users.grant_support(store, name, until, actor=actor())
        click.echo(f"{name} has support access until {_shown(until)}.")
    else:
        users.add_user(store, name, Role.SUPPORT, actor=actor(), support_until=until)
        _print_link(store, name, settings.admin)


def sign_in_address(admin: AdminSettings, secret: str) -> str:
    """The one-time link as it is typed into a browser."""
    return f"{admin.address or f'http://{admin.host}:{admin.port}'}/sign-in/link/{secret}"


def _print_link(store: Store, name: str, admin: AdminSettings) -> None:
    secret = users.new_link(store, name, actor=actor())
    days = users.LINK_VALID.days
    click.echo(f"One-time link for {users.folded(name)}, for {days} days:")
    click.echo(sign_in_address(admin, secret))


def _open(database: str | None, settings: Settings) -> Store:
    return open_store(database, lock_wait_s=settings.storage.lock_wait_s)


def _shown(at: datetime | None) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}" if at else "never"
