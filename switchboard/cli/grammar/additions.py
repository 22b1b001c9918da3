"""`switchboard grammar alias` and `carrier`: what administrators add, and what it collides with."""

from __future__ import annotations

from collections.abc import Iterable

import click

from directory.search import Entry, name_of
from grammar.additions import Collision, CollisionKind, alias_collisions, carrier_collisions
from grammar.phrases import POSITIONS
from grammar.phrases import carrier as carrier_phrase
from grammar.telling import is_command, told
from grammar.text import normalise
from switchboard.cli.actor import actor
from switchboard.cli.directory.looking import the_entry
from switchboard.cli.options import database_option, settings_option
from switchboard.errors import UserError
from switchboard.settings import Settings
from switchboard.storage import additions
from switchboard.storage.additions import AddedAlias
from switchboard.storage.grammars import current_directory, draft_grammar
from switchboard.storage.store import open_store

_LISTED = 8
"""Collisions told in full; the rest are counted."""

_NEXT = "Callers can say it after: switchboard grammar publish."
_POSITION = click.option(
    "--after", "position", flag_value="after", help="It stands after the name, not before it."
)


@click.group()
def alias() -> None:
    """Other names by which callers ask for an entry."""


@alias.command("add")
@click.argument("text")
@click.argument("entry", nargs=-1, required=True, metavar="KEY|NAME")
@click.option("--check", is_flag=True, help="Only say what it collides with.")
@database_option
@settings_option
def add_alias(
    text: str, entry: tuple[str, ...], *, check: bool, database: str | None, settings: Settings
) -> None:
    """Let callers ask for an entry by TEXT, and say what that collides with."""
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    meant = the_entry(current_directory(store), " ".join(entry))
    clashes = alias_collisions(draft_grammar(store), text, meant.key)
    _refuse_command(text, clashes)
    _tell(clashes)
    if check:
        return
    if any(clash.kind is CollisionKind.ALREADY for clash in clashes):
        click.echo("Nothing to add.")
        return
    additions.add_alias(store, AddedAlias(meant.key, normalise(text)), actor=actor())
    click.echo(f"“{normalise(text)}” means {name_of(meant)}. {_NEXT}")


@alias.command("remove")
@click.argument("text")
@click.argument("entry", nargs=-1, metavar="[KEY|NAME]")
@database_option
@settings_option
def remove_alias(
    text: str, entry: tuple[str, ...], *, database: str | None, settings: Settings
) -> None:
    """Take back an added alias; name its entry where several have it."""
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    having = [added for added in additions.aliases(store) if added.text == normalise(text)]
    if entry:
        known = {added.entry for added in having}
        words = " ".join(entry)
        key = words if words in known else the_entry(current_directory(store), words).key
        having = [added for added in having if added.entry == key]
    if not having:
        raise UserError(
            f"There is no added alias “{text}” there; see: switchboard grammar alias list."
        )
    if len(having) > 1:
        keys = ", ".join(added.entry for added in having)
        raise UserError(f"Several entries have the alias “{text}”; name one of {keys}.")
    additions.remove_alias(store, having[0], actor=actor())
    click.echo(f"“{having[0].text}” is taken back at the next: switchboard grammar publish.")


@alias.command("list")
@database_option
@settings_option
def list_aliases(*, database: str | None, settings: Settings) -> None:
    """Every added alias. Those of the directory itself are in `switchboard grammar show`."""
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    directory = current_directory(store)
    entries: tuple[Entry, ...] = (*directory.people, *directory.departments)
    names = {entry.key: name_of(entry) for entry in entries}
    for added in additions.aliases(store):
        click.echo(f"{added.text:<36} {names.get(added.entry, '(gone)')}  {added.entry}")


@click.group()
def carrier() -> None:
    """Phrases that callers say before or after a name."""


@carrier.command("add")
@click.argument("text")
@_POSITION
@click.option("--check", is_flag=True, help="Only say what it collides with.")
@database_option
@settings_option
def add_carrier(
    text: str, *, position: str | None, check: bool, database: str | None, settings: Settings
) -> None:
    """Let callers say TEXT before (or after) a name, and say what that collides with."""
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    phrase = carrier_phrase(text, position or POSITIONS[0])
    clashes = carrier_collisions(draft_grammar(store), text, phrase.position)
    _refuse_command(text, clashes)
    _tell(clashes)
    if check:
        return
    if any(clash.kind is CollisionKind.ALREADY for clash in clashes):
        click.echo("Nothing to add.")
        return
    additions.add_carrier(store, phrase, actor=actor())
    click.echo(f"“{phrase.text}” may stand {phrase.position} a name. {_NEXT}")


@carrier.command("remove")
@click.argument("text")
@_POSITION
@database_option
@settings_option
def remove_carrier(
    text: str, *, position: str | None, database: str | None, settings: Settings
) -> None:
    """Take back an added carrier phrase."""
    phrase = carrier_phrase(text, position or POSITIONS[0])
    if not additions.remove_carrier(
        open_store(database, lock_wait_s=settings.storage.lock_wait_s), phrase, actor=actor()
    ):
        raise UserError(
            f"There is no added carrier “{text}” {phrase.position} the name; "
            "see: switchboard grammar carrier list."
        )
    click.echo(f"“{phrase.text}” is taken back at the next: switchboard grammar publish.")


@carrier.command("list")
@database_option
@settings_option
def list_carriers(*, database: str | None, settings: Settings) -> None:
    """Every added carrier phrase. The shipped ones are in grammar/carriers.toml."""
    for phrase in additions.carriers(
        open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    ):
        click.echo(f"{phrase.position:<8} {phrase.text}")


def _refuse_command(text: str, clashes: Iterable[Collision]) -> None:
    for clash in clashes:
        if is_command(clash, normalise(text)):
            raise UserError(
                f"“{text}” is a command that callers may say at any point, so it can't mean "
                "anything else; choose other words."
            )


def _tell(clashes: tuple[Collision, ...]) -> None:
    for clash in clashes[:_LISTED]:
        click.echo(told(clash))
    if len(clashes) > _LISTED:
        click.echo(f"... and {len(clashes) - _LISTED} more.")
