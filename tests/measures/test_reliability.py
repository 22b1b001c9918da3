from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.measures.reliability import Foretold, bins, calibration_error


def test_of_calls_given_the_same_probability_the_share_that_came_true_is_told() -> None:
    calls = [Foretold(0.75, right=n < 6) for n in range(8)]
    (found,) = bins(calls)
    assert (found.low, found.high) == (0.7, 0.8)
    assert found.foretold == pytest.approx(0.75)
    assert (found.right.count, found.right.total) == (6, 8)
    assert calibration_error(calls) == pytest.approx(0)


def test_probabilities_that_promise_too_much_show_as_a_gap() -> None:
    calls = [Foretold(0.9, right=n < 5) for n in range(10)]
    assert calibration_error(calls) == pytest.approx(0.4)


@given(st.lists(st.builds(Foretold, st.floats(0, 1), st.booleans())))
def test_every_call_is_in_one_bin(calls: list[Foretold]) -> None:
    found = bins(calls)
    assert sum(each.right.total for each in found) == len(calls)
    assert all(each.low <= each.foretold + 1e-9 for each in found)
    assert 0 <= calibration_error(calls) <= 1
