"""How single made-up calls go: each kind writes the entries that such a call leaves.

What is heard falls short as engines do: a name comes out as something like it, and what nobody is
called in the directory isn't understood.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from directory.model import number_of
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

_OPERATOR = "5000"
_ENGINE = "vosk"
"""Whose calibration gaps and replays judge these texts by: that of transcripts without sound."""
_REASONS = {
    "transfer": Reason.SURE,
    "confirm": Reason.UNSURE,
    "reprompt": Reason.NO_MATCH,
    "operator": Reason.NO_MATCH,
}
_HEARD_FOR = {"a": "o", "e": "i", "i": "e", "o": "a", "u": "o", "y": "a"}
"""Vowels as a bad line turns them."""


class Story:
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
                engine=_ENGINE,
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


def _at_once(story: Story, wanted: Entry, _other: Entry) -> None:
    story.heard(name_of(wanted), "transfer", (wanted, 0.98))
    story.transfer(wanted)


def _confirmed(story: Story, wanted: Entry, _other: Entry) -> None:
    story.heard(name_of(wanted), "confirm", (wanted, 0.7))
    story.heard("yes", "transfer", (wanted, 0.99), expecting="yes_no")
    story.note(Note.ACCEPTED, wanted.key)
    story.transfer(wanted)


def _said_again(story: Story, wanted: Entry, other: Entry) -> None:
    story.heard(story.unnamed, "reprompt", (other, 0.08))
    story.heard(name_of(wanted), "transfer", (wanted, 0.97))
    story.transfer(wanted)


def _wrong(story: Story, wanted: Entry, other: Entry) -> None:
    story.heard(misheard(name_of(wanted)), "transfer", (other, 0.965), (wanted, 0.02))
    story.transfer(other)


def _declined(story: Story, wanted: Entry, other: Entry) -> None:
    story.heard(misheard(name_of(wanted)), "confirm", (other, 0.5), (wanted, 0.3))
    story.heard("no", "reprompt", (wanted, 0.3), expecting="yes_no")
    story.note(Note.DECLINED, other.key)
    story.fall_back(Why.DECLINED)


def _not_understood(story: Story, wanted: Entry, other: Entry) -> None:
    story.heard(story.unnamed, "reprompt", (other, 0.1), (wanted, 0.07))
    story.heard(story.unnamed, "operator", (wanted, 0.12), (other, 0.06))
    story.fall_back(Why.NOT_UNDERSTOOD)


def _no_answer(story: Story, wanted: Entry, _other: Entry) -> None:
    story.heard(name_of(wanted), "transfer", (wanted, 0.98))
    story.transfer(wanted, TransferOutcome.NO_ANSWER)
    story.fall_back(Why.TRANSFER_FAILED)


def _silent(story: Story, _wanted: Entry, _other: Entry) -> None:
    story.silent()
    story.silent()
    story.fall_back(Why.SILENCE)


def _asks_for_operator(story: Story, _wanted: Entry, _other: Entry) -> None:
    story.heard("operator please", "operator", reason=Reason.ASKED_FOR_OPERATOR)
    story.fall_back(Why.ASKED)


def _emergency(story: Story, _wanted: Entry, _other: Entry) -> None:
    story.heard("there is a fire", "operator", reason=Reason.EMERGENCY)
    story.note(Note.EMERGENCY)
    story.fall_back(Why.EMERGENCY)


def _leaves(story: Story, _wanted: Entry, _other: Entry) -> None:
    story.end(Ending.CALLER_LEFT)


def _reaches_nobody(story: Story, _wanted: Entry, _other: Entry) -> None:
    story.fall_back(Why.SILENCE, answered=False)


TOLD: dict[str, Callable[[Story, Entry, Entry], None]] = {
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


def misheard(name: str) -> str:
    """As a bad line gives the last word: "Arjun Chopra" becomes "arjun chapra"."""
    *others, last = name.lower().split()
    vowel = next((letter for letter in last if letter in _HEARD_FOR), "")
    return " ".join([*others, last.replace(vowel, _HEARD_FOR.get(vowel, ""), 1)])
