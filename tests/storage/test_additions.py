from __future__ import annotations

import pytest

from grammar.model import CarrierPhrase
from switchboard.errors import StorageError
from switchboard.storage.additions import (
    AddedAlias,
    add_alias,
    add_carrier,
    aliases,
    carriers,
    pronunciations,
    remove_alias,
    remove_carrier,
    set_pronunciation,
)
from switchboard.storage.imports import apply_import
from switchboard.storage.store import Store
from tests.storage.made_up import SOURCE, outcome


@pytest.fixture
def filled(store: Store) -> Store:
    apply_import(store, outcome(), SOURCE)
    return store


@pytest.mark.parametrize("entry", ["p1", "d1"])
def test_an_alias_can_be_added_to_a_person_or_a_department_and_removed(
    filled: Store, entry: str
) -> None:
    alias = AddedAlias(entry, "the tree people")
    assert add_alias(filled, alias, actor="ada")
    assert not add_alias(filled, alias)
    assert aliases(filled) == (alias,)
    assert remove_alias(filled, alias)
    assert not remove_alias(filled, alias)
    assert aliases(filled) == ()


def test_an_alias_for_nobody_is_refused(filled: Store) -> None:
    with pytest.raises(StorageError, match="switchboard directory search"):
        add_alias(filled, AddedAlias("p99", "the tree people"))


def test_aliases_outlive_the_next_import(filled: Store) -> None:
    alias = AddedAlias("p1", "the tree people")
    add_alias(filled, alias)
    apply_import(filled, outcome(), SOURCE)
    assert aliases(filled) == (alias,)


def test_one_text_may_be_an_alias_of_two_entries(filled: Store) -> None:
    both = (AddedAlias("d1", "trees"), AddedAlias("p1", "trees"))
    for alias in both:
        add_alias(filled, alias)
    assert aliases(filled) == both


def test_a_carrier_phrase_can_be_added_and_removed(store: Store) -> None:
    before, after = CarrierPhrase("i was after", "before"), CarrierPhrase("ta", "after")
    assert add_carrier(store, before)
    assert add_carrier(store, after)
    assert not add_carrier(store, before)
    assert set(carriers(store)) == {before, after}
    assert remove_carrier(store, before)
    assert not remove_carrier(store, before)
    assert carriers(store) == (after,)


def test_a_carrier_phrase_stands_before_or_after_the_name(store: Store) -> None:
    with pytest.raises(StorageError, match="before or after"):
        add_carrier(store, CarrierPhrase("whatever", "beside"))


def test_a_pronunciation_is_kept_as_typed_and_can_be_changed_and_taken_back(store: Store) -> None:
    set_pronunciation(store, "featherstonehaugh", "fan-shaw", actor="ada")
    set_pronunciation(store, "siobhan", "ʃɪˈvɔːn")
    set_pronunciation(store, "featherstonehaugh", "fanshaw")
    assert pronunciations(store) == {"featherstonehaugh": "fanshaw", "siobhan": "ʃɪˈvɔːn"}
    set_pronunciation(store, "siobhan", None)
    assert pronunciations(store) == {"featherstonehaugh": "fanshaw"}
