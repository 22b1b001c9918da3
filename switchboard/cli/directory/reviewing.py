"""`switchboard directory review`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from directory.model import Department, Directory, Person, number_of
from directory.outcome import ReviewKind, Verdict
from directory.search import Entry, name_of
from switchboard.cli.actor import actor
from switchboard.cli.options import database_option, settings_option
from switchboard.settings import Settings
from switchboard.storage.deciding import Decision, decide
from switchboard.storage.directories import load_directory
from switchboard.storage.reviews import Review, open_counts, open_reviews
from switchboard.storage.store import Store, open_store


@click.command()
@click.option("--list", "listing", is_flag=True, help="Print the open reviews with their keys.")
@click.option("--accept", multiple=True, metavar="KEY", help="Accept this one. May be repeated.")
@click.option("--refuse", multiple=True, metavar="KEY", help="Refuse this one. May be repeated.")
@click.option(
    "--accept-all",
    multiple=True,
    type=click.Choice([kind.value for kind in ReviewKind]),
    help="Accept every open one of this kind.",
)
@database_option
@settings_option
def review(
    *,
    listing: bool,
    accept: tuple[str, ...],
    refuse: tuple[str, ...],
    accept_all: tuple[str, ...],
    database: str | None,
    settings: Settings,
) -> None:
    """Decide what an import could not decide alone; without an option, one after another.

    Accepting changes the directory at once. Verdicts are remembered: a later import that raises
    the same question does not ask again.
    """
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    still_open = open_reviews(store)
    if listing:
        _list(still_open)
        return
    if accept or refuse or accept_all:
        of_kind = [each.item.key for each in still_open if each.item.kind.value in accept_all]
        if accept or accept_all:
            _report(decide(store, [*accept, *of_kind], Verdict.ACCEPTED, actor=actor()))
        if refuse:
            _report(decide(store, refuse, Verdict.REFUSED, actor=actor()))
        return
    _ask(store, still_open)


def _list(still_open: Sequence[Review]) -> None:
    for each in still_open:
        click.echo(f"{each.item.key}  {each.item.question} {each.item.proposal}")
    click.echo(f"{len(still_open):,} open." if still_open else "Nothing is open.", err=True)


def _ask(store: Store, still_open: Sequence[Review]) -> None:
    """One question after another. Each verdict is stored when it is given: stopping loses none."""
    changed = False
    for number, each in enumerate(still_open, start=1):
        item = each.item
        click.echo(f"\n{number} of {len(still_open)}: {item.kind.value.replace('_', ' ')}")
        for line in _described(load_directory(store), item.entries):
            click.echo(f"  {line}")
        click.echo(f"{item.question}\nProposal: {item.proposal}")
        answer = click.prompt(
            "Accept, refuse, skip or quit?",
            type=click.Choice(["a", "r", "s", "q"]),
            default="s",
        )
        if answer == "q":
            break
        if answer == "s":
            continue
        verdict = Verdict.ACCEPTED if answer == "a" else Verdict.REFUSED
        changed |= bool(decide(store, [item.key], verdict, actor=actor()).changes)
    left = sum(open_counts(store).values())
    click.echo(f"\n{left:,} still open." if left else "\nNothing is open.")
    if changed:
        _say_publish()


def _described(directory: Directory, keys: Sequence[str]) -> list[str]:
    entries: tuple[Entry, ...] = (*directory.people, *directory.departments)
    return [_line(entry) for entry in entries if entry.key in keys]


def _line(entry: Person | Department) -> str:
    facts = [name_of(entry)]
    if isinstance(entry, Person):
        facts += [entry.job_title, entry.department, entry.team, entry.site, entry.email]
    facts += [number_of(entry) or "no number", entry.key]
    return ", ".join(filter(None, facts))


def _report(decision: Decision) -> None:
    click.echo(f"{len(decision.decided):,} decided; {len(decision.changes):,} entries changed.")
    if decision.reversed:
        click.echo(
            f"{len(decision.reversed):,} had been accepted before: "
            "the next import takes back what that changed."
        )
    if decision.changes:
        _say_publish()


def _say_publish() -> None:
    click.echo("Next: switchboard grammar publish, to let callers reach the changed entries.")
