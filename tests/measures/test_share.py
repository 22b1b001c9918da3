from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.measures.share import Share


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    # Newcombe 1998, table I, method 3 (Wilson's score without continuity correction).
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_intervals_are_those_of_the_literature(
    count: int, total: int, low: float, high: float
) -> None:
    assert Share(count, total).interval == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 1000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_the_share_and_stays_within_bounds(pair: tuple[int, int]) -> None:
    share = Share(*pair)
    low, high = share.interval
    assert 0 <= low <= high <= 1
    if share.total:
        assert low <= share.value <= high


def test_more_calls_narrow_the_interval() -> None:
    wide, narrow = (Share(n // 2, n).interval for n in (10, 1000))
    assert narrow[1] - narrow[0] < wide[1] - wide[0]


def test_of_nothing_nothing_is_known() -> None:
    assert (Share(0, 0).interval, str(Share(0, 0))) == ((0.0, 1.0), "-")
