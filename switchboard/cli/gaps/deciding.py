"""`switchboard gaps accept`, `refuse` and `meant`."""

from __future__ import annotations

import click

from directory.search import name_of
from grammar.gaps.fixes import AliasFix, Correction, from_plain
from switchboard.cli.actor import actor
from switchboard.cli.directory.looking import the_entry
from switchboard.cli.gaps.working import find_alone
from switchboard.cli.options import database_option, settings_option
from switchboard.errors import UserError
from switchboard.gaps import accepting
from switchboard.settings import Settings
from switchboard.storage import gaps as stored
from switchboard.storage.grammars import current_directory
from switchboard.storage.store import open_store

_NEXT = "Callers get it after: switchboard grammar publish."


@click.command()
@click.argument("numbers", nargs=-1, required=True, type=int, metavar="NUMBER...")
@click.option("--alias", metavar="TEXT", help="Accept this alias instead of what is proposed.")
@database_option
@settings_option
def accept(
    numbers: tuple[int, ...], *, alias: str | None, database: str | None, settings: Settings
) -> None:
    """Put what is proposed for these gaps into the draft grammar."""
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    if alias is not None and len(numbers) > 1:
        raise UserError("One alias is for one gap; accept the gaps one by one.")
    for number in numbers:
        fix = None
        if alias is not None:
            meant = stored.gap_of(store, number).meant
            if not meant:
                raise UserError(
                    f"Nobody has said who gap {number} is about; run: "
                    f"switchboard gaps meant {number} NAME."
                )
            fix = AliasFix(meant, alias)
        gap = accepting.accept(store, number, actor=actor(), fix=fix)
        if isinstance(from_plain(gap.fix), Correction):
            click.echo(f"Gap {number} is accepted: the directory is for a person to correct.")
        else:
            click.echo(f"Gap {number} is in the draft. {_NEXT}")


@click.command()
@click.argument("numbers", nargs=-1, required=True, type=int, metavar="NUMBER...")
@click.option("--reason", required=True, metavar="TEXT", help="Why nothing is to be done.")
@database_option
@settings_option
def refuse(
    numbers: tuple[int, ...], *, reason: str, database: str | None, settings: Settings
) -> None:
    """Say that nothing is to be done about these gaps, and why."""
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    for number in numbers:
        accepting.refuse(store, number, reason, actor=actor())
        click.echo(f"Gap {number} is refused.")


@click.command()
@click.argument("number", type=int)
@click.argument("entry", nargs=-1, required=True, metavar="KEY|NAME")
@database_option
@settings_option
def meant(number: int, entry: tuple[str, ...], *, database: str | None, settings: Settings) -> None:
    """Say whom the callers of a gap meant, and have a fix proposed."""
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    stored.gap_of(store, number)
    who = the_entry(current_directory(store), " ".join(entry))
    calls = accepting.say_who(store, number, who.key, actor=actor())
    found = find_alone(store, settings)
    click.echo(
        f"{calls} {'call' if calls == 1 else 'calls'} meant {name_of(who)}; "
        f"{found.proposals} {'fix is' if found.proposals == 1 else 'fixes are'} proposed. "
        "See: switchboard gaps list."
    )
