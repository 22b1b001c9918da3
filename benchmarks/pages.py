"""How long the admin's pages take with 50,000 people and 500,000 calls behind them, on SQLite and
on PostgreSQL; and how fast stored transcripts are decided again under a draft."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import pytest
from flask.testing import FlaskClient

from benchmarks.made_up_calls import fill_calls
from benchmarks.organisation.export import write_organisation
from benchmarks.result import Section
from benchmarks.routing_run import percentile
from benchmarks.speed import organisation_plan
from directory.importing import run_import
from directory.model import Directory
from directory.outcome import ImportOutcome
from directory.search import name_of
from directory.tabular import read_table
from grammar.text import normalise
from switchboard.admin.app import create_app
from switchboard.admin.current import background
from switchboard.gaps import replaying
from switchboard.gaps.detecting import detect
from switchboard.gaps.parts import parts_of
from switchboard.settings import default_settings
from switchboard.storage import users
from switchboard.storage.additions import AddedAlias, add_alias
from switchboard.storage.call_hours import count_all
from switchboard.storage.directories import load_directory
from switchboard.storage.grammars import draft_grammar, publish_grammar
from switchboard.storage.imports import apply_import, source_of
from switchboard.storage.sign_ins import begin_session
from switchboard.storage.store import Store, open_store
from switchboard.storage.users import Role
from tests.servers import postgresql

PEOPLE = 50_000
CALLS = 500_000
DAYS = 228
"""At 800,000 calls a year."""
PAGE_MS = 200.0
TYPING_MS = 50.0
REPLAYED_A_SECOND = 100.0

_ENTRIES = 5_000
"""Whom callers ask for: most of a directory is never called."""
_TIMES = 40
_LOOKED_AT = timedelta(days=7)
"""Calls in which gaps have been looked for before the pages are asked for."""
_LOOKS_S = 600.0

PAGES = {
    "home": "/",
    "directory, found": "/directory?q=smith",
    "entry": "/directory/entry/{entry}",
    "imports": "/imports",
    "import, its changes": "/imports/1?page=7",
    "reviews": "/reviews",
    "grammar": "/grammar",
    "coverage": "/grammar/coverage",
    "voice": "/voices",
    "console": "/console",
    "console, renewed": "/console/part",
    "reports, 30 days": "/reports",
    "reports, all days": "/reports?from={first}",
    "highlight report": "/reports/monthly",
    "audit log": "/audit",
    "gaps": "/gaps",
    "draft": "/gaps/draft",
}
"""The gaps late: they have calls looked at beside the pages, which then share the processor."""
TYPED = {
    "directory, as you type": "/directory/search?q={typed}",
    "console, as you type": "/console/search?q={typed}",
}
_TYPED = ("s", "sm", "smi", "smith", "jane s", "jane smith", "plan", "hous", "50", "6012", "xyzzy")


@dataclass(frozen=True, slots=True)
class Filled:
    """A database of the benchmark; how long its calls took to store, and to count by the hour."""

    store: Store
    stored_s: float
    counted_s: float
    hours: int


def sections(people: int = PEOPLE, count: int = CALLS) -> list[Section]:
    """The pages on SQLite and on PostgreSQL, and replays on SQLite."""
    found: list[Section] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        outcome = _directory(folder, people)
        for url in _urls(stack, folder):
            store = open_store(url)
            stack.callback(store.close)
            filled = _filled(store, folder, outcome, count)
            found.append(_pages(filled, people, count))
            if store.engine.dialect.name == "sqlite":
                found.append(_replays(store, people))
    return found


def _urls(stack: ExitStack, folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder}/bench.db"
    try:
        yield stack.enter_context(postgresql()) % "postgres"
    except pytest.skip.Exception as reason:
        click.echo(f"Pages on PostgreSQL are left out: {reason}", err=True)


def _directory(folder: Path, people: int) -> ImportOutcome:
    write_organisation(folder, people=people, seed=1)
    return run_import(
        read_table(folder / "staff.csv"),
        read_table(folder / "departments.csv"),
        mapping={},
        plan=organisation_plan(people),
        previous=Directory(),
        verdicts={},
        today=date.today(),
        progress=None,
    )


def _filled(store: Store, folder: Path, outcome: ImportOutcome, count: int) -> Filled:
    source = source_of(folder / "staff.csv", folder / "departments.csv", actor="bench")
    apply_import(store, outcome, source)
    version = publish_grammar(store, draft_grammar(store), actor="bench").version
    called = [(each.key, normalise(name_of(each))) for each in load_directory(store).people]
    began = time.perf_counter()
    fill_calls(
        store,
        count,
        DAYS,
        entries=called[:_ENTRIES],
        version=version,
        ends=datetime.now(UTC),
    )
    stored = time.perf_counter() - began
    began = time.perf_counter()
    hours = count_all(store)
    counted = time.perf_counter() - began
    parts = parts_of(store, default_settings())
    detect(store, parts, since=datetime.now(UTC) - _LOOKED_AT)
    return Filled(store, stored, counted, hours)


def _pages(filled: Filled, people: int, count: int) -> Section:
    """Times every page `_TIMES` times through the application, without a network."""
    rows = []
    data = {}
    kind = "PostgreSQL" if filled.store.engine.dialect.name == "postgresql" else "SQLite"
    for name, both in _timed(filled.store).items():
        reach = TYPING_MS if name in TYPED else PAGE_MS
        times, cpu = zip(*both, strict=True)
        p50, p95, busy = percentile(times, 50), percentile(times, 95), percentile(cpu, 95)
        rows.append((name, f"{reach:g} ms", f"{p50:.0f} ms", f"{p95:.0f} ms", f"{busy:.0f} ms"))
        data[name] = {"p50_ms": p50, "p95_ms": p95, "cpu_p95_ms": busy}
    data["load"] = {"1_minute": os.getloadavg()[0]}
    return Section(
        f"Pages of the admin on {kind}",
        f"{people:,} people and {count:,} calls of {DAYS} days; each page {_TIMES} times, warm, "
        f"one at a time; load of the machine at the end {os.getloadavg()[0]:.1f}. Storing the "
        f"calls took {filled.stored_s:.0f} s; counting {filled.hours:,} hours of them, which "
        f"happens once, {filled.counted_s:.0f} s. CPU is of this process alone.",
        ("page", "reach (p95)", "p50", "p95", "CPU (p95)"),
        tuple(rows),
        data,
    )


def _timed(store: Store) -> dict[str, list[tuple[float, float]]]:
    client = _signed_in(store)
    entry = next(each.key for each in load_directory(store).people if each.extension)
    values = {"entry": entry, "first": (date.today() - timedelta(days=DAYS)).isoformat()}
    taken: dict[str, list[tuple[float, float]]] = {}
    for name, address in TYPED.items():
        _ask(client, address.format(typed=_TYPED[0]))
        typed = itertools.islice(itertools.cycle(_TYPED), _TIMES)
        taken[name] = [_ask(client, address.format(typed=each)) for each in typed]
    for name, address in PAGES.items():
        _ask(client, address.format(**values))  # what is made once for all pages
        taken[name] = [_ask(client, address.format(**values)) for _ in range(_TIMES)]
    with client.application.app_context():
        if not background().settled(_LOOKS_S):
            raise RuntimeError("gaps are still being looked for")
    return taken


def _ask(client: FlaskClient, address: str) -> tuple[float, float]:
    """Milliseconds that the answer takes, by the clock and of the processor."""
    began, busy = time.perf_counter(), time.process_time()
    answer = client.get(address)
    took, spent = time.perf_counter() - began, time.process_time() - busy
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status}")
    return 1000 * took, 1000 * spent


def _signed_in(store: Store) -> FlaskClient:
    user = users.add_user(store, "bench", Role.ADMINISTRATOR, actor="bench")
    client = create_app(store, default_settings()).test_client()
    with client.session_transaction() as cookie:
        cookie["secret"] = begin_session(store, user, "127.0.0.1", at=datetime.now(UTC))
    return client


def _replays(store: Store, people: int) -> Section:
    """Decides the newest stored calls again, under a draft that has one alias more."""
    asked_for = next(each.key for each in load_directory(store).people if each.extension)
    add_alias(store, AddedAlias(asked_for, "the bin men"), actor="bench")
    parts = parts_of(store, default_settings())
    draft = draft_grammar(store)
    began = time.perf_counter()
    parts.published()
    parts.judge(draft)
    ready = time.perf_counter() - began
    number = replaying.begin(store, draft, actor="bench")
    began = time.perf_counter()
    done = replaying.run(parts, draft, number)
    took = time.perf_counter() - began
    a_second = done.done / took
    row = (
        f"{done.done:,}", f"{REPLAYED_A_SECOND:g} a second", f"{a_second:.0f} a second",
        f"{took:.0f} s", f"{ready:.0f} s",
    )  # fmt: skip
    return Section(
        "Replays of stored transcripts",
        "The newest calls that went well, decided again as text under a draft with one alias "
        f"more, on SQLite, one thread, {people:,} people; load of the machine at the end "
        f"{os.getloadavg()[0]:.1f}. The last column is making both grammars ready, once before.",
        ("calls", "reach", "replayed", "took", "made ready in"),
        (row,),
        {"calls": done.done, "a_second": a_second, "seconds": took, "ready_seconds": ready},
    )
