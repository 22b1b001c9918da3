"""A plausible week of calls to a directory, for trying the admin out: marked as simulated.

Nobody is listened to and nothing is recognised: what was said, heard and decided is made up, from
a seed, after what pilots report. So its figures show what reports look like, and prove nothing.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from directory.model import Department, Directory, number_of
from directory.search import Entry, name_of
from grammar.decision import Reason
from switchboard.calls.record import (
    CallEnded,
    CallStarted,
    Channel,
    Noted,
    TransferBegun,
    TransferDone,
    TurnTaken,
)
from switchboard.calls.record import (
    Entry as Written,
)
from switchboard.dialogue.actions import Ending, Note, Purpose
from switchboard.dialogue.events import TransferOutcome
from switchboard.dialogue.operators import Why
from switchboard.errors import UserError
from switchboard.storage.call_labels import Wanted, label_call
from switchboard.storage.calls import write_entries
from switchboard.storage.store import Store

_BUSY = (0, 0, 0, 0, 0, 0, 0, 2, 7, 12, 13, 11, 8, 8, 10, 9, 7, 3, 1, 0, 0, 0, 0, 0)
"""How many of a day's calls begin in each hour, in proportion."""
_WEEKEND = 0.08
_BATCH = 400
_OPERATOR = "5000"
_UNNAMED = {
    "somebody about my bins": "waste",
    "parking fines": "parking",
    "the complaints people": "customer",
    "a rent rebate": "benefit",
}
"""What is said for a department, by a word of the department's name."""

_REASONS = {
    "transfer": Reason.SURE,
    "confirm": Reason.UNSURE,
    "reprompt": Reason.NO_MATCH,
    "operator": Reason.NO_MATCH,
}
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
        story = _Story(call, at, chance, said)
        story.start(caller, self._version)
        if follows:
            story.note(Note.PROBABLY_WRONG, detail=follows)
        other = chance.choice(self._reachable)
        _TOLD[kind](story, wanted, other)
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


class _Story:
    """One call's entries, on a clock of its own."""

    def __init__(self, call: str, at: datetime, chance: random.Random, unnamed: str) -> None:
        """`unnamed` is what somebody says who knows no name."""
        self.entries: list[Written] = []
        self.unnamed = unnamed
        self.at = at
        self.reason = ""
        self._call = call
        self._chance = chance
        self._turns = self._transfers = 0
        self._emergency = False

    def start(self, caller: str, version: str) -> None:
        outside = int(caller) % 3 == 0
        self.entries.append(
            CallStarted(
                call=self._call,
                at=self.at,
                channel=Channel.SIMULATED,
                caller_class="external" if outside else "internal",
                caller_hash=hashlib.sha256(f"simulated {caller}".encode()).hexdigest()[:32],
                caller_number=f"+447700900{caller}" if outside else f"7{caller}",
                dialled="5999",
                grammar_version=version,
                engine="simulated",
                worker="simulated",
            )
        )

    def heard(
        self,
        said: str,
        action: str,
        *candidates: tuple[Entry, float],
        expecting: str = "name",
        reason: Reason | None = None,
    ) -> None:
        self._pass(3, 7)
        took = self._chance.lognormvariate(5.8, 0.35)
        self._turn(
            "heard",
            expecting,
            transcript=said.lower(),
            action=action,
            candidates=tuple(
                {
                    "entry": entry.key,
                    "name": name_of(entry),
                    "department": getattr(entry, "department", ""),
                    "probability": round(probability, 3),
                }
                for entry, probability in candidates
            ),
            took=took,
            reason=reason,
        )

    def silent(self) -> None:
        self._pass(6, 9)
        self._turn("no_input", "name", reason=Reason.NO_INPUT)

    def note(self, note: Note, *entries: str, detail: str = "") -> None:
        self._emergency = self._emergency or note is Note.EMERGENCY
        noted = Noted(self._call, self.at, self._turns, note.value, entries, detail)
        self.entries.append(noted)

    def transfer(self, to: Entry, outcome: TransferOutcome = TransferOutcome.CONNECTED) -> None:
        self._move(number_of(to) or "", to.key, Purpose.ENTRY, outcome)
        if outcome is TransferOutcome.CONNECTED:
            self.end(Ending.TRANSFERRED)

    def fall_back(self, why: Why, *, answered: bool = True) -> None:
        self.reason = why.value
        self.note(Note.FALLBACK, detail=why.value)
        outcome = TransferOutcome.CONNECTED if answered else TransferOutcome.NO_ANSWER
        self._move(_OPERATOR, "", Purpose.OPERATOR, outcome)
        self.end(Ending.OPERATOR if answered else Ending.NOBODY)

    def end(self, ending: Ending) -> None:
        self._pass(0, 1)
        ended = CallEnded(self._call, self.at, ending.value, self.reason, self._emergency)
        self.entries.append(ended)

    def _turn(
        self,
        outcome: str,
        expecting: str,
        *,
        transcript: str = "",
        action: str = "reprompt",
        candidates: tuple[dict[str, object], ...] = (),
        took: float | None = None,
        reason: Reason | None = None,
    ) -> None:
        self._turns += 1
        best = candidates[0] if candidates else None
        probability = best["probability"] if best else None
        heard = ({"text": transcript, "source": "free", "log_likelihood": -12.0},)
        self.entries.append(
            TurnTaken(
                call=self._call,
                number=self._turns,
                at=self.at,
                prompt="greeting" if self._turns == 1 else "again",
                expecting=expecting,
                outcome=outcome,
                transcript=transcript,
                hypotheses=heard if transcript else (),
                keys="",
                action=action,
                reason=(reason or _REASONS[action]).value,
                candidates=candidates,
                options=(str(best["entry"]),) if best and action != "reprompt" else (),
                probability=probability if isinstance(probability, float) else None,
                timings_ms={} if took is None else {"total": round(took, 1)},
            )
        )

    def _move(self, number: str, entry: str, purpose: Purpose, outcome: TransferOutcome) -> None:
        self._transfers += 1
        self.entries.append(
            TransferBegun(self._call, self._transfers, self.at, number, entry, purpose.value)
        )
        answered = outcome is TransferOutcome.CONNECTED
        self._pass(3, 12) if answered else self._pass(20, 25)
        self.entries.append(
            TransferDone(self._call, self._transfers, self.at, outcome.value, "refer")
        )

    def _pass(self, least: float, most: float) -> None:
        self.at += timedelta(seconds=self._chance.uniform(least, most))


def _at_once(story: _Story, wanted: Entry, _other: Entry) -> None:
    story.heard(name_of(wanted), "transfer", (wanted, 0.98))
    story.transfer(wanted)


def _confirmed(story: _Story, wanted: Entry, _other: Entry) -> None:
    story.heard(name_of(wanted), "confirm", (wanted, 0.7))
    story.heard("yes", "transfer", (wanted, 0.99), expecting="yes_no")
    story.note(Note.ACCEPTED, wanted.key)
    story.transfer(wanted)


def _said_again(story: _Story, wanted: Entry, other: Entry) -> None:
    story.heard(story.unnamed, "reprompt", (other, 0.08))
    story.heard(name_of(wanted), "transfer", (wanted, 0.97))
    story.transfer(wanted)


def _wrong(story: _Story, wanted: Entry, other: Entry) -> None:
    story.heard(name_of(wanted), "transfer", (other, 0.965), (wanted, 0.02))
    story.transfer(other)


def _declined(story: _Story, wanted: Entry, other: Entry) -> None:
    story.heard(name_of(wanted), "confirm", (other, 0.5), (wanted, 0.3))
    story.heard("no", "reprompt", (wanted, 0.3), expecting="yes_no")
    story.note(Note.DECLINED, other.key)
    story.fall_back(Why.DECLINED)


def _not_understood(story: _Story, wanted: Entry, other: Entry) -> None:
    story.heard(story.unnamed, "reprompt", (other, 0.1), (wanted, 0.07))
    story.heard(story.unnamed, "operator", (wanted, 0.12), (other, 0.06))
    story.fall_back(Why.NOT_UNDERSTOOD)


def _no_answer(story: _Story, wanted: Entry, _other: Entry) -> None:
    story.heard(name_of(wanted), "transfer", (wanted, 0.98))
    story.transfer(wanted, TransferOutcome.NO_ANSWER)
    story.fall_back(Why.TRANSFER_FAILED)


def _silent(story: _Story, _wanted: Entry, _other: Entry) -> None:
    story.silent()
    story.silent()
    story.fall_back(Why.SILENCE)


def _asks_for_operator(story: _Story, _wanted: Entry, _other: Entry) -> None:
    story.heard("operator please", "operator", reason=Reason.ASKED_FOR_OPERATOR)
    story.fall_back(Why.ASKED)


def _emergency(story: _Story, _wanted: Entry, _other: Entry) -> None:
    story.heard("there is a fire", "operator", reason=Reason.EMERGENCY)
    story.note(Note.EMERGENCY)
    story.fall_back(Why.EMERGENCY)


def _leaves(story: _Story, _wanted: Entry, _other: Entry) -> None:
    story.end(Ending.CALLER_LEFT)


def _reaches_nobody(story: _Story, _wanted: Entry, _other: Entry) -> None:
    story.fall_back(Why.SILENCE, answered=False)


_TOLD: dict[str, Callable[[_Story, Entry, Entry], None]] = {
    "at once": _at_once,
    "confirmed": _confirmed,
    "again": _said_again,
    "wrong": _wrong,
    "declined": _declined,
    "not understood": _not_understood,
    "elsewhere": _not_understood,
    "no answer": _no_answer,
    "silence": _silent,
    "operator": _asks_for_operator,
    "emergency": _emergency,
    "left": _leaves,
    "nobody": _reaches_nobody,
}
