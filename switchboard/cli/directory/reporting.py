"""`switchboard directory report` and `export`."""

from __future__ import annotations

from pathlib import Path

import click

from directory.export import departments_csv, people_csv
from directory.outcome import Cleansing
from directory.report import cleansing_report
from directory.table import place
from switchboard.cli.options import database_option, settings_option
from switchboard.cli.unwritable import unwritable
from switchboard.settings import Settings
from switchboard.storage.directories import load_directory
from switchboard.storage.imports import outcome_of
from switchboard.storage.store import open_store

_FILE = click.Path(path_type=Path, allow_dash=True)
_STDOUT = Path("-")


@click.command()
@click.option("--import", "import_id", type=int, metavar="N", help="Of this import, not the last.")
@click.option("--each", is_flag=True, help="Every single change by cleansing, one a line.")
@click.option("--out", type=_FILE, default=_STDOUT, metavar="FILE", help="Write there (Markdown).")
@database_option
@settings_option
def report(
    *, import_id: int | None, each: bool, out: Path, database: str | None, settings: Settings
) -> None:
    """What an import found and changed, and what it leaves to a person.

    Rows are as the import read them; the totals and the open questions are as of now.
    """
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    outcome = outcome_of(store, import_id)
    if each:
        _write(out, "".join(f"{_line(change)}\n" for change in outcome.cleansings))
    else:
        _write(out, cleansing_report(outcome))


@click.command()
@click.argument("file", type=_FILE, default=_STDOUT)
@click.option("--departments", type=_FILE, metavar="FILE", help="Write the departments there.")
@database_option
@settings_option
def export(
    file: Path, departments: Path | None, *, database: str | None, settings: Settings
) -> None:
    """Write the people as CSV to FILE (default: to stdout), those who left included.

    `switchboard directory import` reads it again; spreadsheets open it without harm.
    """
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    directory = load_directory(store)
    _write(file, people_csv(directory))
    if departments:
        _write(departments, departments_csv(directory))


def _line(change: Cleansing) -> str:
    where = f"line {place(change.row)}, {change.field.replace('_', ' ')}"
    return f'{where}: "{change.before}" -> "{change.after}", {change.reason} ({change.severity})'


def _write(file: Path, text: str) -> None:
    if file == _STDOUT:
        click.echo(text, nl=False)
        return
    try:
        # With the mark by which spreadsheets know UTF-8; line ends as they stand in the text.
        file.write_text(text, "utf-8-sig" if file.suffix == ".csv" else "utf-8", newline="")
    except OSError as error:
        raise unwritable(file, error) from error
