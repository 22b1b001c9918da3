"""Accuracy on the testing half of the synthesised calls: nothing is tuned on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from benchmarks.result import Section
from benchmarks.routing_run import (
    Graded,
    cpu_seconds,
    destination_accuracy,
    numbers,
    percentile,
    share_row,
)
from benchmarks.truth import SAMPLE
from directory.importing import run_import
from directory.model import Directory
from directory.number_plan import NumberPlan
from directory.tabular import read_table
from grammar.building import build
from grammar.model import Grammar
from switchboard.measures.accuracy import HEADINGS, accuracy, accuracy_by
from switchboard.settings import default_settings

BY = ("kind", "channel", "voice")


def imported_grammar(folder: Path = SAMPLE, plan: NumberPlan | None = None) -> Grammar:
    """The grammar of an organisation as our own import makes it of its files, unreviewed."""
    outcome = run_import(
        read_table(folder / "staff.csv"),
        read_table(folder / "departments.csv"),
        mapping={},
        plan=plan or default_settings().number_plan.plan(),
        previous=Directory((), ()),
        verdicts={},
        today=date.today(),
        progress=None,
    )
    return build(outcome.directory)


def _mean_and_95th(seconds: Sequence[float]) -> str:
    return f"{sum(seconds) / max(1, len(seconds)):.2f}; {percentile(seconds, 95):.2f}"


def sections(calls: Sequence[Graded], grammar: Grammar) -> list[Section]:
    """The measures beside their aims, and accuracy by kind, channel and voice."""
    ours = destination_accuracy(call.ours for call in calls)
    peer = destination_accuracy(call.peer for call in calls)
    cpu = cpu_seconds(calls)
    about = (
        f"{len(calls)} calls of the testing half, {len(grammar.entries):,} entries, 95% intervals. "
        "Right: transferred to the destination or asked about it alone."
    )
    measures = (
        share_row("right, of calls with a destination", "right", ours, peer, "85%, then 90%"),
        share_row("right or offered among 4", "offered", ours, peer, "91%, then 95%"),
        share_row("wrong transfers, of all calls", "misrouted", ours, peer, "1%"),
        share_row("transferred with nowhere to go", "intruded", ours, peer, "2%"),
        (
            "recognition, CPU-seconds an utterance (mean; 95th percentile)",
            "0.7",
            _mean_and_95th(cpu),
            _mean_and_95th([call.peer_cpu for call in calls]),
        ),
    )
    data = {"ours": numbers(ours), "peer": numbers(peer), "cpu_seconds": cpu}
    headings = ("measure", "reach", "switchboard", "plain peer")
    found = [Section("Synthesised telephone calls", about, headings, measures, data)]
    for column in BY:
        groups = accuracy_by(column, [(call.columns, call.ours) for call in calls])
        rows = tuple((value or "-", *group.cells()) for value, group in groups.items())
        data = {value: numbers(group) for value, group in groups.items()}
        whole = accuracy(call.ours for call in calls)
        rows = (*rows, ("all", *whole.cells()))
        about = (
            "Right and offered are of all calls that lead somewhere: requests for the operator "
            "and calls that ought to be asked about are among them."
        )
        title = f"Synthesised calls by {column}"
        found.append(Section(title, about, (column, *HEADINGS), rows, data))
    return found
