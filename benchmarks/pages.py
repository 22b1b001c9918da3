"""How long the admin's pages take with 50,000 people and 500,000 calls behind them."""

from __future__ import annotations

import itertools
import random
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from benchmarks.organisation.export import write_organisation
from benchmarks.result import Section
from benchmarks.routing_run import percentile
from benchmarks.speed import organisation_plan
from directory.importing import run_import
from directory.model import Directory
from directory.tabular import read_table
from switchboard.admin.app import create_app
from switchboard.settings import default_settings
from switchboard.storage import users
from switchboard.storage.call_hours import count_all
from switchboard.storage.calls import hour_of
from switchboard.storage.directories import load_directory
from switchboard.storage.grammars import draft_grammar, publish_grammar
from switchboard.storage.imports import apply_import, source_of
from switchboard.storage.sign_ins import begin_session
from switchboard.storage.store import Store, open_store
from switchboard.storage.tables import call_notes, calls, transfers, turn_evidence, turns
from switchboard.storage.users import Role

PEOPLE = 50_000
CALLS = 500_000
DAYS = 228
"""At 800,000 calls a year."""
PAGE_MS = 200.0
TYPING_MS = 50.0
_TIMES = 40
_CHUNK = 5_000

PAGES = {
    "home": "/",
    "directory, found": "/directory?q=smith",
    "entry": "/directory/entry/{entry}",
    "imports": "/imports",
    "reviews": "/reviews",
    "gaps": "/gaps",
    "grammar": "/grammar",
    "console": "/console",
    "console, renewed": "/console/part",
    "reports, 30 days": "/reports",
    "reports, all days": "/reports?from={first}",
    "highlight report": "/reports/monthly",
    "audit log": "/audit",
}
TYPED = {
    "directory, as you type": "/directory/search?q={typed}",
    "console, as you type": "/console/search?q={typed}",
}
_TYPED = ("s", "sm", "smi", "smith", "jane s", "jane smith", "plan", "hous", "50", "6012", "xyzzy")


def pages(people: int = PEOPLE, count: int = CALLS, url: str | None = None) -> Section:
    """Times every page `_TIMES` times through the application, without a network."""
    with TemporaryDirectory() as folder:
        store = open_store(url or f"sqlite:///{folder}/bench.db")
        try:
            _fill_directory(store, Path(folder), people)
            began = time.perf_counter()
            _fill_calls(store, count)
            filled = time.perf_counter() - began
            began = time.perf_counter()
            hours = count_all(store)
            counted = time.perf_counter() - began
            taken = _timed(store)
            kind = store.engine.dialect.name
        finally:
            store.close()
    rows = []
    data = {}
    for name, both in taken.items():
        reach = TYPING_MS if name in TYPED else PAGE_MS
        times, cpu = zip(*both, strict=True)
        p50, p95, busy = percentile(times, 50), percentile(times, 95), percentile(cpu, 95)
        rows.append((name, f"{reach:g} ms", f"{p50:.0f} ms", f"{p95:.0f} ms", f"{busy:.0f} ms"))
        data[name] = {"p50_ms": p50, "p95_ms": p95, "cpu_p95_ms": busy}
    return Section(
        f"Pages of the admin on {kind}",
        f"{people:,} people and {count:,} calls of {DAYS} days; each page {_TIMES} times, warm, "
        f"one at a time. Filling took {filled:.0f} s; counting {hours:,} hours of calls, which "
        f"happens once, {counted:.0f} s. CPU is of this process alone.",
        ("page", "reach (p95)", "p50", "p95", "CPU (p95)"),
        tuple(rows),
        data,
    )


def _timed(store: Store) -> dict[str, list[tuple[float, float]]]:
    client = _signed_in(store)
    entry = next(each.key for each in load_directory(store).people if each.extension)
    values = {"entry": entry, "first": (date.today() - timedelta(days=DAYS)).isoformat()}
    taken: dict[str, list[tuple[float, float]]] = {}
    for name, address in PAGES.items():
        _ask(client, address.format(**values))  # what is made once for all pages
        taken[name] = [_ask(client, address.format(**values)) for _ in range(_TIMES)]
    for name, address in TYPED.items():
        typed = itertools.islice(itertools.cycle(_TYPED), _TIMES)
        taken[name] = [_ask(client, address.format(typed=each)) for each in typed]
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


def _fill_directory(store: Store, folder: Path, people: int) -> None:
    write_organisation(folder, people=people, seed=1)
    staff, departments = folder / "staff.csv", folder / "departments.csv"
    outcome = run_import(
        read_table(staff),
        read_table(departments),
        mapping={},
        plan=organisation_plan(people),
        previous=Directory(),
        verdicts={},
        today=date.today(),
        progress=None,
    )
    apply_import(store, outcome, source_of(staff, departments, actor="bench"))
    publish_grammar(store, draft_grammar(store), actor="bench")


def _fill_calls(store: Store, count: int) -> None:
    """Straight into the tables: entry by entry it would take an hour."""
    chance = random.Random(1)
    keys = [each.key for each in load_directory(store).people[:5_000]]
    ends = datetime.now(UTC)
    made = (_call(number, count, ends, keys, chance) for number in range(count))
    tables = (calls, turns, turn_evidence, transfers, call_notes)
    while chunk := list(itertools.islice(made, _CHUNK)):
        with store.writing() as connection:
            for place, table in enumerate(tables):
                rows = [each[place] for each in chunk if each[place]]
                connection.execute(sa.insert(table), rows)


def _call(
    number: int, count: int, ends: datetime, keys: list[str], chance: random.Random
) -> tuple[dict[str, Any], ...]:
    at = ends - timedelta(days=DAYS) * ((count - number) / count)
    call, entry = f"{number:032x}", chance.choice(keys)
    fell = chance.random() < 0.15
    ending = "operator" if fell else "transferred"
    later = at + timedelta(seconds=chance.uniform(6, 30))
    candidate = {"entry": entry, "name": "Jane Smith", "department": "Planning", "probability": 0.9}
    return (
        {
            "call": call, "started_at": at, "hour": hour_of(at), "channel": "phone",
            "caller_class": chance.choice(("internal", "external")),
            "caller_hash": f"{chance.randrange(40_000):032x}", "caller_number": "",
            "dialled": "5999", "grammar_version": "g1", "engine": "vosk", "worker": "w",
            "ended_at": later, "ending": ending, "reason": "", "emergency": False,
            "entry": "" if fell else entry, "fell_back_at": later if fell else None,
            "probably_wrong": chance.random() < 0.01,
        },
        {
            "call": call, "number": 1, "at": at, "prompt": "greeting", "expecting": "name",
            "outcome": "heard", "transcript": "jane smith", "keys": "", "action": "transfer",
            "reason": "sure", "options": [entry], "probability": 0.9,
        },
        {
            "call": call, "number": 1, "candidates": [candidate],
            "hypotheses": [{"text": "jane smith", "source": "free", "log_likelihood": -9.0}],
            "timings_ms": {"total": chance.uniform(100, 900)},
            "evidence": [], "speech_probability": 0.99,
        },
        {
            "call": call, "number": 1, "at": at, "to": "5001", "entry": "" if fell else entry,
            "purpose": "operator" if fell else "entry", "done_at": later, "outcome": "connected",
            "how": "refer",
        },
        {
            "call": call, "digest": f"{number:032x}", "at": later, "turn": 1, "note": "fallback",
            "entries": [], "detail": "not_understood",
        } if fell else {},
    )  # fmt: skip
