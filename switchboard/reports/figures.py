"""What calls came to, counted so that hours add up to days and days to months.

Every call is counted once in `endings`; the other counts are of calls too, unless they say so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from switchboard.dialogue.actions import Ending, Purpose
from switchboard.dialogue.events import TransferOutcome
from switchboard.dialogue.operators import Why
from switchboard.storage.call_labels import Wanted

UNKNOWN = "unknown"
"""The ending of a call that still runs, or whose process died."""

DESK_SECONDS = (5, 10, 15, 20, 25, 30, 40, 50, 60, 90, 120, 180, 300)
"""Upper bounds of the classes in which times to the desk are counted; the last class is open."""
WAIT_MS = (100, 200, 300, 400, 500, 600, 700, 800, 1000, 1500, 2000, 3000, 5000)
"""The same for the time from the end of speech to the decision."""

FAILED = frozenset(
    {
        Why.SILENCE, Why.NOT_UNDERSTOOD, Why.DECLINED, Why.SPELLING_REFUSED, Why.SPELLING_FAILED,
        Why.TOO_MANY, Why.NOT_TOLD_APART, Why.TURN_LIMIT, Why.KEY_FLOOD, Why.FAULT,
    }
)  # fmt: skip
"""Reasons for going to an operator that are the switchboard's own failures: the caller tried."""
_NOT_TAKEN = frozenset({Ending.REDIRECTED, Ending.NOT_SERVED})


@dataclass(frozen=True, slots=True)
class Move:
    """One transfer of a call."""

    purpose: str
    outcome: str
    entry: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What figures need to know of one call. `fallback` is why it went to an operator, "" when it
    didn't; `repeats`: it was noted to follow a probably wrong transfer; `wanted` and
    `wanted_entry` are the label that holds, "" for none; `waits_ms` one a turn that was heard."""

    caller_class: str
    started_at: datetime
    ending: str
    emergency: bool
    probably_wrong: bool
    fallback: str = ""
    repeats: bool = False
    wanted: str = ""
    wanted_entry: str = ""
    moves: tuple[Move, ...] = ()
    waits_ms: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of calls.

    `taken`: answered by the switchboard, not sent on unanswered. `reached`: a person's or an
    operator's phone answered, and nothing says that it was the wrong one. `contained`: put through
    to an entry of the directory without an operator. `misrouted`: contained, but the same caller
    was soon back, or an operator or a tester says that somebody else was wanted. `answered` of
    `tried` transfers to entries were answered. `failed`: went to an operator after failed tries.
    `repeats`: made because an earlier call was probably put through wrongly. `elsewhere`: wanted
    another organisation. `avoidable`: any of the last three, or misrouted by what a person said.
    `labelled`: a person said what the caller wanted. `classes` is [taken, contained, misrouted] by
    class of caller. `desk` and `waits` count by the classes of DESK_SECONDS and WAIT_MS: calls
    that were contained and not misrouted, and turns.
    """

    calls: int = 0
    taken: int = 0
    reached: int = 0
    contained: int = 0
    misrouted: int = 0
    tried: int = 0
    answered: int = 0
    failed: int = 0
    repeats: int = 0
    elsewhere: int = 0
    avoidable: int = 0
    labelled: int = 0
    emergencies: int = 0
    endings: Mapping[str, int] = field(default_factory=dict)
    fallbacks: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, int] = field(default_factory=dict)
    classes: Mapping[str, list[int]] = field(default_factory=dict)
    desk: list[int] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)

    def to_plain(self) -> dict[str, Any]:
        """For JSON, without what is 0 or empty."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name))}


def from_plain(plain: Mapping[str, Any]) -> Figures:
    """What `to_plain` gave. What an older program did not count is 0."""
    return Figures(
        **{each.name: plain[each.name] for each in fields(Figures) if each.name in plain}
    )


def count(facts: Iterable[Facts]) -> Figures:
    """The figures of these calls."""
    return total(map(_of_one, facts))


def total(parts: Iterable[Figures]) -> Figures:
    """The sum."""
    return total_of_plain(part.to_plain() for part in parts)


def total_of_plain(parts: Iterable[Mapping[str, Any]]) -> Figures:
    """The sum of what `to_plain` gave, column by column: reports add up thousands of hours."""
    columns: defaultdict[str, list[Any]] = defaultdict(list)
    for part in parts:
        for name, value in part.items():
            columns[name].append(value)
    sums: dict[str, Any] = {}
    for name, values in columns.items():
        if name in _NAMED:
            sums[name] = {key: sum(own) for key, own in _by_key(values).items()}
        elif name in _LISTS:
            sums[name] = _added(values)
        elif name == "classes":
            sums[name] = {key: _added(own) for key, own in _by_key(values).items()}
        else:
            sums[name] = sum(values)
    return from_plain(sums)


_LISTS = ("desk", "waits")
_NAMED = ("endings", "fallbacks", "labels")


def _of_one(call: Facts) -> Figures:
    ending = call.ending or UNKNOWN
    taken = ending not in _NOT_TAKEN
    to_entries = [move for move in call.moves if move.purpose == Purpose.ENTRY]
    connected = [move for move in call.moves if move.outcome == TransferOutcome.CONNECTED]
    contained = taken and ending == Ending.TRANSFERRED
    desk = connected[-1] if connected else None
    misrouted = contained and _misrouted(call, desk)
    failed = call.fallback in FAILED
    elsewhere = call.wanted == Wanted.WRONG_ORGANISATION
    by_label = misrouted and bool(call.wanted)
    counted = {
        "calls": True,
        "taken": taken,
        "reached": taken and bool(connected) and not misrouted,
        "contained": contained,
        "misrouted": misrouted,
        "failed": failed,
        "repeats": call.repeats,
        "elsewhere": elsewhere,
        "avoidable": failed or call.repeats or elsewhere or by_label,
        "labelled": bool(call.wanted),
        "emergencies": call.emergency,
    }
    seconds = None
    if contained and not misrouted and desk is not None and desk.done_at is not None:
        seconds = (desk.done_at - call.started_at).total_seconds()
    values: dict[str, Any] = {name: int(holds) for name, holds in counted.items()}
    return Figures(
        **values,
        tried=len(to_entries),
        answered=sum(move.outcome == TransferOutcome.CONNECTED for move in to_entries),
        endings={ending: 1},
        fallbacks={call.fallback: 1} if call.fallback else {},
        labels={call.wanted: 1} if call.wanted else {},
        classes={call.caller_class: [int(taken), int(contained), int(misrouted)]},
        desk=_classed([] if seconds is None else [seconds], DESK_SECONDS),
        waits=_classed(call.waits_ms, WAIT_MS),
    )


def _misrouted(call: Facts, desk: Move | None) -> bool:
    """What a person said outranks that the caller was soon back."""
    if call.wanted == Wanted.ENTRY and desk is not None:
        return call.wanted_entry != desk.entry
    return call.probably_wrong


def _classed(values: Iterable[float], bounds: tuple[int, ...]) -> list[int]:
    counts = [0] * (len(bounds) + 1)
    for value in values:
        counts[sum(value > bound for bound in bounds)] += 1
    return counts if any(counts) else []


def _by_key(mappings: list[Mapping[str, Any]]) -> dict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for mapping in mappings:
        for key, value in mapping.items():
            found[key].append(value)
    return found


def _added(rows: list[list[int]]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]


def quantile(counts: list[int], bounds: tuple[int, ...], share: float) -> float | None:
    """The value below which that share lies, straight within its class; None of nothing.

    In the open class it is that class's lower bound: "at least so much".
    """
    rank, below = share * sum(counts), 0
    if not any(counts):
        return None
    for index, number in enumerate(counts):
        if number and below + number >= rank:
            if index == len(bounds):
                break
            low = bounds[index - 1] if index else 0
            return low + (bounds[index] - low) * (rank - below) / number
        below += number
    return float(bounds[-1])


def within(counts: list[int], bounds: tuple[int, ...], bound: int) -> tuple[int, int]:
    """How many are within one of the bounds, and how many there are."""
    return sum(counts[: bounds.index(bound) + 1]), sum(counts)
