from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.opening_hours import Span, Week, read_opening_hours


def _told(week: Week | None) -> str:
    """One line: a span a day, "-" for closed."""
    assert week is not None
    days = [" ".join(f"{a:%H:%M}-{b:%H:%M}" for a, b in day) or "-" for day in week]
    return ", ".join(days).replace("23:59", "24:00")


def _weekdays(spans: str) -> str:
    return ", ".join([spans] * 5 + ["-", "-"])


@pytest.mark.parametrize(
    "text",
    [
        "Mon-Fri 09:00-17:00",
        "Mon - Fri 9am to 5pm",
        "Monday to Friday 9-5",
        "9-5 Mon-Fri",
        "MON–FRI: 9am–5pm",
        "weekdays 0900-1700",
        "Weekdays, 9.00 until 17.00",
        "Mon, Tue, Wed, Thurs and Fri: 9am-5",
        "Mon/Tue/Wed/Thu/Fri 9-5pm",
        "Open Monday to Friday from 9:00 a.m. to 5:00 p.m.",
        "Mon-Fri 9-5 (excluding bank holidays)",
        "Mon-Fri 9-5, closed weekends",
        "Sat closed; Mon-Fri 9-5",
        "Mondays to Fridays 09:00 - 17:00 hrs",
    ],
)
def test_nine_to_five_is_read_however_it_is_written(text: str) -> None:
    assert _told(read_opening_hours(text)) == _weekdays("09:00-17:00")


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("Mon-Fri 9-12, 1-5", _weekdays("09:00-12:00 13:00-17:00")),
        ("Monday-Friday 9am-noon and 1pm-5pm", _weekdays("09:00-12:00 13:00-17:00")),
        (
            "Mon to Thu 8:45-17:15; Fri 8:45-16:45",
            ", ".join(["08:45-17:15"] * 4 + ["08:45-16:45", "-", "-"]),
        ),
        (
            "9am to 5pm Mon-Thu, 9am to 4.30pm Fri",
            ", ".join(["09:00-17:00"] * 4 + ["09:00-16:30", "-", "-"]),
        ),
        ("Sat-Mon 10-4", "10:00-16:00, -, -, -, -, 10:00-16:00, 10:00-16:00"),
        ("daily 8am-midnight", ", ".join(["08:00-24:00"] * 7)),
        ("24/7", ", ".join(["00:00-24:00"] * 7)),
        ("24 hours", ", ".join(["00:00-24:00"] * 7)),
        ("Every day, 00:00-24:00", ", ".join(["00:00-24:00"] * 7)),
    ],
)
def test_breaks_other_days_and_whole_days_are_read(text: str, week: str) -> None:
    assert _told(read_opening_hours(text)) == week


def test_hours_past_midnight_belong_to_the_next_day() -> None:
    week = read_opening_hours("Mon-Fri 17:00-09:00, Sat-Sun 24 hours")
    night = "00:00-09:00 17:00-24:00"
    expected = ["00:00-24:00" if day >= 5 else night for day in range(7)]
    expected[0] = "17:00-24:00"
    assert _told(week) == ", ".join(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "by appointment",
        "Mon-Fri",
        "9-5",
        "1-5",
        "Mon-Fri 1-5",
        "Mon 8-9pm",
        "Mon-Fri 8am-10",
        "Mon-Fri 25:00-26:00",
        "Mon 13pm-14pm",
        "Mon 9:75-17:00",
        "Mon-Fri 9-5, Mon 10-4",
        "closed",
        "Mon closed",
        "Mon 9-9am",
        "Monkey 9-5",
        "Mon-Fri 9-5 term time",
        "Mon-Fri 9-5 or later",
        "Mon-Fri 9-5 except the last Friday",
        "020 8313 5001",
        "9-5 Mon 10-4",
        " " * 1_000_000,
        "Mon-Fri 9-5; " * 20,
    ],
)
def test_what_may_mean_several_things_or_nothing_is_not_read(text: str) -> None:
    assert read_opening_hours(text) is None


@given(st.text(alphabet="monfritaeu 0123456789:.-–;,/amp()\n", max_size=40))
def test_whatever_is_read_is_a_week_that_runs_forward(text: str) -> None:
    week = read_opening_hours(text)
    if week is not None:
        assert len(week) == 7
        assert any(week)
        for day in week:
            moments = [moment for opened in day for moment in opened]
            assert moments == sorted(set(moments))


_CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))


@given(st.lists(_CLOCKS, min_size=2, max_size=2, unique=True).map(sorted))
def test_hours_of_twenty_four_are_read_as_written(clocks: list[time]) -> None:
    opens, closes = clocks
    week = read_opening_hours(f"Tue {opens:%H:%M}-{closes:%H:%M}")
    assert week is not None
    assert week[1] == (Span(opens, closes),)
