"""Which turns of a stored call failed, why that is believed, and whom the caller meant."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from grammar.decision import Action, Decision, Reason
from grammar.gaps.utterances import MeantBy, Utterance
from grammar.hearing import FormEvidence, Hypothesis
from switchboard.calls.record import TurnTaken
from switchboard.dialogue.actions import Expecting, Note, Purpose
from switchboard.dialogue.events import TransferOutcome
from switchboard.storage.call_labels import Label, Wanted
from switchboard.storage.call_records import Call, CallRecord

LOW = 0.5
"""Probability below which a call that went on is looked at all the same. Raising it shows more
calls that went right by a question."""

_NO_NAMES = frozenset({Reason.ASKED_FOR_OPERATOR, Reason.EMERGENCY, Reason.COMMAND})
"""Reasons of turns in which nobody was named."""

_OFFERS = frozenset({Action.TRANSFER, Action.CONFIRM, Action.DISAMBIGUATE})


class Signal(StrEnum):
    """Why a turn counts as failed, from the surest to the least."""

    CORRECTED = "corrected"
    """An operator or a tester says that somebody else was meant."""
    DECLINED = "declined"
    FAILED = "failed"
    """Nobody was offered."""
    FELL_BACK = "fell_back"
    CALLED_AGAIN = "called_again"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Meaning:
    """Whom a caller meant: an entry's key; or `for_nobody`; or unknown."""

    entry: str = ""
    by: MeantBy = MeantBy.NOBODY
    for_nobody: bool = False


def name_turns(record: CallRecord) -> tuple[TurnTaken, ...]:
    """The turns in which the caller was asked for a name, and didn't use keys or a command."""
    return tuple(
        turn
        for turn in record.turns
        if turn.expecting == Expecting.NAME
        and turn.outcome != "keys"
        and turn.reason not in _NO_NAMES
    )


def signal_of(record: CallRecord, turn: TurnTaken, later: Call | None) -> Signal | None:
    """Why this turn (of `name_turns`) counts as failed; None when it doesn't.

    `later` is the same caller's next call, if it came soon.
    """
    if turn.action not in _OFFERS:
        return Signal.FAILED
    last = name_turns(record)[-1].number == turn.number
    label = label_of(record, turn.number)
    reached = reached_entry(record)
    signals = (
        (Signal.CORRECTED, last and label is not None and _corrects(label, reached, turn)),
        (Signal.DECLINED, _declined(record, turn)),
        (Signal.CALLED_AGAIN, last and label is None and _came_back(record, reached, later)),
        (Signal.FELL_BACK, last and not reached and _fell_back(record)),
        (Signal.UNSURE, last and label is None and (turn.probability or 1.0) < LOW),
    )
    return next((signal for signal, holds in signals if holds), None)


def meaning_of(record: CallRecord, turn: TurnTaken, later: Call | None) -> Meaning:
    """Whom the caller meant by this turn, as far as anybody or anything says."""
    label = label_of(record, turn.number)
    if label is not None:
        if label.wanted is Wanted.ENTRY:
            return Meaning(label.entry, MeantBy(label.source.value))
        return Meaning(by=MeantBy(label.source.value), for_nobody=True)
    reached = reached_entry(record)
    if reached and not record.call.probably_wrong and (later is None or later.entry == reached):
        return Meaning(reached, MeantBy.CALLER)
    if later is not None and later.entry and not later.probably_wrong:
        return Meaning(later.entry, MeantBy.CALLED_AGAIN)
    return Meaning()


def label_of(record: CallRecord, turn: int) -> Label | None:
    """The label that holds for a turn: the last of its own, else the last of the whole call."""
    own = [label for label in record.labels if label.turn == turn]
    whole = [label for label in record.labels if label.turn == 0]
    chosen = own or whole
    return chosen[-1] if chosen else None


def reached_entry(record: CallRecord) -> str:
    """The key of the entry that the caller was put through to, "" for none."""
    found = [
        each.entry
        for each in record.transfers
        if each.purpose == Purpose.ENTRY and each.outcome == TransferOutcome.CONNECTED
    ]
    return found[-1] if found else ""


def utterance_of(record: CallRecord, turn: TurnTaken, meaning: Meaning) -> Utterance:
    """The turn as matching takes it."""
    return Utterance(
        hypotheses=tuple(
            Hypothesis(each["text"], each["log_likelihood"] or 0.0, each["source"])
            for each in turn.hypotheses
        ),
        evidence=tuple(
            FormEvidence(text, *(value or 0.0 for value in nats)) for text, *nats in turn.evidence
        ),
        speech_probability=turn.speech_probability,
        engine=record.call.engine,
        meant=meaning.entry,
        meant_by=meaning.by,
        for_nobody=meaning.for_nobody,
    )


def decision_of(turn: TurnTaken) -> Decision | None:
    """What was decided then, without the candidates; None for a turn in which nothing was heard."""
    if not turn.action or not turn.reason:
        return None
    return Decision(Action(turn.action), Reason(turn.reason))


def _corrects(label: Label, reached: str, turn: TurnTaken) -> bool:
    got = (reached,) if reached else turn.options
    return label.wanted is not Wanted.ENTRY or label.entry not in got


def _came_back(record: CallRecord, reached: str, later: Call | None) -> bool:
    return record.call.probably_wrong or (later is not None and not reached)


def _declined(record: CallRecord, turn: TurnTaken) -> bool:
    """The caller said no to what this turn offered."""
    following = [each.number for each in name_turns(record) if each.number > turn.number]
    until = min(following, default=len(record.turns) + 1)
    return any(
        note.note == Note.DECLINED and turn.number <= note.turn < until for note in record.notes
    )


def _fell_back(record: CallRecord) -> bool:
    """To an operator, and not because the right place was rung and didn't answer: no grammar
    could mend that."""
    rang = any(each.purpose == Purpose.ENTRY and each.outcome for each in record.transfers)
    return record.call.fell_back_at is not None and not rang
