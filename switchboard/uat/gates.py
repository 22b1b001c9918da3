"""What must hold before more callers are served, and how many calls it takes to be sure of it.

A gate is green when the worse end of the 95% interval still meets it, amber while what was seen
meets it but might be luck, red when what was seen doesn't meet it.

    at least 90%:  23 of 25 (75.0-97.8) amber    380 of 400 (92.4-96.7) green    4 of 5 red
    at most 1%:    0 of 50 (0.0-7.1) amber       0 of 381 (0.0-1.0) green        1 of 50 red
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, hypot

from switchboard.measures.share import Share
from switchboard.uat.results import GROUPINGS, LONGEST_WAIT_MS, Figures, Trial, figures, grouped

MOST_CALLS = 20_000
"""More than any campaign makes: beyond it a gate counts as out of reach at the present rate."""


class Light(StrEnum):
    RED = "red"
    AMBER = "amber"
    GREEN = "green"


@dataclass(frozen=True, slots=True)
class Limits:
    """What the gates ask for, as shares. Raising a least or lowering a most keeps more callers
    with the operators for longer."""

    correct: float = 0.90
    wrong: float = 0.01
    false_accepts: float = 0.03
    in_time: float = 0.95
    accent_spread: float = 0.05


@dataclass(frozen=True, slots=True)
class Gate:
    """`seen` and `interval` are None before there is anything to see. `calls_needed`: how many
    more until it is green, were all to go as so far; None when that can't make it green."""

    name: str
    wanted: str
    seen: float | None
    interval: tuple[float, float] | None
    light: Light
    calls_needed: int | None
    of: str
    """What `calls_needed` counts."""


def gates(trials: list[Trial], limits: Limits | None = None) -> tuple[Gate, ...]:
    """All gates on these trials."""
    limits = limits or Limits()
    seen = figures(trials)
    return (
        _at_least("Put through correctly", seen.correct, limits.correct, "calls"),
        _at_most("Put through wrongly", seen.wrong, limits.wrong, "calls"),
        _at_most(
            "Connected though not listed", seen.false_accepts, limits.false_accepts, "decoy calls"
        ),
        _at_least(
            f"Answered within {LONGEST_WAIT_MS:.0f} ms", seen.in_time, limits.in_time, "turns"
        ),
        _spread(grouped(trials, GROUPINGS["accent group"]), limits.accent_spread),
    )


def all_hold(every: tuple[Gate, ...]) -> bool:
    """Whether more callers may be served."""
    return all(gate.light is Light.GREEN for gate in every)


def _at_least(name: str, seen: Share, least: float, of: str) -> Gate:
    return _gate(
        name,
        f"at least {least:.0%}",
        seen,
        lambda share: share.value >= least,
        lambda share: share.interval[0] >= least,
        of=of,
    )


def _at_most(name: str, seen: Share, most: float, of: str) -> Gate:
    return _gate(
        name,
        f"at most {most:.0%}",
        seen,
        lambda share: share.value <= most,
        lambda share: share.interval[1] <= most,
        of=of,
    )


def _gate(
    name: str,
    wanted: str,
    seen: Share,
    meets: Callable[[Share], bool],
    surely_meets: Callable[[Share], bool],
    *,
    of: str,
) -> Gate:
    if not seen.total:
        perfect = _calls_until(lambda n: surely_meets(_perfect(n, meets)))
        return Gate(name, wanted, None, None, Light.AMBER, perfect, of)
    light = Light.AMBER if meets(seen) else Light.RED
    needed: int | None = None
    if surely_meets(seen):
        light, needed = Light.GREEN, 0
    elif light is Light.AMBER:
        total = _calls_until(lambda n: surely_meets(_scaled(seen, n)), seen.total)
        needed = None if total is None else total - seen.total
    return Gate(name, wanted, seen.value, seen.interval, light, needed, of)


def _spread(groups: Mapping[str, Figures], most: float) -> Gate:
    """The difference between the best and the worst served accent group, with Newcombe's hybrid
    interval of a difference (Newcombe 1998, method 10)."""
    name, wanted = "Between accent groups", f"at most {100 * most:.0f} points"
    shares = [each.correct for each in groups.values() if each.correct.total]
    if len(shares) < 2:  # noqa: PLR2004  a difference needs two
        return Gate(name, wanted, None, None, Light.AMBER, None, "calls in a second accent group")
    best = max(shares, key=lambda share: share.value)
    worst = min(shares, key=lambda share: share.value)
    seen, interval = best.value - worst.value, _difference(best, worst)
    if interval[1] <= most:
        return Gate(name, wanted, seen, interval, Light.GREEN, 0, "calls")
    if seen > most:
        return Gate(name, wanted, seen, interval, Light.RED, None, "calls")
    total = best.total + worst.total

    def sure(calls: int) -> bool:
        grown = calls / total
        more = (_scaled(each, round(each.total * grown)) for each in (best, worst))
        return _difference(*more)[1] <= most

    until = _calls_until(sure, total)
    needed = None if until is None else until - total
    return Gate(name, wanted, seen, interval, Light.AMBER, needed, "calls in these groups")


def _difference(better: Share, worse: Share) -> tuple[float, float]:
    seen = better.value - worse.value
    (low, high), (worse_low, worse_high) = better.interval, worse.interval
    return (
        seen - hypot(better.value - low, worse_high - worse.value),
        seen + hypot(high - better.value, worse.value - worse_low),
    )


def _perfect(total: int, meets: Callable[[Share], bool]) -> Share:
    every = Share(total, total)
    return every if meets(every) else Share(0, total)


def _scaled(seen: Share, total: int) -> Share:
    """As seen, on more calls; a rate that is not a whole number of calls is taken for the worse."""
    exact = seen.count * total / seen.total
    return Share(min(total, max(0, ceil(exact - 1e-9) if seen.value < 0.5 else int(exact))), total)  # noqa: PLR2004


def _calls_until(sure: Callable[[int], bool], fewest: int = 1) -> int | None:
    """The smallest total from `fewest` on at which `sure`; None beyond MOST_CALLS."""
    low, high = fewest, MOST_CALLS
    if not sure(high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if sure(middle) else (middle + 1, high)
    return low
