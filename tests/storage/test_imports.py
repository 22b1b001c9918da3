from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from directory.model import Directory
from switchboard.errors import StorageError
from switchboard.storage import imports as imports_module
from switchboard.storage.changes import history
from switchboard.storage.directories import load_directory, load_snapshot
from switchboard.storage.faults import StaleError
from switchboard.storage.imports import apply_import, imports, outcome_of, source_of
from switchboard.storage.reviews import reviews, verdicts
from switchboard.storage.store import Store
from tests.storage.made_up import (
    ADDED,
    DIRECTORY,
    MOVED,
    SOURCE,
    TRIMMED,
    TWO_WILLS,
    WHICH_NUMBER,
    WILL,
    outcome,
)

NOON = datetime(2031, 5, 6, 12, 0, tzinfo=UTC)


def test_an_import_is_remembered_with_its_source_and_counts(store: Store) -> None:
    record = apply_import(store, outcome(DIRECTORY, TWO_WILLS), SOURCE, at=NOON)
    assert imports(store) == (record,)
    assert (record.at, record.source) == (NOON, SOURCE)
    assert (record.people, record.departments, record.rows_read) == (2, 1, 5)
    assert (record.added, record.changed, record.moved, record.left) == (1, 0, 1, 0)
    assert (record.cleansed, record.skipped, record.reviews) == (1, 1, 1)


def test_what_an_import_found_can_be_reported_again_later(store: Store) -> None:
    found = outcome(DIRECTORY, TWO_WILLS, WHICH_NUMBER)
    record = apply_import(store, found, SOURCE)
    stored = outcome_of(store, record.id)
    assert stored.cleansings == (TRIMMED,)
    assert stored.skipped == found.skipped
    assert stored.unmapped == found.unmapped
    assert stored.changes == (ADDED, MOVED)
    assert set(stored.reviews) == {TWO_WILLS, WHICH_NUMBER}
    assert stored.directory == DIRECTORY
    assert stored.rows_read == found.rows_read


def test_without_an_import_there_is_nothing_to_report(store: Store) -> None:
    with pytest.raises(StorageError, match="switchboard directory import"):
        outcome_of(store)
    with pytest.raises(StorageError, match="no import 7"):
        outcome_of(store, 7)


def test_an_entry_keeps_its_history_with_who_and_when(store: Store) -> None:
    record = apply_import(store, outcome(), SOURCE, at=NOON)
    (past,) = history(store, "p2")
    assert past.change == MOVED
    assert (past.at, past.actor, past.import_id, past.review) == (NOON, "ada", record.id, None)


def test_only_the_last_imports_keep_their_single_cleansing_changes(store: Store) -> None:
    ids = [apply_import(store, outcome(), SOURCE, cleansings_kept=2).id for _ in range(3)]
    assert [len(outcome_of(store, number).cleansings) for number in ids] == [0, 1, 1]
    assert [record.cleansed for record in imports(store)] == [1, 1, 1]
    assert outcome_of(store, ids[0]).changes == (ADDED, MOVED)


def test_an_import_of_an_outdated_directory_is_refused_whole(store: Store) -> None:
    revision = load_snapshot(store).revision
    apply_import(store, outcome(), SOURCE, revision=revision)
    with pytest.raises(StaleError):
        apply_import(store, outcome(Directory(), TWO_WILLS), SOURCE, revision=revision)
    assert load_directory(store) == DIRECTORY
    assert len(imports(store)) == 1
    assert reviews(store) == ()


def test_a_fault_half_way_leaves_the_old_directory_whole(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply_import(store, outcome(DIRECTORY, TWO_WILLS), SOURCE)
    before = load_snapshot(store), reviews(store), imports(store)

    def break_down(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(imports_module, "replace_open", break_down)
    after = Directory(people=(replace(WILL, extension="5009"),))
    with pytest.raises(RuntimeError):
        apply_import(store, outcome(after, WHICH_NUMBER), SOURCE)
    assert (load_snapshot(store), reviews(store), imports(store)) == before


KILLED_HALF_WAY = """
import sys, time
from directory.model import Directory
from switchboard.storage import imports
from switchboard.storage.store import open_store
from tests.storage.made_up import SOURCE, outcome

def stall(*_):
    print("half-way", flush=True)
    time.sleep(600)

imports.replace_open = stall
imports.apply_import(open_store(sys.argv[1]), outcome(Directory()), SOURCE)
"""


def test_a_program_killed_half_way_leaves_the_old_directory_whole(
    store: Store, database_url: str
) -> None:
    apply_import(store, outcome(), SOURCE)
    with subprocess.Popen(
        [sys.executable, "-c", KILLED_HALF_WAY, database_url],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == b"half-way\n"
        os.kill(program.pid, signal.SIGKILL)
    assert load_directory(store) == DIRECTORY
    assert len(imports(store)) == 1
    # And nothing stays locked.
    apply_import(store, outcome(Directory()), SOURCE)
    assert load_directory(store) == Directory()


def test_open_reviews_are_replaced_by_those_of_the_next_import(store: Store) -> None:
    apply_import(store, outcome(DIRECTORY, TWO_WILLS), SOURCE)
    apply_import(store, outcome(DIRECTORY, WHICH_NUMBER), SOURCE)
    assert [(review.item, review.verdict) for review in reviews(store)] == [(WHICH_NUMBER, None)]
    assert verdicts(store) == {}


def test_the_digest_of_an_import_is_that_of_its_files(tmp_path: Path) -> None:
    people, departments = tmp_path / "people.csv", tmp_path / "departments.csv"
    people.write_bytes(b"a")
    departments.write_bytes(b"b")
    source = source_of(people, departments, actor="ada")
    assert source.file_name == "people.csv"
    assert source.digest == sha256(b"a").hexdigest()
    assert source.departments_file == "departments.csv"
    assert source.departments_digest == sha256(b"b").hexdigest()
    assert source_of(people).departments_digest == ""
