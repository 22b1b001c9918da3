"""`switchboard directory sync`."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import click

from directory.export import safe_cell
from directory.table import Table
from switchboard.cli.actor import actor
from switchboard.cli.directory.importing import next_steps, progress_bar, summary
from switchboard.cli.options import database_option, settings_option
from switchboard.cli.unwritable import unwritable
from switchboard.errors import UserError
from switchboard.settings import Settings
from switchboard.storage.store import open_store


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would change, and store nothing.")
@click.option("--all", "whole", is_flag=True, help="Read everybody, and not only what changed.")
@click.option(
    "--allow-leavers", is_flag=True, help="Store it even if unusually many have left by it."
)
@click.option(
    "--table",
    "table_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write what was read there, as CSV: messages name its lines.",
)
@database_option
@settings_option
def sync(
    *,
    dry_run: bool,
    whole: bool,
    allow_leavers: bool,
    table_file: Path | None,
    database: str | None,
    settings: Settings,
) -> None:
    """Make the directory equal to LDAP or Active Directory, as [ldap] of the settings says.

    People go through the same cleansing, reviews and questions as those of a file. Everything is
    stored, or on any fault nothing.
    """
    from switchboard.ldap.syncing import apply, prepare

    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    with progress_bar() as progress:
        reading = progress.add_task("Reading", total=None)
        cleansing = progress.add_task("Cleansing", total=None, visible=False)
        made = prepare(
            settings,
            store,
            actor=actor(),
            whole=whole,
            reading=lambda done: progress.update(reading, completed=done),
            cleansing=lambda done, total: progress.update(
                cleansing, completed=done, total=total, visible=True
            ),
        )
    if table_file:
        _write(table_file, made.reading.people)
    if made.unusual and not allow_leavers and not dry_run:
        raise UserError(f"{made.question} Nothing was stored.")
    if not dry_run:
        apply(settings, store, made)
    for line in _told(made.reading.returned, made.reading.notes, whole=made.reading.whole):
        click.echo(line)
    for line in summary(made.outcome, made.source.file_name):
        click.echo(line)
    if dry_run:
        if made.unusual:
            click.echo(f"\n{made.question}")
        click.echo("\nThis was a dry run: nothing was stored.")
    elif not made.news:
        click.echo("\nNothing is new.")
    else:
        click.echo("\nWhat to do next:")
        for line in next_steps(made.outcome):
            click.echo(f"  {line}")


def _told(returned: int, notes: Iterable[str], *, whole: bool) -> Iterable[str]:
    if whole:
        yield f"All {returned:,} entries were read."
    else:
        yield f"{returned:,} entries that may have changed were read; the others are as they were."
    yield from (f"  {note}" for note in notes)


def _write(file: Path, table: Table) -> None:
    try:
        # With the mark by which spreadsheets know UTF-8.
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(table.headings)
            writer.writerows(map(safe_cell, row.cells) for row in table.rows)
    except OSError as error:
        raise unwritable(file, error) from error
