"""Whether probabilities mean what they say: of calls given 0.8, are 8 in 10 right?"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from switchboard.measures.share import Share

EDGES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98)
"""Lower ends of the bins: narrow where decisions are taken."""

HEADINGS = ("probability", "calls", "foretold", "right")


@dataclass(frozen=True, slots=True)
class Foretold:
    """The probability of one call's best candidate, and whether that was meant."""

    probability: float
    right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """Calls with probabilities in [low, high): what was foretold on average, and what came."""

    low: float
    high: float
    foretold: float
    right: Share

    def cells(self) -> tuple[str, ...]:
        """One row under HEADINGS."""
        span = f"{self.low:.2f} to {self.high:.2f}"
        return (span, str(self.right.total), f"{self.foretold:.1%}", str(self.right))


def bins(calls: Iterable[Foretold]) -> list[Bin]:
    """The reliability table; bins without calls are left out."""
    found: list[list[Foretold]] = [[] for _ in EDGES]
    for call in calls:
        found[max(0, bisect_right(EDGES, call.probability) - 1)].append(call)
    return [
        Bin(
            low,
            high,
            sum(call.probability for call in inside) / len(inside),
            Share(sum(call.right for call in inside), len(inside)),
        )
        for low, high, inside in zip(EDGES, (*EDGES[1:], 1.0), found, strict=True)
        if inside
    ]


def calibration_error(calls: Sequence[Foretold]) -> float:
    """Expected calibration error: the gap between foretold and come true, averaged over calls."""
    if not calls:
        return 0.0
    gaps = (abs(each.foretold - each.right.value) * each.right.total for each in bins(calls))
    return sum(gaps) / len(calls)
