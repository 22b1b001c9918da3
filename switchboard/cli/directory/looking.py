"""`switchboard directory search` and `show`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

import click
from rich.console import Console
from rich.table import Table

from directory.changes import shown
from directory.model import Department, Directory, Person, number_of
from directory.search import Entry, find, name_of
from switchboard.cli.options import database_option, settings_option
from switchboard.errors import UserError
from switchboard.settings import Settings
from switchboard.storage.additions import aliases
from switchboard.storage.changes import PastChange, history
from switchboard.storage.directories import load_directory
from switchboard.storage.reviews import reviews_of
from switchboard.storage.store import open_store

_UNCUT = 240
"""Width in columns when the output is no terminal: a file must not lose the ends of names."""


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", default=20, type=click.IntRange(1), show_default=True, metavar="N")
@database_option
@settings_option
def search(words: tuple[str, ...], *, limit: int, database: str | None, settings: Settings) -> None:
    """Find entries by parts of a name, a job, a department or a number."""
    directory = load_directory(open_store(database, lock_wait_s=settings.storage.lock_wait_s))
    _refuse_empty(directory)
    found = find(directory, " ".join(words), limit)
    if not found:
        raise UserError(
            "No entry is like that. Try fewer or shorter words: "
            "switchboard directory search smi plan."
        )
    list_entries(found)


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="KEY|NAME")
@database_option
@settings_option
def show(words: tuple[str, ...], *, database: str | None, settings: Settings) -> None:
    """Everything about one entry: its fields, added aliases, open questions and history."""
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    directory = load_directory(store)
    _refuse_empty(directory)
    entry = the_entry(directory, " ".join(words), "show")
    for line in _fields(entry):
        click.echo(line)
    added = [alias.text for alias in aliases(store) if alias.entry == entry.key]
    if added:
        click.echo(f"{'added aliases':<18} {'; '.join(added)}")
    for review in reviews_of(store, entry.key):
        verdict = review.verdict.value if review.verdict else "open"
        click.echo(f"{'review':<18} {review.item.key} ({verdict}): {review.item.question}")
    for past in history(store, entry.key):
        click.echo(f"{'history':<18} {_told(past)}")


def list_entries(entries: Iterable[Entry]) -> None:
    """Print entries as a table, one a line, to stdout."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=_UNCUT)
    table = Table("Name", "Job title", "Department", "Number", "Key", "", box=None, pad_edge=False)
    for entry in entries:
        if isinstance(entry, Person):
            job, department = entry.job_title, entry.department
        else:
            job, department = "(department)", entry.parent
        remarks = "left" if entry.left else ""
        # Text from a directory is not markup: "[bold]" in a job title is printed as it stands.
        cells = (name_of(entry), job, department, number_of(entry) or "-", entry.key, remarks)
        table.add_row(*(cell.replace("[", "\\[") for cell in cells))
    console.print(table)


def the_entry(directory: Directory, words: str, verb: str = "name") -> Entry:
    """The one entry of that key or name. Prints the choice and raises UserError if several are.

    `verb` is what the user is told to do with the key: "show" it, or "name" it.
    """
    entries: tuple[Entry, ...] = (*directory.people, *directory.departments)
    by_key = [entry for entry in entries if entry.key == words]
    named = [entry for entry in entries if name_of(entry).casefold() == words.casefold()]
    found = by_key or named or list(find(directory, words))
    if not found:
        raise UserError("No entry is like that; look with: switchboard directory search WORDS.")
    if len(found) > 1:
        list_entries(found)
        raise UserError(f"Several entries are like that; {verb} one by its key.")
    return found[0]


def _fields(entry: Person | Department) -> Iterable[str]:
    for field in fields(entry):
        text = shown(getattr(entry, field.name))
        if text and text != "no":
            yield f"{field.name.replace('_', ' '):<18} {text}"


def _told(past: PastChange) -> str:
    made_by = f"import {past.import_id}" if past.import_id else f"review {past.review}"
    what = "; ".join(
        f"{name.replace('_', ' ')} from {before or '(nothing)'} to {after or '(nothing)'}"
        for name, before, after in past.change.fields
    )
    when = past.at.astimezone().strftime("%Y-%m-%d %H:%M")
    who = f" by {past.actor}" if past.actor else ""
    return f"{when} {past.change.kind.value} ({made_by}{who}){': ' if what else ''}{what}"


def _refuse_empty(directory: Directory) -> None:
    if not directory.people and not directory.departments:
        raise UserError("The directory is empty; run: switchboard directory import FILE.")
