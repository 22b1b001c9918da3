from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from directory.model import Department, Directory
from directory.outcome import Amendment, ChangeKind, ReviewItem, ReviewKind, Verdict
from switchboard.errors import StorageError
from switchboard.storage.additions import AddedAlias, add_alias, aliases
from switchboard.storage.changes import history
from switchboard.storage.deciding import decide
from switchboard.storage.directories import load_directory, load_snapshot
from switchboard.storage.imports import apply_import
from switchboard.storage.reviews import (
    open_counts,
    open_reviews,
    reviews,
    reviews_of,
    verdicts,
)
from switchboard.storage.store import Store
from tests.storage.made_up import (
    DIRECTORY,
    PLANNING,
    SOURCE,
    TWO_WILLS,
    WHICH_NUMBER,
    WILL,
    outcome,
)

NOON = datetime(2031, 5, 6, 12, 0, tzinfo=UTC)
BILL = replace(WILL, key="p4", forename="Bill")
WITH_BILL = Directory((*DIRECTORY.people, BILL), DIRECTORY.departments)
BILLS_NUMBER = ReviewItem(
    key="num:p4",
    kind=ReviewKind.NUMBER_CONFLICT,
    rows=(9,),
    entries=("p4",),
    question="Which number is right?",
    proposal="Use 5044.",
    amendments=(Amendment("p4", "extension", "5044"),),
)


@pytest.fixture
def asked(store: Store) -> Store:
    apply_import(store, outcome(WITH_BILL, TWO_WILLS, BILLS_NUMBER), SOURCE)
    return store


def _people(store: Store) -> dict[str, str | None]:
    return {person.key: person.extension for person in load_directory(store).people}


def test_accepting_changes_the_directory_at_once_and_is_remembered(asked: Store) -> None:
    revision = load_snapshot(asked).revision
    decision = decide(asked, ["num:p4"], Verdict.ACCEPTED, actor="ada", at=NOON)
    assert decision.decided == (BILLS_NUMBER,)
    assert _people(asked)["p4"] == "5044"
    assert load_snapshot(asked).revision > revision
    assert verdicts(asked) == {"num:p4": Verdict.ACCEPTED}
    (review,) = [review for review in reviews(asked) if review.verdict]
    assert (review.decided_at, review.decided_by) == (NOON, "ada")


def test_what_a_review_changed_is_in_the_history_of_the_entry(asked: Store) -> None:
    decide(asked, ["num:p4"], Verdict.ACCEPTED, actor="ada", at=NOON)
    (past,) = history(asked, "p4")
    assert (past.review, past.import_id, past.actor, past.at) == ("num:p4", None, "ada", NOON)
    assert past.change.kind is ChangeKind.MOVED
    assert past.change.fields == (("extension", "", "5044"),)


def test_each_change_is_told_to_be_of_the_review_that_made_it(asked: Store) -> None:
    both = replace(BILLS_NUMBER, key="num:p1", amendments=(Amendment("p1", "site", "Annexe"),))
    apply_import(asked, outcome(WITH_BILL, BILLS_NUMBER, both), SOURCE)
    decide(asked, ["num:p4", "num:p1"], Verdict.ACCEPTED)
    assert [past.review for past in history(asked, "p4")] == ["num:p4"]
    assert history(asked, "p1")[-1].review == "num:p1"


def test_refusing_changes_nothing_but_is_remembered(asked: Store) -> None:
    before = load_snapshot(asked)
    assert decide(asked, ["num:p4"], Verdict.REFUSED).changes == ()
    assert load_snapshot(asked) == before
    assert verdicts(asked) == {"num:p4": Verdict.REFUSED}


def test_a_merged_person_is_gone_and_what_was_added_to_them_goes_along(asked: Store) -> None:
    for alias in (
        AddedAlias("p4", "big bill"),
        AddedAlias("p4", "the tree man"),
        AddedAlias("p2", "the tree man"),
    ):
        add_alias(asked, alias)
    decide(asked, [TWO_WILLS.key], Verdict.ACCEPTED)
    assert "p4" not in _people(asked)
    assert aliases(asked) == (AddedAlias("p2", "big bill"), AddedAlias("p2", "the tree man"))


def test_what_is_decided_about_a_merged_person_reaches_the_one_they_became(asked: Store) -> None:
    decide(asked, [TWO_WILLS.key], Verdict.ACCEPTED)
    decide(asked, ["num:p4"], Verdict.ACCEPTED)
    assert _people(asked)["p2"] == "5044"


def test_what_was_accepted_long_ago_does_not_undo_what_an_import_brought_since(
    asked: Store,
) -> None:
    decide(asked, ["num:p4"], Verdict.ACCEPTED)
    newer = Directory((replace(BILL, extension="5055"), WILL), (PLANNING,))
    apply_import(asked, outcome(newer, WHICH_NUMBER), SOURCE)
    decide(asked, [WHICH_NUMBER.key], Verdict.ACCEPTED)
    assert _people(asked)["p4"] == "5055"


def test_people_follow_a_folded_department(store: Store) -> None:
    plans = Department(key="d9", name="Plannning")
    staff = replace(WILL, department="Plannning")
    fold = ReviewItem(
        key="dep",
        kind=ReviewKind.DEPARTMENT_SPELLING,
        rows=(),
        entries=("d1", "d9"),
        question="One department?",
        proposal="Keep Planning.",
        amendments=(Amendment("d9", "merged_into", "d1"),),
    )
    apply_import(store, outcome(Directory((staff,), (PLANNING, plans)), fold), SOURCE)
    decide(store, ["dep"], Verdict.ACCEPTED)
    after = load_directory(store)
    assert after.people[0].department == "Planning"
    assert [department.key for department in after.departments] == ["d1"]
    assert "Plannning" in after.departments[0].aliases
    assert history(store, "p2")[-1].review == "dep"


def test_a_verdict_outlives_later_imports(asked: Store) -> None:
    decide(asked, ["num:p4"], Verdict.REFUSED)
    apply_import(asked, outcome(WITH_BILL, BILLS_NUMBER), SOURCE)
    apply_import(asked, outcome(WITH_BILL), SOURCE)
    assert verdicts(asked) == {"num:p4": Verdict.REFUSED}


def test_changing_ones_mind_is_told_to_take_effect_with_the_next_import(asked: Store) -> None:
    decide(asked, ["num:p4"], Verdict.ACCEPTED)
    assert decide(asked, ["num:p4"], Verdict.ACCEPTED).decided == ()
    decision = decide(asked, ["num:p4"], Verdict.REFUSED)
    assert decision.reversed == ("num:p4",)
    assert _people(asked)["p4"] == "5044"
    assert verdicts(asked) == {"num:p4": Verdict.REFUSED}


def test_an_unknown_review_is_refused_and_nothing_is_decided(asked: Store) -> None:
    with pytest.raises(StorageError, match=r"no review nonsense; .*review --list"):
        decide(asked, ["num:p4", "nonsense"], Verdict.ACCEPTED)
    assert verdicts(asked) == {}


def test_open_reviews_are_counted_and_read_some_at_a_time(asked: Store) -> None:
    both = [BILLS_NUMBER, TWO_WILLS]
    assert sorted(each.item.key for each in open_reviews(asked)) == sorted(i.key for i in both)
    assert open_counts(asked) == {ReviewKind.DUPLICATE: 1, ReviewKind.NUMBER_CONFLICT: 1}
    pages = [open_reviews(asked, limit=1, offset=offset) for offset in (0, 1, 2)]
    assert [*pages[0], *pages[1], *pages[2]] == list(open_reviews(asked))
    (one,) = open_reviews(asked, ReviewKind.NUMBER_CONFLICT)
    assert one.item == BILLS_NUMBER
    decide(asked, ["num:p4"], Verdict.REFUSED, actor="ada")
    assert [each.item for each in open_reviews(asked)] == [TWO_WILLS]
    assert open_counts(asked) == {ReviewKind.DUPLICATE: 1}


def test_the_reviews_of_an_entry_are_those_about_it_and_about_no_other(store: Store) -> None:
    of_p4 = [TWO_WILLS, BILLS_NUMBER]
    alike = replace(BILLS_NUMBER, key="num:p44", entries=("p44", "P4", 'a "p4" b'))
    odd = replace(BILLS_NUMBER, key="num:odd", entries=('é%_/\\"x',))
    apply_import(store, outcome(WITH_BILL, *of_p4, alike, odd), SOURCE)
    assert [each.item for each in reviews_of(store, "p4")] == of_p4
    assert [each.item for each in reviews_of(store, odd.entries[0])] == [odd]
    decide(store, ["num:p4"], Verdict.REFUSED, actor="ada")
    assert [each.verdict for each in reviews_of(store, "p4")] == [None, Verdict.REFUSED]
