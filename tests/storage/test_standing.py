from __future__ import annotations

from datetime import timedelta

from directory.outcome import ReviewKind
from switchboard.storage.calls import write_entries
from switchboard.storage.imports import apply_import
from switchboard.storage.standing import standing
from switchboard.storage.store import Store
from tests.storage.made_up import DIRECTORY, SOURCE, TWO_WILLS, WHICH_NUMBER, outcome
from tests.storage.made_up_calls import NOON, fallen_back, started, whole_call

MIDNIGHT = NOON - timedelta(hours=12)


def test_the_calls_of_today_are_counted_by_how_they_ended(store: Store) -> None:
    write_entries(store, whole_call("yesterday", MIDNIGHT - timedelta(minutes=1)))
    write_entries(store, (*whole_call("c1"), *whole_call("c2", MIDNIGHT), *fallen_back("c3")))
    write_entries(store, [started("up")])
    here = standing(store, MIDNIGHT)
    assert here.calls == {"transferred": 2, "operator": 1, "": 1}
    assert here.calls_today == 4


def test_who_left_is_not_counted_and_what_waits_is_counted_by_kind(store: Store) -> None:
    apply_import(store, outcome(DIRECTORY, TWO_WILLS, WHICH_NUMBER), SOURCE)
    here = standing(store, MIDNIGHT)
    assert (here.people, here.departments) == (2, 1)
    assert here.open_reviews == {ReviewKind.DUPLICATE: 1, ReviewKind.NUMBER_CONFLICT: 1}
    assert here.reviews_waiting == 2
