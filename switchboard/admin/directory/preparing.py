"""What an uploaded directory would make of the present one, worked out beside the pages.

Cleansing 50,000 people takes a minute, so it runs in a thread of its own, and the page that waits
for it shows how far it is. Nothing is stored: the outcome is held in memory until it is applied,
and worked out anew where another process holds it or the directory has changed meanwhile.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from directory.headings import DEPARTMENTS, IGNORE, PEOPLE, map_columns
from directory.importing import run_import
from directory.leaving import mass_leaving
from directory.number_plan import NumberPlan
from directory.outcome import ImportOutcome
from directory.sources import FILE
from directory.table import Table
from directory.tabular import table_from_bytes
from switchboard.admin.beside import beside
from switchboard.storage.directories import Snapshot
from switchboard.storage.import_drafts import ImportDraft
from switchboard.storage.origins import origin_of
from switchboard.storage.reviews import verdicts
from switchboard.storage.store import Store

_PATIENCE_S = 3.0
"""How long a page waits before it shows progress instead."""
_HELD = 4
"""Outcomes held at once. Raising it takes about 100 MB each for 50,000 people."""


@dataclass(slots=True)
class Preparation:
    """How far it is: `done` of `total` rows; `outcome` once all are, and how unusually many have
    left by it, as `directory.leaving` says it."""

    revision: int
    done: int = 0
    total: int = 0
    outcome: ImportOutcome | None = None
    unusual: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an uploaded table: what it seems to hold, and its first values."""

    index: int
    heading: str
    field: str
    examples: tuple[str, ...]


@dataclass(slots=True)
class _Job:
    preparation: Preparation
    future: Future[ImportOutcome] = field(init=False)


class Preparations:
    """Those of one store."""

    def __init__(self, store: Store, plan: NumberPlan, preferred: str) -> None:
        """`preferred` as in `directory.sources.Origin`."""
        self._store = store
        self._plan = plan
        self._preferred = preferred
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._jobs: OrderedDict[object, _Job] = OrderedDict()

    def of(self, draft: ImportDraft, snapshot: Snapshot, today: date) -> Preparation:
        """How far this import is, begun if need be. Raises what reading and mapping the files do.

        Verdicts of the draft are not in the outcome: they are carried out after it is applied.
        """
        key = (draft.id, snapshot.revision, tuple(sorted(draft.mapping.items())), today)
        with self._lock:
            job = self._jobs.get(key)
            if job is None:
                job = _Job(Preparation(snapshot.revision))
                self._jobs[key] = job
                preparing = partial(self._prepare, draft, snapshot, today, job.preparation)
                job.future = beside(preparing, self._turn)
                while len(self._jobs) > _HELD:
                    self._jobs.popitem(last=False)
            self._jobs.move_to_end(key)
        try:
            job.preparation.outcome = job.future.result(timeout=_PATIENCE_S)
        except NotYet:
            pass
        except Exception:
            with self._lock:
                self._jobs.pop(key, None)
            raise
        return job.preparation

    def _prepare(
        self, draft: ImportDraft, snapshot: Snapshot, today: date, preparation: Preparation
    ) -> ImportOutcome:
        def progress(done: int, total: int) -> None:
            preparation.done, preparation.total = done, total

        people, departments = tables_of(draft)
        outcome = run_import(
            people,
            departments,
            mapping=draft.mapping,
            plan=self._plan,
            previous=snapshot.directory,
            verdicts=verdicts(self._store),
            today=today,
            progress=progress,
            origin=origin_of(self._store, snapshot, FILE, self._preferred),
        )
        preparation.unusual = mass_leaving(snapshot.directory, outcome.directory)
        return outcome


def tables_of(draft: ImportDraft) -> tuple[Table, Table | None]:
    """The tables of people and of departments in the draft's files. Raises DirectoryError."""
    content = draft.departments_content
    return (
        table_from_bytes(draft.content, draft.file_name),
        None if content is None else table_from_bytes(content, draft.departments_file),
    )


def columns_of(table: Table, mapping: Mapping[str, str], *, of_people: bool) -> tuple[Column, ...]:
    """The columns, each with the field that it gives ("": none). Raises DirectoryError."""
    known = PEOPLE if of_people else DEPARTMENTS
    fields = {index: name for name, index in map_columns(table, known, mapping)[0].items()}
    return tuple(
        Column(index, heading, fields.get(index, ""), _examples(table, index))
        for index, heading in enumerate(table.headings)
        if heading
    )


def mapping_of(columns: tuple[Column, ...], chosen: Mapping[int, str]) -> dict[str, str]:
    """Heading to field for the columns whose field was changed by hand.

    Columns that were given the same field are all in it, so that reading the table refuses them:
    a change alone would win over what was recognised, and one column be lost without a word.
    """
    times = Counter(filter(None, chosen.values()))
    return {
        column.heading: field or IGNORE
        for column in columns
        if (field := chosen[column.index]) != column.field or times[field] > 1
    }


def _examples(table: Table, index: int, most: int = 3) -> tuple[str, ...]:
    values: dict[str, None] = {}
    for row in table.rows:
        if text := row.cells[index].strip():
            values[text[:60]] = None
        if len(values) == most:
            break
    return tuple(values)
