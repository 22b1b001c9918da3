"""`switchboard directory import`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from directory.importing import run_import
from directory.leaving import mass_leaving
from directory.outcome import ChangeKind, Conflict, ImportOutcome, Severity
from directory.sources import FILE
from directory.table import SHEET, place
from directory.tabular import ABOVE_HEADINGS, read_table
from switchboard.cli.actor import actor
from switchboard.cli.options import database_option, settings_option
from switchboard.errors import UserError
from switchboard.settings import Settings
from switchboard.storage.directories import load_snapshot
from switchboard.storage.imports import apply_import, source_of
from switchboard.storage.origins import origin_of
from switchboard.storage.reviews import verdicts
from switchboard.storage.store import open_store

_FILE = click.Path(path_type=Path)
_LISTED = 10
"""How many skipped rows are printed; `directory report` has them all."""


@click.command("import")
@click.argument("file", type=_FILE)
@click.option(
    "--departments", type=_FILE, metavar="FILE", help="CSV or XLSX of the departments, too."
)
@click.option("--dry-run", is_flag=True, help="Say what would change, and store nothing.")
@click.option(
    "--allow-leavers", is_flag=True, help="Import even if unusually many have left by it."
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="COLUMN=FIELD",
    help='What a heading means: --map "Tel No=extension"; or "ignore". May be repeated.',
)
@database_option
@settings_option
def import_(
    file: Path,
    departments: Path | None,
    *,
    dry_run: bool,
    allow_leavers: bool,
    mapping: tuple[str, ...],
    database: str | None,
    settings: Settings,
) -> None:
    """Read FILE (CSV or XLSX), cleanse it, and make the directory equal to it.

    Everything is stored, or on any fault nothing. Those who are not in FILE any more are marked
    as having left, unless another source (LDAP) lists them. What is a judgement waits for
    `switchboard directory review`.
    """
    columns = dict(map(_column_and_field, mapping))
    people_table = read_table(file)
    departments_table = read_table(departments) if departments else None
    source = source_of(file, departments, actor=actor())
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    snapshot = load_snapshot(store)
    with progress_bar() as progress:
        task = progress.add_task("Cleansing", total=len(people_table.rows))
        outcome = run_import(
            people_table,
            departments_table,
            mapping=columns,
            plan=settings.number_plan.plan(),
            previous=snapshot.directory,
            verdicts=verdicts(store),
            today=date.today(),  # a leaving date is a day where the person works
            progress=lambda done, total: progress.update(task, completed=done, total=total),
            origin=origin_of(store, snapshot, FILE, settings.ldap.preferred),
        )
    unusual = mass_leaving(snapshot.directory, outcome.directory)
    question = (
        f"By this import {unusual} have left: was the file cut short? Look at its end; "
        "if they really left, add --allow-leavers."
    )
    if unusual and not allow_leavers and not dry_run:
        raise UserError(f"{question} Nothing was stored.")
    nothing = _nothing_in(outcome, file.name)
    if nothing and not dry_run:
        raise UserError(f"{nothing} Nothing was stored.")
    if not dry_run:
        apply_import(
            store,
            outcome,
            source,
            revision=snapshot.revision,
            cleansings_kept=settings.storage.imports_kept,
        )
    read_from = " and ".join(filter(None, (source.file_name, source.departments_file)))
    for line in summary(outcome, read_from):
        click.echo(line)
    if dry_run and (remark := question if unusual else nothing):
        click.echo(f"\n{remark}")
    if dry_run:
        click.echo("\nThis was a dry run: nothing was stored.")
    else:
        click.echo("\nWhat to do next:")
        for line in next_steps(outcome):
            click.echo(f"  {line}")


def _nothing_in(outcome: ImportOutcome, file_name: str) -> str:
    """What to do about a file that leaves the directory as empty as it was; "" of any other."""
    if outcome.directory.people or outcome.directory.departments:
        return ""
    rows = [each for each in outcome.skipped if each[0] % SHEET and each[1] != ABOVE_HEADINGS]
    if not rows:
        return f"{file_name} has headings but no people: export the list again, with its rows."
    row, reason = rows[0]
    return (
        f"No row of {file_name} makes an entry (line {place(row)}: {reason}). Mend the rows, or "
        'say what a heading means with --map "Heading=field".'
    )


def _column_and_field(text: str) -> tuple[str, str]:
    column, equals, field = text.rpartition("=")
    if not (column.strip() and equals and field.strip()):
        raise click.UsageError(
            f'--map "{text}" has no heading and field; write --map "Heading=field", for example '
            '--map "Tel No=extension".'
        )
    return column.strip(), field.strip()


def progress_bar() -> Progress:
    """On stderr, gone when it is done."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def summary(outcome: ImportOutcome, read_from: str) -> Iterable[str]:
    """What an import did, in a few lines; `read_from` names its files."""
    people = sum(not person.left for person in outcome.directory.people)
    departments = sum(not department.left for department in outcome.directory.departments)
    yield f"{outcome.rows_read:,} rows read from {read_from}."
    yield f"The directory has {people:,} people and {departments:,} departments."
    kinds = Counter(change.kind for change in outcome.changes)
    yield "\nChanges to the directory:"
    for kind in ChangeKind:
        yield f"  {kinds[kind]:>6,}  {kind.value}"
    if outcome.conflicts:
        yield f"\nOther sources say something else of {len(outcome.conflicts):,}:"
        yield from (f"  {line}" for line in conflicting(outcome.conflicts[:_LISTED]))
    if outcome.cleansings:
        yield f"\nCleansing, {len(outcome.cleansings):,} findings:"
        yield from _cleansing(outcome)
    if outcome.skipped:
        yield f"\nRows that make no entry, {len(outcome.skipped):,}:"
        yield from (f"  line {place(row)}: {reason}" for row, reason in outcome.skipped[:_LISTED])
        if len(outcome.skipped) > _LISTED:
            yield "  ... all of them: switchboard directory report"
    if outcome.unmapped:
        headings = ", ".join(f'"{heading}"' for heading in outcome.unmapped)
        yield f'\nHeadings with no field: {headings}. To use one: --map "Heading=field".'


def conflicting(conflicts: Iterable[Conflict]) -> Iterable[str]:
    """Where sources disagree, and whose values hold, a line each."""
    for each in conflicts:
        differing = "; ".join(
            f'{name.replace("_", " ")} "{here}", there "{there}"'
            for name, here, there in each.fields
        )
        yield f"{each.name} (also in {', '.join(each.others)}; {each.kept} holds): {differing}"


def _cleansing(outcome: ImportOutcome) -> Iterable[str]:
    """Counts by reason, what matters most first."""
    reasons = Counter((change.severity, change.reason) for change in outcome.cleansings)
    for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO):
        for (of, reason), count in reasons.most_common():
            if of is severity:
                yield f"  {count:>6,}  {severity.value:<8} {reason}"


def next_steps(outcome: ImportOutcome) -> Iterable[str]:
    """What to run after an import, a line each."""
    if outcome.reviews:
        kinds = Counter(item.kind.value.replace("_", " ") for item in outcome.reviews)
        told = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
        yield f"switchboard directory review   {len(outcome.reviews):,} to decide: {told}"
    yield "switchboard directory report   every change that cleansing made"
    if outcome.changes:
        yield "switchboard grammar publish    let callers reach the new directory"
