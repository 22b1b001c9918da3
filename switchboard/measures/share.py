"""A share of calls with the interval in which the true share lies."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

_Z = 1.959964
"""Normal quantile of a two-sided 95% interval."""


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `total`."""

    count: int
    total: int

    @property
    def value(self) -> float:
        """In [0, 1]; 0 of nothing is 0."""
        return self.count / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95% score interval (Wilson 1927): sound for few calls and for shares near 0
        and 1; (0, 1) of nothing."""
        if not self.total:
            return 0.0, 1.0
        n, p = self.total, self.value
        scale = 1 + _Z**2 / n
        centre = (p + _Z**2 / (2 * n)) / scale
        half = _Z * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2)) / scale
        # At the ends rounding would leave 1e-17 where the interval touches 0 or 1.
        low = 0.0 if self.count == 0 else max(0.0, centre - half)
        high = 1.0 if self.count == self.total else min(1.0, centre + half)
        return low, high

    def __str__(self) -> str:
        """As in tables: "91.2% (84.1-95.3)", "-" of nothing."""
        if not self.total:
            return "-"
        low, high = self.interval
        return f"{self.value:.1%} ({100 * low:.1f}-{100 * high:.1f})"
