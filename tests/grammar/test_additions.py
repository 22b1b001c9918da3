from __future__ import annotations

import pytest

from grammar.additions import Collision, CollisionKind, alias_collisions, carrier_collisions
from grammar.errors import GrammarError
from grammar.telling import told
from tests.grammar.small_council import small_grammar


def kinds(collisions: tuple[Collision, ...]) -> set[CollisionKind]:
    return {collision.kind for collision in collisions}


def test_an_alias_that_nobody_has_collides_with_nothing() -> None:
    assert alias_collisions(small_grammar(), "tenancy queries", "d1") == ()


def test_an_alias_of_somebody_elses_words_names_whom_it_makes_ambiguous() -> None:
    (clash, *_) = alias_collisions(small_grammar(), "Jane Smith!", "d1")
    assert clash.kind is CollisionKind.SAME_WORDS
    assert [entry.key for entry in clash.entries] == ["3", "4"]


def test_an_alias_that_sounds_the_same_is_found_by_its_sound() -> None:
    collisions = alias_collisions(small_grammar(), "holmes", "d2")
    assert collisions[0].kind is CollisionKind.SAME_SOUND
    assert collisions[0].phrase == "homes"
    near = alias_collisions(small_grammar(), "legal service", "d1")
    assert CollisionKind.SOUNDS_LIKE in kinds(near)


def test_a_set_pronunciation_counts_for_the_sound() -> None:
    collisions = alias_collisions(small_grammar(), "fanshaw", "d2")
    assert "featherstonehaugh" in {collision.phrase for collision in collisions}


def test_an_alias_that_the_entry_has_already_is_said_to_be_there() -> None:
    assert kinds(alias_collisions(small_grammar(), "homes", "d1")) == {CollisionKind.ALREADY}


def test_a_department_may_be_called_what_else_means_the_operator() -> None:
    assert alias_collisions(small_grammar(), "reception", "d1") == ()


def test_an_alias_that_is_a_command_or_a_carrier_is_told_first() -> None:
    assert alias_collisions(small_grammar(), "operator", "d1")[0].kind is CollisionKind.COMMAND
    assert alias_collisions(small_grammar(), "reception", "2")[0].kind is CollisionKind.COMMAND
    assert CollisionKind.CARRIER in kinds(alias_collisions(small_grammar(), "good day", "d1"))


def test_a_carrier_of_both_places_is_told_once() -> None:
    grammar = small_grammar()
    assert {each.position for each in grammar.carriers if each.text == "please"} == {
        "before",
        "after",
    }
    clashes = alias_collisions(grammar, "please", "d1")
    assert [each.kind for each in clashes].count(CollisionKind.CARRIER) == 1


def test_an_alias_for_an_unknown_entry_or_without_words_is_refused() -> None:
    with pytest.raises(GrammarError, match="no entry"):
        alias_collisions(small_grammar(), "homes", "gone")
    with pytest.raises(GrammarError, match="no words"):
        alias_collisions(small_grammar(), "?", "d1")


def test_a_carrier_that_a_name_begins_with_would_swallow_it() -> None:
    (clash,) = carrier_collisions(small_grammar(), "marigold", "before")[:1]
    assert clash.kind in {CollisionKind.ERASES, CollisionKind.SWALLOWS}
    swallowed = carrier_collisions(small_grammar(), "jane", "before")
    assert "jane smith" in {collision.phrase for collision in swallowed}
    assert carrier_collisions(small_grammar(), "jane", "after") == ()


def test_a_carrier_in_the_words_of_a_name_is_told_to_erase_it() -> None:
    (clash,) = carrier_collisions(small_grammar(), "legal", "before")[:1]
    assert clash.kind is CollisionKind.ERASES
    assert "they would mean nobody any more" in told(clash)


def test_a_carrier_that_is_there_already_is_said_to_be() -> None:
    assert CollisionKind.ALREADY in kinds(
        carrier_collisions(small_grammar(), "can I speak to", "before")
    )
