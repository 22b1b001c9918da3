"""`switchboard uat simulate`: every entry spoken by several voices, before any person is asked."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from switchboard.cli.options import database_option, settings_option
from switchboard.cli.unwritable import unwritable
from switchboard.settings import Settings

if TYPE_CHECKING:
    from switchboard.storage.simulations import SimulationState
    from switchboard.storage.store import Store

_VOICES = 4
_NICENESS = 10
_SHOWN = 30


@click.command("simulate")
@click.option(
    "--voices",
    type=click.IntRange(1, 8),
    default=_VOICES,
    show_default=True,
    help="How many voices say every entry. Each takes 1 to 2 s of processor time an entry.",
)
@click.option(
    "--most", type=click.IntRange(1), metavar="N", help="Only the N entries called most often."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of the lottery of phrases.")
@click.option("--resume", is_flag=True, help="Go on with the last simulation where it stopped.")
@click.option("--report", is_flag=True, help="Only show what the last simulation has found so far.")
@click.option(
    "--csv", "out", type=click.Path(path_type=Path), metavar="OUT", help="Write all of the list."
)
@database_option
@settings_option
def command(
    *,
    voices: int,
    most: int | None,
    seed: int,
    resume: bool,
    report: bool,
    out: Path | None,
    database: str | None,
    settings: Settings,
) -> None:
    """Speak every entry with synthetic voices through a telephone line, clean, with people talking
    behind, and over a mobile; list the names that will fail, worst first, and what would mend each.

    What is done is kept: Ctrl-C stops it, --resume goes on. The web admin shows its progress. It
    makes way for calls on the same machine.
    """
    from switchboard.cli.actor import actor
    from switchboard.errors import UserError
    from switchboard.storage.simulations import SimulationState, resume_simulation, simulations
    from switchboard.storage.store import open_store
    from switchboard.uat.simulation.running import begin

    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    try:
        if report or resume:
            known = simulations(store)
            if not known:
                raise UserError("Nothing was simulated yet; run: switchboard uat simulate.")
            number = known[0].id
            if resume and not report:
                resume_simulation(store, number, actor=actor())
        else:
            number = begin(store, settings, voices=voices, most=most, seed=seed, actor=actor())
        state = None if report else _run(store, settings, number)
        if state is SimulationState.STOPPED:
            click.echo("Stopped; go on with: switchboard uat simulate --resume", err=True)
        elif state is SimulationState.RUNNING:
            click.echo("Another process goes on with it; this is what there is so far.", err=True)
        _report(store, number, out)
    finally:
        store.close()


def _run(store: Store, settings: Settings, number: int) -> SimulationState:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    from switchboard.storage.simulations import SimulationState, simulation
    from switchboard.uat.simulation.running import run

    os.nice(_NICENESS)
    signal.signal(signal.SIGTERM, _interrupted)
    known = simulation(store, number)
    console = Console(stderr=True)
    columns = BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task("", total=known.total, completed=known.done)
        try:
            return run(store, settings, number, on_done=lambda count: progress.advance(task, count))
        except KeyboardInterrupt:
            return SimulationState.STOPPED


def _report(store: Store, number: int, out: Path | None) -> None:
    from rich.console import Console
    from rich.table import Table

    from grammar.versions import load
    from switchboard.storage.publishing import load_version
    from switchboard.storage.simulations import simulated, simulation
    from switchboard.uat.results import GROUPINGS, figures, grouped
    from switchboard.uat.simulation.failing import failing, failing_csv, trials

    known = simulation(store, number)
    grammar = load(load_version(store, known.grammar))
    rows = simulated(store, number)
    found, calls = failing(rows, grammar), trials(rows, grammar)
    seen = figures(calls)
    click.echo(
        f"{known.done:,} of {known.total:,} utterances with {known.engine}: reached or offered "
        f"{seen.correct}, wrong transfers {seen.wrong}."
    )
    for by in ("voice", "channel"):
        shares = ", ".join(
            f"{name} {own.correct}" for name, own in grouped(calls, GROUPINGS[by]).items()
        )
        click.echo(f"By {by}: {shares}.")
    if out is not None:
        try:
            out.write_text(failing_csv(found), encoding="utf-8-sig", newline="")
        except OSError as error:
            raise unwritable(out, error) from error
        click.echo(f"{len(found):,} names that fail are listed in {out}.")
        return
    if not found:
        click.echo("No name fails.")
        return
    table = Table("name", "right", "heard instead", "what would mend it", box=None)
    for each in found[:_SHOWN]:
        heard = ", ".join(f"{text} ({count})" for text, count in each.heard)
        right = f"{each.right.count} of {each.right.total}"
        cells = (each.entry.name, right, heard, each.mend)
        table.add_row(*(cell.replace("[", r"\[") for cell in cells))
    console = Console()
    if not console.is_terminal:
        console.width = 1000
    console.print(table)
    if len(found) > _SHOWN:
        click.echo(f"And {len(found) - _SHOWN:,} more: switchboard uat simulate --report --csv OUT")


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
