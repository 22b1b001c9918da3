"""What simulated callers say: each utterance follows from the plan and its number alone."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from grammar.model import Entry, Grammar
from switchboard.audio.telephone_channel import CHANNELS

_CARRIERS = (
    "{}", "{} please", "can I speak to {} please", "could you put me through to {}",
    "hello, {} please", "I'd like to speak to {}", "{}",
)  # fmt: skip
"""As `grammar.carrier` ships them, so that what fails is the name."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`entries` are keys, the most called first; `voices` and `channels` names. Every voice says
    every entry once, on one of the channels; the first voice says all before the second begins."""

    entries: tuple[str, ...]
    voices: tuple[str, ...]
    seed: int
    channels: tuple[str, ...] = CHANNELS

    @property
    def total(self) -> int:
        return len(self.entries) * len(self.voices)


@dataclass(frozen=True, slots=True)
class Planned:
    """One utterance. `carrier` has {} for the name."""

    number: int
    entry: str
    voice: str
    channel: str
    carrier: str
    seed: int


def plan_for(
    grammar: Grammar,
    voices: tuple[str, ...],
    *,
    may_ask: Callable[[Entry], bool],
    seed: int,
    most: int | None = None,
) -> Plan:
    """Every entry that callers may ask for and can reach; `most` of them, the most called."""
    calls = dict(grammar.call_counts)
    reachable = [e for e in grammar.entries if e.number and not e.has_left and may_ask(e)]
    ordered = sorted(reachable, key=lambda entry: (-calls.get(entry.key, 0), entry.key))
    return Plan(tuple(entry.key for entry in ordered[:most]), voices, seed)


def planned(plan: Plan, number: int) -> Planned:
    """The utterance of that number, from 0 to `plan.total` - 1."""
    voice, entry = divmod(number, len(plan.entries))
    chance = random.Random(f"{plan.seed} {number}")  # noqa: S311  a lottery, no secret
    return Planned(
        number=number,
        entry=plan.entries[entry],
        voice=plan.voices[voice],
        channel=plan.channels[(entry + voice) % len(plan.channels)],
        carrier=chance.choice(_CARRIERS),
        seed=chance.randrange(1 << 32),
    )


def to_plain(plan: Plan) -> Mapping[str, Any]:
    """Fit for JSON."""
    return {
        "entries": list(plan.entries),
        "voices": list(plan.voices),
        "channels": list(plan.channels),
        "seed": plan.seed,
    }


def from_plain(plain: Mapping[str, Any]) -> Plan:
    return Plan(
        entries=tuple(plain["entries"]),
        voices=tuple(plain["voices"]),
        channels=tuple(plain["channels"]),
        seed=plain["seed"],
    )
