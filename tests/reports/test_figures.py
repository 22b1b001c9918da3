"""Golden numbers on a handful of made-up calls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.reports.figures import (
    DESK_SECONDS,
    Facts,
    Figures,
    Move,
    count,
    from_plain,
    quantile,
    total,
)
from switchboard.reports.savings import savings
from switchboard.settings import default_settings

NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)


def _call(ending: str = "transferred", entry: str = "p1", **more: object) -> Facts:
    moves = ()
    if ending in {"transferred", "operator"}:
        purpose = "entry" if ending == "transferred" else "operator"
        moves = (Move(purpose, "connected", entry, NOON + timedelta(seconds=12)),)
    values = {"probably_wrong": False, "emergency": False, "moves": moves, **more}
    return Facts(caller_class="internal", started_at=NOON, ending=ending, **values)  # type: ignore[arg-type]


CALLS = (
    *[_call() for _ in range(6)],
    _call(probably_wrong=True),  # the same caller was soon back ...
    _call(repeats=True),  # ... with this call
    _call(probably_wrong=True, wanted="entry", wanted_entry="p1"),  # right all the same
    _call(wanted="entry", wanted_entry="p2"),  # wrong, though nobody called back
    _call("operator", fallback="not_understood"),
    _call("operator", fallback="asked_for_operator", wanted="wrong_organisation"),
    _call("caller_left"),
    _call("not_served"),
    _call(""),
)


def test_each_call_is_counted_by_what_really_became_of_it() -> None:
    figures = count(CALLS)
    assert (figures.calls, figures.taken) == (15, 14)
    assert figures.endings == {
        "transferred": 10, "operator": 2, "caller_left": 1, "not_served": 1, "unknown": 1,
    }  # fmt: skip
    assert (figures.contained, figures.misrouted) == (10, 2)
    assert figures.reached == 10  # ten put through and two at an operator, less two wrongly
    assert figures.labelled == 3


def test_what_a_person_says_outranks_that_the_caller_was_soon_back() -> None:
    soon_back = _call(probably_wrong=True)
    assert count([soon_back]).misrouted == 1
    assert count([_call(probably_wrong=True, wanted="entry", wanted_entry="p1")]).misrouted == 0


def test_avoidable_contact_counts_each_call_once() -> None:
    figures = count(CALLS)
    assert (figures.repeats, figures.failed, figures.elsewhere) == (1, 1, 1)
    assert figures.avoidable == 4  # besides these three, the one that a person called wrong
    both = _call("operator", fallback="declined", repeats=True)
    assert count([both]).avoidable == 1


def test_who_asks_for_an_operator_is_no_failure() -> None:
    assert count([_call("operator", fallback="asked_for_operator")]).failed == 0


def test_savings_take_off_what_went_wrong_and_what_tuning_cost() -> None:
    saved = savings(count(CALLS), default_settings().reports, tuning_hours=0.5)
    assert saved.calls == 10 - 2 - 1 - 0.25
    assert saved.tuning == 12.5
    assert saved.pounds == pytest.approx(
        (6.75 * 0.85 - 12.5, 6.75 * 3.02 - 12.5, 6.75 * 5.57 - 12.5)
    )


def test_half_of_the_calls_reached_the_desk_within_the_class_they_are_in() -> None:
    figures = count(CALLS)
    assert sum(figures.desk) == 8
    assert quantile(figures.desk, DESK_SECONDS, 0.5) == 12.5  # the middle of 10 to 15 seconds
    assert quantile([], DESK_SECONDS, 0.5) is None


@given(st.lists(st.sampled_from(CALLS)), st.lists(st.sampled_from(CALLS)))
def test_hours_add_up_to_days(one: list[Facts], other: list[Facts]) -> None:
    assert total([count(one), count(other)]) == count([*one, *other])


@given(st.lists(st.sampled_from(CALLS)))
def test_what_is_stored_is_what_was_counted(calls: list[Facts]) -> None:
    figures = count(calls)
    assert from_plain(figures.to_plain()) == figures
    assert figures == Figures() or calls
