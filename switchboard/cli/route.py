"""`switchboard route`: what would be done with recorded calls, and how often that is right."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from grammar.matching import Candidate
from switchboard.cli.calls_table import COLUMNS, CallsTable, cells_of
from switchboard.cli.engine_options import engine_option, workers_option
from switchboard.cli.options import database_option, settings_option
from switchboard.cli.unwritable import unwritable
from switchboard.errors import UserError
from switchboard.measures.accuracy import HEADINGS, accuracy, accuracy_by
from switchboard.measures.batch import Outcome, recordings, route_all
from switchboard.measures.grading import grade
from switchboard.measures.manifest import labels_of_nobody, read_manifest
from switchboard.measures.tables import aligned
from switchboard.routing import Routed
from switchboard.settings import Settings
from switchboard.wiring import UNHURRIED, grammar_in_force, wired

BY = ("kind", "channel")
"""Columns of a manifest for whose values accuracy is told apart."""

_CANDIDATES = 10
"""Candidates in an object; those behind have next to no probability."""

_STDOUT = Path("-")


@click.command("route")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option(
    "--manifest",
    "manifest_file",
    type=click.Path(path_type=Path),
    metavar="CSV",
    help="Labels: columns file and expected (transfer:EXT, ask:EXT|EXT, none, operator). Without "
    "a FILE, its files are routed.",
)
@click.option(
    "--jsonl",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="OUT",
    help="Write one JSON object a call there, in place of an earlier run's; - for stdout.",
)
@engine_option
@workers_option
@database_option
@settings_option
def command(
    files: tuple[str, ...],
    *,
    manifest_file: Path | None,
    jsonl: Path | None,
    engine: str | None,
    workers: int | None,
    database: str | None,
    settings: Settings,
) -> None:
    """Decide for each recorded call (WAV, FLAC, A-law, mu-law) what to do with it."""
    manifest = read_manifest(manifest_file) if manifest_file else None
    calls = recordings(files, manifest)
    if not calls:
        raise UserError("Name audio files to route, or a --manifest that lists some.")
    if jsonl:
        _check_out(jsonl)  # before the engine: no wait for a file that can't be written
    workers = workers or settings.recognition.workers
    grammar = grammar_in_force(database, settings)
    if manifest and (remark := labels_of_nobody(manifest.rows, grammar)):
        click.echo(f"switchboard: {remark}", err=True)
    outcomes: list[Outcome] = []
    table = CallsTable(COLUMNS, len(calls), err=jsonl == _STDOUT)
    with (
        wired(settings, grammar, engine=engine, workers=workers, limits=UNHURRIED) as board,
        _objects(jsonl) as write,
        table.shown(f"Routing with {board.engine}"),
    ):
        for outcome in route_all(calls, board.router, workers):
            outcomes.append(outcome)
            if outcome.routed is None:
                table.fault(outcome.fault)
                continue
            name = outcome.recording.name
            write(as_object(name, outcome.routed, board.engine, grammar.version))
            table.add(cells_of(name, outcome.routed), outcome.routed.decision.action)
    if manifest:
        click.echo("\n".join(_accuracy(outcomes)), err=jsonl == _STDOUT)
    faults = sum(outcome.routed is None for outcome in outcomes)
    if faults == len(calls):
        raise UserError(
            "Nothing was routed, for what is told above; mend the files or name others."
        )
    if faults:
        raise UserError(
            f"{faults} of {len(calls)} files can't be used, as told above; mend or leave out "
            "those. The others were routed."
        )


def as_object(name: str, routed: Routed, engine: str, version: str) -> dict[str, Any]:
    """One call as a line of OUT. Whom the decision is about comes first among the candidates."""
    options = routed.decision.options
    offered = {option.entry.key for option in options}
    others = routed.match.candidates if routed.match else ()
    candidates = [*options, *(each for each in others if each.entry.key not in offered)]
    return {
        "file": name,
        "decision": routed.decision.action.value,
        "reason": routed.decision.reason.value,
        "transcript": routed.transcript,
        "probability": round(routed.probability, 4),
        "candidates": [_candidate(each) for each in candidates[:_CANDIDATES]],
        "engine": routed.recognition.engine if routed.recognition else engine,
        "grammar_version": version,
        "timings_ms": {
            "recognition": round(routed.timings.recognition, 1),
            "matching": round(routed.timings.matching, 1),
            "total": round(routed.timings.total, 1),
        },
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    entry = candidate.entry
    return {
        "kind": entry.kind.value,
        "name": entry.name,
        "department": entry.department,
        "extension": entry.number,
        "probability": round(candidate.probability, 4),
    }


def _check_out(out: Path) -> None:
    """Raises UserError for what can't be written, and for what isn't an earlier run's: with a
    forgotten name `--jsonl *.wav` would write over the first recording."""
    if out == _STDOUT:
        return
    try:
        with out.open("a+b") as file:
            if not out.is_file():
                return
            file.seek(0)
            first = file.read(1)
    except OSError as error:
        raise unwritable(out, error, "--jsonl") from error
    if first not in {b"", b"{"}:
        raise UserError(
            f"{out} is there already and holds no decisions; name another file in --jsonl."
        )


@contextmanager
def _objects(out: Path | None) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Writes objects as they come, so that what is done is kept whatever happens later."""
    if out is None:
        yield lambda _object: None
        return
    if out == _STDOUT:
        yield lambda row: click.echo(json.dumps(row, ensure_ascii=False))
        return
    try:
        file = out.open("w", encoding="utf-8", buffering=1)
    except OSError as error:
        raise unwritable(out, error, "--jsonl") from error

    def write(row: dict[str, Any]) -> None:
        try:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        except OSError as error:
            raise unwritable(out, error, "--jsonl") from error

    try:
        yield write
    finally:
        try:
            file.close()
        except OSError as error:  # writes again what could not be written
            raise unwritable(out, error, "--jsonl") from error


def _accuracy(outcomes: Sequence[Outcome]) -> Iterator[str]:
    graded = [
        (each.recording.label.columns, grade(each.recording.label.expected, each.routed.decision))
        for each in outcomes
        if each.recording.label is not None and each.routed is not None
    ]
    unlabelled = sum(each.recording.label is None for each in outcomes)
    if unlabelled:
        yield f"\n{unlabelled} files are not in the manifest, and not counted below."
    if not graded:
        return
    yield "\nWith 95% intervals:"
    rows = [("all calls", *accuracy(grade for _, grade in graded).cells())]
    for column in BY:
        for value, found in accuracy_by(column, graded).items():
            rows.append((f"{column} {value}", *found.cells()))
    yield aligned(("", *HEADINGS), rows)
