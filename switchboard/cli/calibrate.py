"""`switchboard calibrate`: make probabilities mean what they say, on calls of one's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from grammar.calibration import (
    Calibration,
    CalibrationError,
    OtherVersionError,
    dump,
    load,
)
from grammar.matching import Matcher
from switchboard.audio.files import read_audio
from switchboard.audio.utterances import Speech, find_utterance
from switchboard.cli.engine_options import engine_option, workers_option
from switchboard.cli.options import database_option, settings_option
from switchboard.cli.unwritable import unwritable
from switchboard.errors import AudioError, UserError
from switchboard.measures.accuracy import HEADINGS, accuracy
from switchboard.measures.calibrating import (
    Evaluation,
    Heard,
    cross_validated,
    evaluate,
    fitted,
    group_of,
)
from switchboard.measures.manifest import Labelled, labels_of_nobody, read_manifest
from switchboard.measures.reliability import HEADINGS as RELIABILITY_HEADINGS
from switchboard.measures.reliability import bins, calibration_error
from switchboard.measures.tables import aligned
from switchboard.recognition.outcome import RecognitionFailed
from switchboard.recognition.recognisers import Recognisers
from switchboard.settings import Settings
from switchboard.wiring import UNHURRIED, calibrations_of, endpoints, grammar_in_force, recognisers

FEWEST = 50
"""Labelled calls below which the weights say more about chance than about callers."""


@click.command("calibrate")
@click.argument("labelled_file", type=click.Path(path_type=Path), metavar="LABELLED")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the calibration there, for [decision] calibration in the settings.",
)
@engine_option
@workers_option
@database_option
@settings_option
def command(
    labelled_file: Path,
    *,
    out: Path | None,
    engine: str | None,
    workers: int | None,
    database: str | None,
    settings: Settings,
) -> None:
    """Fit the probabilities on LABELLED: a manifest with columns file and expected.

    With a column speaker or voice, every call is judged by weights fitted on other speakers.
    """
    rows = read_manifest(labelled_file).rows
    if out is not None and len(rows) < FEWEST:
        raise UserError(
            f"{len(rows)} labelled calls are too few to calibrate on; give at least {FEWEST}, "
            "some hundreds are better."
        )
    held = _held(out) if out else {}
    grammar = grammar_in_force(database, settings)
    if remark := labels_of_nobody(rows, grammar):
        click.echo(f"switchboard: {remark}", err=True)
    workers = workers or settings.recognition.workers
    engines = recognisers(settings, grammar, engine=engine, workers=workers, limits=UNHURRIED)
    with closing(engines):
        calls = _hear(rows, engines, settings, workers)
        name = engines.engine
    matcher = Matcher(grammar)
    costs = settings.decision.costs()
    held_out = cross_validated(calls, matcher)
    evaluations = []
    old = _in_use(settings).get(name)
    if old is not None:
        evaluations.append(("before", evaluate(calls, matcher, costs, lambda _: old)))
    new = evaluate(calls, matcher, costs, held_out)
    evaluations.append(("after, on speakers held out", new))
    for line in _report(name, evaluations):
        click.echo(line)
    if out is None:
        click.echo("\nNothing was written; --out FILE keeps the new calibration.")
    else:
        _write(out, {**held, name: fitted(calls, matcher)})
        click.echo(f'\nWritten to {out}; use it with [decision] calibration = "{out}".')


def _in_use(settings: Settings) -> dict[str, Calibration]:
    """The calibrations that the settings give; none if they are of another version, since to
    mend that is what this command is for."""
    try:
        return calibrations_of(settings)
    except CalibrationError as error:
        click.echo(f"switchboard: {error}", err=True)
        return {}


def _hear(
    rows: Sequence[Labelled], engines: Recognisers, settings: Settings, workers: int
) -> list[Heard]:
    """Recognise all; files that can't be used are told and left out."""

    def hear(row: Labelled) -> Heard | str:
        try:
            audio = read_audio(row.path)
        except AudioError as error:
            return str(error)
        found = find_utterance(audio.samples, audio.rate, endpoints(settings))
        group = group_of(row.columns, row.file)
        if not isinstance(found, Speech):
            return Heard(row.expected, group, None)
        heard = engines.recognise(found.utterance, engines.version)
        if isinstance(heard, RecognitionFailed):
            return f"{row.file} could not be recognised ({heard.reason.value})"
        second = engines.second_opinion(found.utterance, engines.version, heard)
        return Heard(row.expected, group, heard, second)

    calls = []
    with ThreadPoolExecutor(workers) as executor:
        outcomes = executor.map(hear, rows)
        console = Console(stderr=True)
        for outcome in track(outcomes, "Recognising", len(rows), console=console, transient=True):
            if isinstance(outcome, str):
                click.echo(f"switchboard: {outcome}; left out", err=True)
            else:
                calls.append(outcome)
    return calls


def _report(engine: str, evaluations: Sequence[tuple[str, Evaluation]]) -> Iterator[str]:
    last = evaluations[-1][1]
    yield f"Reliability of {engine} on speakers held out: of the calls in a row, how many of the"
    yield "best candidates were meant (95% intervals)."
    yield aligned(RELIABILITY_HEADINGS, (each.cells() for each in bins(last.foretold)))
    yield "Mean gap between foretold and come true: " + ", ".join(
        f"{calibration_error(found.foretold):.1%} {name}" for name, found in evaluations
    )
    yield ""
    yield aligned(
        ("", *HEADINGS), [(name, *accuracy(found.grades).cells()) for name, found in evaluations]
    )


def _held(out: Path) -> dict[str, Calibration]:
    """What a file holds for other engines. Raises UserError where it is no calibration: nobody
    means to lose the manifest or a list of staff."""
    try:
        with out.open("ab"):  # now: not after a minute's work
            pass
    except OSError as error:
        raise unwritable(out, error, "--out") from error
    if out.stat().st_size == 0:
        return {}
    try:
        return load(out.read_text(encoding="utf-8"))
    except OtherVersionError:
        return {}
    except (OSError, UnicodeDecodeError, CalibrationError) as error:
        raise UserError(
            f"{out} is there already and holds no calibration; name another file in --out."
        ) from error


def _write(out: Path, calibrations: Mapping[str, Calibration]) -> None:
    """Whole or not at all."""
    beside = out.with_name(f".{out.name}.new")
    try:
        beside.write_text(dump(calibrations), encoding="utf-8")
        beside.replace(out)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise unwritable(out, error, "--out") from error
