from __future__ import annotations

from dataclasses import replace

from grammar.building import build
from switchboard.uat.items import Item, ItemKind, Observed, Outcome, Problem, Verdict, judge
from switchboard.uat.results import GROUPINGS, Trial, figures, grouped
from tests.uat.council import larger_council

ENTRIES = {entry.key: entry for entry in build(larger_council()).entries}
JANE = Item(ItemKind.CALLED, "Jane Smith", ("1",))
DECOY = Item(ItemKind.DECOY, "Gordon Blue")


def trial(outcome: Outcome = Outcome.RIGHT, **more: object) -> Trial:
    return Trial(ItemKind.CALLED, outcome, "browser", "ada", **more)  # type: ignore[arg-type]


def test_being_connected_with_who_was_asked_for_is_right() -> None:
    assert judge(JANE, Observed("c", "1", "5001", "transferred"), ENTRIES) is Outcome.RIGHT
    assert judge(JANE, Observed("c", "2", "5002", "transferred"), ENTRIES) is Outcome.WRONG


def test_another_entry_at_the_same_number_is_right() -> None:
    same = {**ENTRIES, "x": replace(ENTRIES["1"], key="x")}
    assert judge(JANE, Observed("c", "x", "5001", "transferred"), same) is Outcome.RIGHT


def test_an_operator_is_neither_right_nor_wrong() -> None:
    assert judge(JANE, Observed("c", "", "5000", "operator"), ENTRIES) is Outcome.FELL_BACK
    assert judge(JANE, Observed("c", "", "", "caller_left"), ENTRIES) is Outcome.LEFT


def test_a_decoy_is_right_where_nobody_was_connected() -> None:
    assert judge(DECOY, Observed("c", "", "5000", "operator"), ENTRIES) is Outcome.RIGHT
    assert judge(DECOY, Observed("c", "2", "5002", "transferred"), ENTRIES) is Outcome.FALSE_ACCEPT


def test_shares_are_of_the_calls_that_they_are_about() -> None:
    decoys = [Trial(ItemKind.DECOY, Outcome.RIGHT, "browser", "ada")] * 3
    decoys += [Trial(ItemKind.DECOY, Outcome.FALSE_ACCEPT, "browser", "ada")]
    seen = figures([trial(), trial(Outcome.WRONG), trial(Outcome.FELL_BACK), *decoys])
    assert (seen.correct.count, seen.correct.total) == (1, 3)
    assert (seen.wrong.count, seen.wrong.total) == (1, 3)
    assert (seen.false_accepts.count, seen.false_accepts.total) == (1, 4)


def test_the_testers_word_outranks_the_record() -> None:
    no = trial(verdict=Verdict.NO, problem=Problem.WRONG_PLACE)
    directory = trial(verdict=Verdict.NO, problem=Problem.DIRECTORY)
    seen = figures([no, directory])
    assert (seen.correct.count, seen.wrong.count) == (0, 1)


def test_a_call_for_something_else_than_the_script_counts_for_nothing() -> None:
    seen = figures([trial(), trial(Outcome.WRONG, verdict=Verdict.ASKED_OTHERWISE)])
    assert (seen.calls, seen.correct.total) == (1, 1)


def test_waits_are_counted_by_turn() -> None:
    seen = figures([trial(waits_ms=(100.0, 900.0)), trial(waits_ms=(300.0, 800.0))])
    assert (seen.in_time.count, seen.in_time.total, seen.p95_ms) == (3, 4, 900.0)


def test_accents_are_grouped_however_they_are_written_and_named_as_most_write_them() -> None:
    welsh = [trial(accent=each) for each in ("Welsh", " welsh ", "Welsh")]
    calls = [*welsh, trial(accent="Scots"), trial()]
    groups = grouped(calls, GROUPINGS["accent group"])
    assert {name: seen.calls for name, seen in groups.items()} == {"Welsh": 3, "Scots": 1}
