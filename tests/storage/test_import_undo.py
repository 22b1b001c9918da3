from __future__ import annotations

from dataclasses import replace

import pytest

from directory.changes import change_set
from directory.model import Directory
from directory.outcome import Verdict
from switchboard.errors import StorageError
from switchboard.storage.changes import history
from switchboard.storage.deciding import decide
from switchboard.storage.directories import load_directory
from switchboard.storage.import_undo import can_be_undone, undo_last
from switchboard.storage.imports import apply_import
from switchboard.storage.reviews import reviews
from switchboard.storage.store import Store
from tests.storage.made_up import (
    DIRECTORY,
    JANE,
    SOURCE,
    TWO_WILLS,
    WHICH_NUMBER,
    WILL,
    outcome,
)

LATER = replace(outcome(Directory(people=(replace(WILL, extension="5009"),))), changes=())


def test_the_directory_and_the_open_questions_are_as_before(store: Store) -> None:
    apply_import(store, outcome(DIRECTORY, WHICH_NUMBER), SOURCE)
    record = apply_import(store, replace(LATER, reviews=(TWO_WILLS,)), SOURCE)
    assert can_be_undone(store) == record.id
    changes = undo_last(store, record.id, actor="ada")
    assert load_directory(store) == DIRECTORY
    assert [each.item for each in reviews(store)] == [WHICH_NUMBER]
    assert changes == change_set(LATER.directory, DIRECTORY)
    assert history(store, JANE.key)[-1].actor == "ada"


def test_what_was_decided_about_the_import_is_undecided(store: Store) -> None:
    apply_import(store, outcome(DIRECTORY, WHICH_NUMBER), SOURCE)
    record = apply_import(store, outcome(DIRECTORY, WHICH_NUMBER), SOURCE)
    decide(store, [WHICH_NUMBER.key], Verdict.REFUSED)
    undo_last(store, record.id)
    assert [each.verdict for each in reviews(store)] == [None]


def test_only_the_last_import_is_undone_and_once(store: Store) -> None:
    first = apply_import(store, outcome(), SOURCE)
    second = apply_import(store, LATER, SOURCE)
    with pytest.raises(StorageError, match="Only the last import"):
        undo_last(store, first.id)
    undo_last(store, second.id)
    assert can_be_undone(store) is None
    with pytest.raises(StorageError, match="once"):
        undo_last(store, second.id)
    assert load_directory(store) == DIRECTORY


def test_the_first_import_is_undone_to_an_empty_directory(store: Store) -> None:
    record = apply_import(store, outcome(), SOURCE)
    undo_last(store, record.id)
    assert load_directory(store) == Directory()
