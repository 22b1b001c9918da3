"""A plausible week of calls to a directory, for trying the admin out: marked as simulated.

Nobody is listened to and nothing is recognised: what was said, heard and decided is made up, from
a seed, after what pilots report. So its figures show what reports look like, and prove nothing.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from directory.model import Department, Directory, number_of
from directory.search import Entry
from switchboard.calls.record import Entry as Written
from switchboard.dialogue.actions import Note
from switchboard.errors import UserError
from switchboard.measures.simulated_story import TOLD, Story
from switchboard.storage.call_labels import Wanted, label_call
from switchboard.storage.calls import write_entries
from switchboard.storage.store import Store

_BUSY = (0, 0, 0, 0, 0, 0, 0, 2, 7, 12, 13, 11, 8, 8, 10, 9, 7, 3, 1, 0, 0, 0, 0, 0)
"""How many of a day's calls begin in each hour, in proportion."""
_WEEKEND = 0.08
_BATCH = 400
_UNNAMED = {
    "the bin lorry": "waste",
    "wheel clamping": "parking",
    "the grumbles desk": "customer",
    "help with rent": "benefit",
}
"""What is said for a department that the sample's list has no such name for, by a word of the
department's name."""

_KINDS = (
    ("at once", 57.0), ("confirmed", 11.0), ("again", 7.0), ("not understood", 7.5),
    ("declined", 4.0), ("silence", 2.5), ("operator", 4.0), ("left", 2.5), ("wrong", 0.8),
    ("no answer", 3.0), ("nobody", 0.2), ("emergency", 0.1), ("elsewhere", 0.4),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Week:
    """What was written."""

    calls: int
    labels: int
    first: datetime
    last: datetime


def simulate_week(
    store: Store,
    directory: Directory,
    grammar_version: str,
    *,
    until: datetime,
    calls: int = 600,
    seed: int = 1,
) -> Week:
    """Write a week of about so many calls that ends at `until` (aware); the same seed writes the
    same. The last hours' calls that fell back are left for an operator to close.

    Raises UserError for a directory in which nobody has a number.
    """
    every: tuple[Entry, ...] = (*directory.departments, *directory.people)
    reachable = [entry for entry in every if not entry.left and number_of(entry)]
    if not reachable:
        raise UserError("Nobody in the directory has a number, so no calls can be simulated.")
    chance = random.Random(seed)  # noqa: S311  nothing secret
    maker = _Maker(chance, reachable, grammar_version)
    entries: list[Written] = []
    moments = sorted(_moments(chance, until, calls))
    # Whatever the hour, there is something for an operator to look at.
    lately = [until - timedelta(minutes=minutes) for minutes in (41, 26, 12, 3)]
    for at in moments:
        entries += maker.call(at)
    for at, kind in zip(
        lately, ("not understood", "declined", "silence", "emergency"), strict=True
    ):
        entries += maker.call(at, kind)
    for first in range(0, len(entries), _BATCH):
        write_entries(store, entries[first : first + _BATCH])
    labels = 0
    for call, at, wanted, entry in maker.answers:
        if at < until - timedelta(hours=1) and chance.random() < 0.8:  # noqa: PLR2004
            label_call(store, call, wanted, entry=entry, actor="simulated", at=at)
            labels += 1
    return Week(maker.made, labels, moments[0], until)


def _moments(chance: random.Random, until: datetime, calls: int) -> Iterator[datetime]:
    local = until.astimezone()
    for back in range(7):
        day = (local - timedelta(days=back)).replace(hour=0, minute=0, second=0, microsecond=0)
        share = _WEEKEND if day.weekday() > 4 else 1.0  # noqa: PLR2004  Saturday and Sunday
        for _ in range(round(calls / 5.2 * share)):
            hour = chance.choices(range(24), _BUSY)[0]
            at = day + timedelta(hours=hour, seconds=chance.uniform(0, 3600))
            # What today has not brought yet happened a week ago.
            yield at if at < local else at - timedelta(days=7)


class _Maker:
    """Makes one call after the other. `answers` are what operators would say of those that fell
    back: call, moment, what was wanted and the entry."""

    def __init__(
        self, chance: random.Random, reachable: Sequence[Entry], grammar_version: str
    ) -> None:
        self._chance = chance
        self._reachable = list(reachable)
        chance.shuffle(self._reachable)
        # Few are asked for often, most hardly ever.
        self._weights = [1 / (rank + 3) for rank in range(len(self._reachable))]
        self._meant = {
            said: entry
            for said, word in _UNNAMED.items()
            for entry in sorted(reachable, key=lambda each: each.key, reverse=True)
            if isinstance(entry, Department) and word in entry.name.lower()
        }
        self._version = grammar_version
        self.made = 0
        self.answers: list[tuple[str, datetime, Wanted, str]] = []

    def call(self, at: datetime, kind: str = "") -> list[Written]:
        """The entries of a call that begins at that moment, and of the one that it leads to."""
        chance = self._chance
        kind = kind or chance.choices(*zip(*_KINDS, strict=True))[0]
        wanted = chance.choices(self._reachable, self._weights)[0]
        said = chance.choice(list(_UNNAMED))
        if kind in {"again", "not understood"}:
            wanted = self._meant.get(said, wanted)
        caller = f"{chance.randrange(400):03}"
        return self._written(at, kind, wanted, caller, said=said)

    def _written(
        self,
        at: datetime,
        kind: str,
        wanted: Entry,
        caller: str,
        *,
        follows: str = "",
        said: str = "",
    ) -> list[Written]:
        self.made += 1
        chance = self._chance
        call = hashlib.sha256(f"{at.isoformat()} {caller} {self.made}".encode()).hexdigest()[:32]
        story = Story(call, at, chance, said)
        story.start(caller, self._version)
        if follows:
            story.note(Note.PROBABLY_WRONG, detail=follows)
        other = chance.choice(self._reachable)
        TOLD[kind](story, wanted, other)
        if story.reason:
            self._answer(call, story.at, kind, wanted)
        if kind == "wrong":
            later = story.at + timedelta(minutes=chance.uniform(0.5, 4))
            return [
                *story.entries,
                *self._written(later, "confirmed", wanted, caller, follows=call),
            ]
        return story.entries

    def _answer(self, call: str, at: datetime, kind: str, wanted: Entry) -> None:
        what = Wanted.ENTRY
        if kind == "elsewhere":
            what = Wanted.WRONG_ORGANISATION
        elif kind in {"operator", "silence", "emergency"} and self._chance.random() < 0.6:  # noqa: PLR2004
            what = Wanted.INFORMATION
        key = wanted.key if what is Wanted.ENTRY else ""
        self.answers.append((call, at + timedelta(seconds=70), what, key))
