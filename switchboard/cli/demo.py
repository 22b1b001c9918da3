"""`switchboard demo`: the whole way from a raw staff list to routed calls, on what ships."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import indent

import click

import directory
from directory.importing import run_import
from directory.sources import FILE
from directory.tabular import read_table
from grammar.decision import Action, Decision
from grammar.model import Grammar
from switchboard.cli.actor import actor
from switchboard.cli.calls_table import CallsTable, Column, whereto
from switchboard.cli.directory.importing import summary
from switchboard.cli.engine_options import engine_option, workers_option
from switchboard.cli.options import settings_option
from switchboard.errors import UserError
from switchboard.measures.batch import Outcome, recordings, route_all
from switchboard.measures.grading import Expected, Grade, grade
from switchboard.measures.manifest import Manifest, read_manifest
from switchboard.measures.plain_peer import PlainPeer
from switchboard.measures.tables import aligned
from switchboard.settings import Settings, default_settings
from switchboard.storage.directories import load_snapshot
from switchboard.storage.grammars import draft_grammar, publish_grammar
from switchboard.storage.imports import apply_import, source_of
from switchboard.storage.origins import origin_of
from switchboard.storage.store import Store, open_store
from switchboard.wiring import UNHURRIED, wired

SAMPLE = Path(directory.__file__).parent / "sample"
FIXTURES = Path(__file__).parents[2] / "audio_fixtures"

COLUMNS = (
    Column("said", ratio=5),
    Column("heard", ratio=5),
    Column("decision", width=12),
    Column("to", ratio=6),
    Column("p", width=4, right=True),
    Column("s", width=4, right=True),
    Column("", width=5),
)


@click.command("demo")
@click.option(
    "--fixtures",
    type=click.Path(path_type=Path, readable=False),
    default=FIXTURES,
    metavar="DIR",
    help="Folder of the calls, with a manifest.csv (default: audio_fixtures of the checkout).",
)
@engine_option
@workers_option
@click.option(
    "--serve/--no-serve",
    default=None,
    help="Leave the web admin running at the end, with a week of simulated calls (default: in a "
    "terminal).",
)
@settings_option
def command(
    fixtures: Path,
    *,
    engine: str | None,
    workers: int | None,
    serve: bool | None,
    settings: Settings,
) -> None:
    """Import a made-up council, publish its grammar, and route calls to it.

    Everything happens in a temporary database; your own is not touched.
    """
    manifest = _calls(fixtures)
    # The sample's numbers follow the default number plan, whatever the user's own is.
    settings = replace(settings, number_plan=default_settings().number_plan)
    with TemporaryDirectory(prefix="switchboard-demo-") as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'demo.db'}")
        try:
            grammar = _publish(store, settings)
            _route(grammar, manifest, settings, engine, workers or settings.recognition.workers)
            # Without a terminal there is nobody to stop it.
            serves = sys.stdout.isatty() if serve is None else serve
            click.echo("\n" + "\n".join(_next_steps(serves=serves)))
            if serves:
                from switchboard.cli.demo_admin import serve_admin

                click.echo("\n4. Run the web admin on it\n")
                serve_admin(store, settings, grammar)
        finally:
            store.close()


def _route(
    grammar: Grammar, manifest: Manifest, settings: Settings, engine: str | None, workers: int
) -> None:
    click.echo(f"\n3. Route {len(manifest.rows)} telephone calls (synthetic voices, 8 kHz A-law)")
    calls = recordings((), manifest)
    started = time.monotonic()
    outcomes: list[Outcome] = []
    table = CallsTable(COLUMNS, len(calls), err=False)
    with wired(settings, grammar, engine=engine, workers=workers, limits=UNHURRIED) as board:
        click.echo(f"   recognised by {board.engine}, {workers} at a time\n")
        with table.shown("Routing"):
            for outcome in route_all(calls, board.router, workers):
                outcomes.append(outcome)
                _show(table, outcome)
    took = time.monotonic() - started
    click.echo("\n" + "\n".join(_summary(outcomes, PlainPeer(grammar), took)))
    faults = sum(outcome.routed is None for outcome in outcomes)
    if faults:
        raise UserError(f"{faults} of the calls can't be used, as told above; check their files.")


def _calls(fixtures: Path) -> Manifest:
    if not (fixtures / "manifest.csv").is_file():
        raise UserError(
            f"There are no calls in {fixtures}; run the demo from a checkout of the project, or "
            "name the folder that holds manifest.csv with --fixtures."
        )
    return read_manifest(fixtures / "manifest.csv")


def _publish(store: Store, settings: Settings) -> Grammar:
    """Import the sample into this store and publish its grammar."""
    staff, departments = SAMPLE / "staff.csv", SAMPLE / "departments.csv"
    click.echo("1. Import and cleanse the staff list of a made-up council\n")
    snapshot = load_snapshot(store)
    outcome = run_import(
        read_table(staff),
        read_table(departments),
        mapping={},
        plan=settings.number_plan.plan(),
        previous=snapshot.directory,
        verdicts={},
        today=date.today(),  # a leaving date is a day where the person works
        progress=None,
        origin=origin_of(store, snapshot, FILE),
    )
    apply_import(store, outcome, source_of(staff, departments, actor=actor()))
    told = summary(outcome, f"{staff.name} and {departments.name}")
    click.echo(indent("\n".join(told), "   "))
    click.echo(f"\n   {len(outcome.reviews)} judgements wait for a person's review.")
    click.echo("\n2. Build the grammar and publish it\n")
    grammar = draft_grammar(store)
    publish_grammar(store, grammar, actor=actor(), reason="demo")
    click.echo(
        f"   {grammar.version}: {len(grammar.forms):,} ways of saying {len(grammar.entries):,} "
        f"people and departments, {len(grammar.carriers)} carrier phrases"
    )
    return grammar


def _show(table: CallsTable, outcome: Outcome) -> None:
    label, routed = outcome.recording.label, outcome.routed
    if routed is None or label is None:
        table.fault(outcome.fault)
        return
    marks = grade(label.expected, routed.decision)
    told = "right" if marks.right else "WRONG" if marks.misrouted else ""
    cells = (
        f"“{label.columns.get('say', label.file)}”",
        f"“{routed.transcript}”" if routed.transcript else "-",
        routed.decision.action.value,
        whereto(routed.decision),
        f"{routed.probability:.2f}",
        f"{routed.timings.total / 1000:.1f}",
        told,
    )
    table.add(cells, routed.decision.action)


def _summary(outcomes: Sequence[Outcome], peer: PlainPeer, seconds: float) -> Iterator[str]:
    graded = [
        (each.recording.label.expected, each.routed)
        for each in outcomes
        if each.recording.label is not None and each.routed is not None
    ]
    ours = [(expected, routed.decision) for expected, routed in graded]
    theirs = [(expected, peer.decide(routed.transcript)) for expected, routed in graded]
    yield f"{len(graded)} calls in {seconds:.0f} s. The same transcripts compared by WRatio of"
    yield "rapidfuzz, as a quick script would (what it hears by itself is worse: see benchmarks/):"
    yield ""
    columns = (_counts(ours), _counts(theirs))
    yield aligned(
        ("", "switchboard", "plain peer"),
        [(name, *(str(column[name]) for column in columns)) for name in columns[0]],
    )


def _counts(decided: Sequence[tuple[Expected, Decision]]) -> dict[str, int]:
    grades: list[Grade] = [grade(expected, decision) for expected, decision in decided]
    actions = [decision.action for _, decision in decided]
    return {
        "right": sum(each.right for each in grades),
        "  of these transferred": sum(each.right and each.transferred for each in grades),
        "asked a question": sum(a in {Action.CONFIRM, Action.DISAMBIGUATE} for a in actions),
        "asked to say it again": actions.count(Action.REPROMPT),
        "to the operator": actions.count(Action.OPERATOR),
        "misrouted": sum(each.misrouted for each in grades),
    }


def _next_steps(*, serves: bool) -> Iterator[str]:
    yield "What to try next, with your own:"
    yield "   switchboard directory import YOURS.csv   your own staff list (CSV or XLSX), then"
    yield "   switchboard grammar publish              let callers reach it, then"
    yield "   switchboard listen                       say a name into your own microphone"
    yield "   switchboard explain CALL.wav             why a call went where it went"
    if not serves:
        yield "   switchboard demo --serve                 the web admin, on simulated calls"
