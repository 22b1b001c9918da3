"""Whether a worker gets on with an utterance, as the kernel sees it: no clock on the wall tells.

An engine at work always has a thread that runs, or that waits for a core or for the disk, however
busy the machine is. One that is stopped or waits for itself has none, and its CPU time stands
still: that is seen within a third of a second. One that goes round in circles does use a core;
it hangs once it has used far more CPU time than utterances usually take on this machine.

Where the kernel doesn't tell (no /proc, or no children in it), the deadline alone ends an attempt.
"""

from __future__ import annotations

import math
import os
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path

LOOK_EVERY_S = 0.05
"""Raising it sees a hang later; each look reads a file a thread."""

WINDOW = 200
"""Utterances whose CPU time counts as usual."""
FEWEST = 20
"""Utterances before anything counts as usual."""
LEAST_CPU_S = 1.0
"""No utterance is cut off before: CPU time is counted in steps of 10 ms, and varies."""

_TICKS = os.sysconf("SC_CLK_TCK")
_AT_WORK = frozenset("RD")
"""Running or waiting for a core; waiting for the disk. S sleeps, T is stopped."""
_STOPPED = frozenset("Tt")


@dataclass(frozen=True, slots=True)
class Seen:
    """`states` are one letter a thread, as in proc(5)."""

    cpu_s: float
    states: frozenset[str]


def look(pid: int) -> Seen | None:
    """One look at a process and all that it has started, for an engine may have a compiler at work;
    None where it is gone, or the kernel doesn't tell."""
    cpu_s, states, left = 0.0, set[str](), [Path("/proc") / str(pid)]
    try:
        while left:
            mine = _fields(left[-1] / "stat")
            cpu_s += (int(mine[11]) + int(mine[12])) / _TICKS
            for thread in (left.pop() / "task").iterdir():
                states.add(_fields(thread / "stat")[0])
                left += [Path("/proc") / child for child in _words(thread / "children")]
    except (OSError, IndexError):
        return None
    return Seen(cpu_s, frozenset(states))


def _fields(stat: Path) -> list[str]:
    """What follows the name, which may hold spaces and brackets."""
    return stat.read_text("ascii", "replace").rpartition(")")[2].split()


def _words(file: Path) -> list[str]:
    return file.read_text("ascii", "replace").split()


def is_stopped(pid: int) -> bool:
    """Whether a signal has stopped it, so that it answers nothing."""
    seen = look(pid)
    return seen is not None and seen.states <= _STOPPED


class Usual:
    """The CPU seconds that the last utterances took. Used by all workers' threads."""

    def __init__(self) -> None:
        self._taken: deque[float] = deque(maxlen=WINDOW)
        self._lock = threading.Lock()

    def add(self, cpu_s: float) -> None:
        with self._lock:
            self._taken.append(cpu_s)

    def most(self, overrun: float) -> float:
        """CPU seconds from which on an utterance is cut off: `overrun` times those that 95 of 100
        have kept to."""
        with self._lock:
            taken = sorted(self._taken)
        if len(taken) < FEWEST:
            return math.inf
        return max(LEAST_CPU_S, overrun * taken[int(0.95 * (len(taken) - 1))])


class Watch:
    """Over one attempt. Look every LOOK_EVERY_S, and only while there is no answer.

    `stalled_s`: how long nothing may move. It is counted in looks, so that a pool's own process
    that is kept from looking takes no worker for hung. `most_cpu_s`: as `Usual.most`.
    """

    def __init__(self, pid: int, stalled_s: float, most_cpu_s: float = math.inf) -> None:
        self._pid = pid
        self._patience = max(1, round(stalled_s / LOOK_EVERY_S))
        self._most_cpu_s = most_cpu_s
        self._begun = self._last = look(pid)
        self._still = 0

    @property
    def cpu_s(self) -> float:
        """Used since the watch began."""
        now = look(self._pid)
        return now.cpu_s - self._begun.cpu_s if now and self._begun else 0.0

    def stalled(self) -> bool:
        """Look: whether it has stood still for too long."""
        last, self._last = self._last, look(self._pid)
        now = self._last
        moves = now is None or last is None or now.cpu_s != last.cpu_s or now.states & _AT_WORK
        self._still = 0 if moves else self._still + 1
        return self._still >= self._patience

    def overrun(self) -> bool:
        """Whether it had used too much CPU time when last looked at."""
        if self._last is None or self._begun is None:
            return False
        return self._last.cpu_s - self._begun.cpu_s > self._most_cpu_s
