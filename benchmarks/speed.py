"""How long matching takes against small and large directories, and an import of many rows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.organisation.export import write_organisation
from benchmarks.organisation.number_plan import plan_for
from benchmarks.result import Section
from benchmarks.routing_run import percentile
from benchmarks.synthetic_calls import imported_grammar
from directory.importing import run_import
from directory.model import Directory
from directory.number_plan import Block, NumberPlan
from directory.tabular import read_table
from grammar.calibration import Calibration, shipped
from grammar.hearing import FormEvidence
from grammar.matching import Matcher
from switchboard.recognition.port import Recognition

SIZES = {1_000: 2.0, 10_000: 5.0, 100_000: 20.0}
"""Entries, and the milliseconds that the 95th percentile is to stay within."""

SCORED = 30
"""Texts with acoustic evidence, as an engine gives them."""

IMPORTED_ROWS = 50_000
IMPORT_SECONDS = 30.0


def matching(heard: Sequence[Recognition], sizes: dict[int, float] | None = None) -> Section:
    """Times matching what was really heard against made-up organisations of several sizes."""
    rows, data = [], {}
    for size, reach in (sizes or SIZES).items():
        with TemporaryDirectory() as folder:
            write_organisation(Path(folder), people=size, seed=1)
            started = time.perf_counter()
            grammar = imported_grammar(Path(folder), organisation_plan(size))
            matcher = Matcher(grammar)
            built = time.perf_counter() - started
        times = [_timed(matcher, recognition) for recognition in heard]
        p50, p95 = percentile(times, 50), percentile(times, 95)
        data[str(size)] = {"p50_ms": p50, "p95_ms": p95, "build_s": built}
        rows.append(
            (f"{len(grammar.entries):,}", f"{len(grammar.forms):,}", f"{reach:g} ms",
             f"{p50:.1f} ms", f"{p95:.1f} ms", f"{built:.0f} s")
        )  # fmt: skip
    about = (
        f"Matching {len(heard)} recognitions, with acoustic evidence for the {SCORED} nearest "
        "texts, one thread, wall-clock. The last column: import, cleansing and grammar."
    )
    headings = ("entries", "spoken forms", "reach (p95)", "p50", "p95", "built in")
    return Section("Matching", about, headings, tuple(rows), data)


def organisation_plan(people: int) -> NumberPlan:
    """The number plan of a made-up organisation, as cleansing takes it."""
    made = plan_for(people)
    first, last = str(made.extensions[0]), str(made.extensions[-1])
    direct = made.direct_line(first).removesuffix(first)
    return NumberPlan((Block(direct, made.digits, first, last),), region="GB", area_code="20")


def _timed(matcher: Matcher, heard: Recognition) -> float:
    """Milliseconds that one match takes."""
    evidence = _evidence(matcher, heard)
    calibration = _calibration(heard)
    started = time.perf_counter()
    matcher.match(heard.hypotheses, evidence, heard.speech_probability, calibration)
    return 1000 * (time.perf_counter() - started)


def _evidence(matcher: Matcher, heard: Recognition) -> list[FormEvidence]:
    """What the engine found, moved to the texts of another organisation."""
    found = matcher.hear(heard.hypotheses)
    nearest = [
        matcher.index.said[int(found.similarities.texts[column])].text
        for column in found.order()[:SCORED]
    ]
    return [replace(item, text=text) for item, text in zip(heard.evidence, nearest, strict=False)]


def _calibration(heard: Recognition) -> Calibration:
    return shipped()[heard.engine]


def importing(rows: int = IMPORTED_ROWS) -> Section:
    """Times reading and cleansing a large export on one core: for the first time, and once more."""
    table: list[tuple[str, ...]] = []
    data: dict[str, dict[str, float]] = {}
    directory = Directory((), ())
    with TemporaryDirectory() as folder:
        write_organisation(Path(folder), people=rows, seed=1)
        for which in ("first", "next"):
            started, cpu = time.perf_counter(), time.process_time()
            outcome = run_import(
                read_table(Path(folder) / "staff.csv"),
                read_table(Path(folder) / "departments.csv"),
                mapping={},
                plan=organisation_plan(rows),
                previous=directory,
                verdicts={},
                today=date.today(),
                progress=None,
            )
            took, cpu = time.perf_counter() - started, time.process_time() - cpu
            directory, read = outcome.directory, outcome.rows_read
            spent = (f"{took:.1f} s", f"{cpu:.1f} s")
            table.append((which, f"{read:,}", f"{IMPORT_SECONDS:g} s", *spent))
            data[which] = {"rows": read, "seconds": took, "cpu_seconds": cpu}
    return Section(
        "Import",
        "Reading and cleansing a dirty CSV, storage not included; then the same once more.",
        ("import", "rows", "reach", "took", "CPU"),
        tuple(table),
        data,
    )
