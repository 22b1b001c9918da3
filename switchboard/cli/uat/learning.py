"""`switchboard uat learn-curve`: how well the loop learns names that the grammar lacks."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

import directory as directory_package
from directory.importing import run_import
from directory.model import Directory
from directory.tabular import read_table
from switchboard.cli.options import database_option, settings_option
from switchboard.gaps.parts import parts_of
from switchboard.measures.tables import aligned
from switchboard.settings import Settings, default_settings
from switchboard.storage.directories import (
    changing_directory,
    load_directory,
    write_directory,
)
from switchboard.storage.grammars import draft_grammar, publish_grammar
from switchboard.storage.store import Store, open_store
from switchboard.uat.learn_curve import LearnCurve, Plan, Point
from switchboard.uat.simulation.spoken_line import TEACHING, TESTING, spoken_line
from switchboard.uat.unknown_aliases import Half

_SAMPLE = Path(directory_package.__file__).parent / "sample"
_SHOWN = (0, 1, 2, 5)
_NICENESS = 10
_BY_AUDIO = Plan(aliases=30, calls=60, known=0.25, tries=1)
_HEADINGS = (
    "rounds", "unknown names right", "of what failed", "known names right", "misrouted",
    "strangers misrouted", "fixes",
)  # fmt: skip


@click.command("learn-curve")
@click.option("--own", is_flag=True, help="On your own directory, not on the made-up council.")
@click.option("--rounds", default=5, type=click.IntRange(1, 50), show_default=True, metavar="N")
@click.option("--audio", is_flag=True, help="Synthetic voices say it all over a telephone line, "
              "and the engine listens: some 700 times, at 1 to 2 s of processor time.")  # fmt: skip
@click.option("--calls", type=click.IntRange(1), metavar="N",
              help="Calls of each round by unknown names (240; with --audio 60).")  # fmt: skip
@click.option("--aliases", type=click.IntRange(1, 1000), metavar="N", help="Names that callers "
              "use and the grammar lacks (80; with --audio 30).")  # fmt: skip
@click.option("--word-errors", default=0.12, type=click.FloatRange(0, 1), show_default=True,
              metavar="P", help="Share of words that are taken for others.")  # fmt: skip
@click.option("--seed", default=1, type=int, show_default=True, metavar="N")
@click.option("--half", default="test", type=click.Choice([each.value for each in Half]),
              show_default=True, help="Which names: those for tuning, or for results.")  # fmt: skip
@database_option
@settings_option
def command(
    *,
    own: bool,
    rounds: int,
    audio: bool,
    calls: int | None,
    aliases: int | None,
    word_errors: float,
    seed: int,
    half: str,
    database: str | None,
    settings: Settings,
) -> None:
    """Let simulated callers use names that the grammar lacks, and accept what is proposed.

    Happens in a temporary database; your own is not touched.
    """
    usual = _BY_AUDIO if audio else Plan()
    plan = replace(
        usual,
        half=Half(half),
        aliases=aliases or usual.aliases,
        calls=calls or usual.calls,
        rounds=rounds,
        word_errors=word_errors,
        seed=seed,
    )
    with TemporaryDirectory(prefix="switchboard-learning-") as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'learning.db'}")
        try:
            _fill(store, _own(database, settings) if own else _sample())
            points = _by_audio(store, settings, plan) if audio else _by_text(store, settings, plan)
        finally:
            store.close()
    click.echo(aligned(_HEADINGS, [_row(point) for point in points]))


def _by_text(store: Store, settings: Settings, plan: Plan) -> list[Point]:
    curve = LearnCurve(store, parts_of(store, settings), plan)
    click.echo(
        f"{len(curve.aliases)} unknown names, {plan.calls} calls a round, "
        f"{plan.word_errors:.0%} of words misheard"
    )
    return _points(curve, plan)


def _by_audio(store: Store, settings: Settings, plan: Plan) -> list[Point]:
    """As many at a time as the engine has workers, behind calls on the same machine."""
    parts = parts_of(store, settings)
    os.nice(_NICENESS)
    console = Console(stderr=True)
    columns = TextColumn("{task.completed:.0f} utterances heard"), TimeElapsedColumn()
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task("", total=None)
        with spoken_line(
            settings,
            parts.published().grammar,
            on_heard=lambda count: progress.advance(task, count),
        ) as line:
            curve = LearnCurve(store, parts, plan, line)
            click.echo(
                f"{len(curve.aliases)} unknown names, {plan.calls} calls a round by "
                f"{len(TEACHING)} voices, tested by {len(TESTING)} others, heard by {line.engine}"
            )
            return _points(curve, plan)


def _points(curve: LearnCurve, plan: Plan) -> list[Point]:
    return curve.run(
        lambda point: click.echo(f"round {point.rounds}: {', '.join(_row(point)[1:])}", err=True),
        lambda number: number in {*_SHOWN, plan.rounds},
    )


def _row(point: Point) -> tuple[str, ...]:
    shares = (point.aliases, point.mended, point.known, point.misrouted, point.strangers)
    return str(point.rounds), *map(str, shares), str(point.accepted)


def _own(database: str | None, settings: Settings) -> Directory:
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    try:
        return load_directory(store)
    finally:
        store.close()


def _sample() -> Directory:
    return run_import(
        read_table(_SAMPLE / "staff.csv"),
        read_table(_SAMPLE / "departments.csv"),
        mapping={},
        plan=default_settings().number_plan.plan(),
        previous=Directory(),
        verdicts={},
        today=date.today(),  # a leaving date is a day where the person works
        progress=None,
    ).directory


def _fill(store: Store, people: Directory) -> None:
    with changing_directory(store, None) as connection:
        write_directory(connection, people)
    publish_grammar(store, draft_grammar(store), actor="learn-curve")
