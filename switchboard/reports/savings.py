"""What the switchboard has saved, by three prices of a call, and what is taken off first."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.reports.figures import Figures
from switchboard.settings.reports import ReportsSettings


@dataclass(frozen=True, slots=True)
class Savings:
    """In calls, and in pounds with a low, a central and a high price of a call.

    `calls` are those that no operator had to take: put through without one, less those put through
    wrongly, less those that callers made again because of it, less a share of each failed attempt.
    `tuning` is what the hours of tuning cost. `pounds` may be below 0.
    """

    put_through: int
    misrouted: int
    repeats: int
    failed: int
    failed_share: float
    calls: float
    tuning_hours: float
    tuning: float
    prices: tuple[float, float, float]
    pounds: tuple[float, float, float]


def savings(figures: Figures, settings: ReportsSettings, tuning_hours: float) -> Savings:
    """Of calls with these figures."""
    calls = (
        figures.contained
        - figures.misrouted
        - figures.repeats
        - figures.failed * settings.failed_share
    )
    tuning = tuning_hours * settings.hour_cost
    prices = (settings.call_cost_low, settings.call_cost, settings.call_cost_high)
    low, central, high = sorted(calls * price - tuning for price in prices)
    return Savings(
        put_through=figures.contained,
        misrouted=figures.misrouted,
        repeats=figures.repeats,
        failed=figures.failed,
        failed_share=settings.failed_share,
        calls=calls,
        tuning_hours=tuning_hours,
        tuning=tuning,
        prices=prices,
        pounds=(low, central, high),
    )
