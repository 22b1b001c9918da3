from __future__ import annotations

from dataclasses import replace

from directory.model import Directory, Person
from grammar.building import build
from grammar.coverage import Unreachable, coverage_gaps, orphans
from tests.grammar.small_council import small_grammar


def reasons(*people: Person, **kwargs: object) -> dict[str, set[Unreachable]]:
    found: dict[str, set[Unreachable]] = {}
    for gap in coverage_gaps(build(Directory(people)), **kwargs):  # type: ignore[arg-type]
        found.setdefault(gap.entry.key, set()).add(gap.reason)
    return found


JANE = Person("1", "Smith", "Jane", department="Housing", extension="1")


def test_an_entry_that_can_be_reached_is_no_gap() -> None:
    assert reasons(JANE) == {}


def test_no_number_and_hidden_are_gaps_but_leavers_are_none() -> None:
    assert reasons(replace(JANE, extension=None)) == {"1": {Unreachable.NO_NUMBER}}
    assert reasons(replace(JANE, ex_directory=True)) == {"1": {Unreachable.HIDDEN}}
    assert reasons(replace(JANE, not_for_external=True)) == {"1": {Unreachable.HIDDEN}}
    assert reasons(replace(JANE, extension=None, left=True)) == {}


def test_an_entry_is_out_of_vocabulary_when_every_name_of_it_is() -> None:
    def uncovered(text: str) -> frozenset[str]:
        return frozenset(text.split()) - {"jane", "smith"}

    assert reasons(JANE, uncovered=uncovered) == {}
    assert reasons(replace(JANE, surname="Smyth"), uncovered=uncovered) == {
        "1": {Unreachable.OUT_OF_VOCABULARY}
    }
    married = replace(JANE, surname="Wozencraft-Smith")
    assert reasons(married, uncovered=uncovered) == {}


def test_a_homophone_in_another_department_drowns_an_entry() -> None:
    other = Person("2", "Smith", "Jayne", department="Legal", extension="2")
    found = reasons(JANE, other)
    assert found == {"1": {Unreachable.HOMOPHONE}, "2": {Unreachable.HOMOPHONE}}


def test_namesakes_whom_nothing_tells_apart_are_worse() -> None:
    found = reasons(JANE, replace(JANE, key="2", extension="2"))
    assert found["1"] == found["2"] == {Unreachable.INDISTINGUISHABLE}


def test_a_name_of_ones_own_saves_an_entry_from_drowning() -> None:
    other = replace(JANE, key="2", extension="2", known_as="Jinty")
    assert "2" not in reasons(JANE, other)


def test_a_job_title_of_ones_own_does_not_save_the_name() -> None:
    other = replace(JANE, key="2", extension="2", job_title="Chief Executive")
    assert reasons(JANE, other)["2"] == {Unreachable.HOMOPHONE}


def test_namesakes_at_one_desk_are_no_gap() -> None:
    assert reasons(JANE, replace(JANE, key="2")) == {}


def test_aliases_of_entries_that_are_gone_are_named() -> None:
    assert orphans(small_grammar(), [("nobody", "gone"), ("homes", "d1")]) == (("nobody", "gone"),)
