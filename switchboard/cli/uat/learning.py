"""`switchboard uat learn-curve`: how well the loop learns names that the grammar lacks."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import click

import directory as directory_package
from directory.importing import run_import
from directory.model import Directory
from directory.tabular import read_table
from switchboard.cli.options import database_option, settings_option
from switchboard.gaps.parts import Parts
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
from switchboard.uat.unknown_aliases import Half
from switchboard.wiring import calibrations_of

_SAMPLE = Path(directory_package.__file__).parent / "sample"
_SHOWN = (0, 1, 2, 5)
_HEADINGS = (
    "rounds", "unknown names right", "of what failed", "known names right", "misrouted",
    "strangers misrouted", "fixes",
)  # fmt: skip


@click.command("learn-curve")
@click.option("--own", is_flag=True, help="On your own directory, not on the made-up council.")
@click.option("--rounds", default=5, type=click.IntRange(1, 50), show_default=True, metavar="N")
@click.option("--calls", default=240, type=click.IntRange(1), show_default=True, metavar="N",
              help="Calls of each round.")  # fmt: skip
@click.option("--aliases", default=80, type=click.IntRange(1, 1000), show_default=True,
              metavar="N", help="Names that callers use and the grammar lacks.")  # fmt: skip
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
    calls: int,
    aliases: int,
    word_errors: float,
    seed: int,
    half: str,
    database: str | None,
    settings: Settings,
) -> None:
    """Let simulated callers use names that the grammar lacks, and accept what is proposed.

    Happens in a temporary database; your own is not touched.
    """
    plan = Plan(Half(half), aliases, calls, rounds, word_errors, seed=seed)
    with TemporaryDirectory(prefix="switchboard-learning-") as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'learning.db'}")
        try:
            _fill(store, _own(database, settings) if own else _sample())
            parts = Parts(store, calibrations_of(settings), settings.decision.costs())
            curve = LearnCurve(store, parts, plan)
            click.echo(
                f"{len(curve.aliases)} unknown names, {calls} calls a round, "
                f"{word_errors:.0%} of words misheard"
            )
            points = curve.run(lambda point: click.echo(f"round {point.rounds}", err=True))
        finally:
            store.close()
    shown = [point for point in points if point.rounds in {*_SHOWN, rounds}]
    click.echo(aligned(_HEADINGS, [_row(point) for point in shown]))


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
