from __future__ import annotations

from directory.summary import summary_of
from switchboard.storage.import_summaries import changes_of, import_summary
from switchboard.storage.imports import apply_import, outcome_of
from switchboard.storage.store import Store
from tests.storage.made_up import ADDED, DIRECTORY, MOVED, SOURCE, WHICH_NUMBER, outcome


def test_an_import_is_summed_up_by_the_database_as_its_outcome_is(store: Store) -> None:
    record = apply_import(store, outcome(DIRECTORY, WHICH_NUMBER), SOURCE)
    summary = import_summary(store, record.id)
    assert summary == summary_of(outcome_of(store, record.id))
    assert summary is not None
    assert (summary.rows_read, summary.change_total, summary.findings) == (5, 2, 1)


def test_the_changes_of_an_import_are_read_some_at_a_time(store: Store) -> None:
    record = apply_import(store, outcome(DIRECTORY), SOURCE)
    assert changes_of(store, record.id) == (ADDED, MOVED)
    assert changes_of(store, record.id, limit=1, offset=1) == (MOVED,)


def test_an_import_that_never_was_has_no_summary(store: Store) -> None:
    assert import_summary(store, 7) is None
