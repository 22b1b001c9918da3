"""One call as an operator needs it at a glance: who, what was said and heard, who may be meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from directory.model import number_of
from directory.search import Entry, name_of
from switchboard.admin.console.connecting import is_ours, is_over, told_of
from switchboard.calls.record import Channel, TurnTaken
from switchboard.dialogue.actions import Expecting, Note, Purpose
from switchboard.dialogue.events import TransferOutcome
from switchboard.dialogue.operators import Why
from switchboard.storage.call_labels import Label, Wanted
from switchboard.storage.call_records import CallRecord
from switchboard.storage.connect_requests import ConnectRequest

CANDIDATES = 5
"""As many as there are keys for them."""

_WHY = {
    Why.ASKED: "Asked for an operator",
    Why.HELP: "Asked for help",
    Why.EMERGENCY: "Emergency",
    Why.SILENCE: "Said nothing",
    Why.NOT_UNDERSTOOD: "Was not understood",
    Why.DECLINED: "Said no to whom was offered",
    Why.SPELLING_REFUSED: "Did not want to spell",
    Why.SPELLING_FAILED: "Spelled a name that is not in the directory",
    Why.LEFT: "Asked for somebody who has left",
    Why.NO_NUMBER: "Asked for somebody without a number",
    Why.NOT_FOR_CALLER: "Asked for somebody whom this caller may not reach",
    Why.TOO_MANY: "Too many have that name",
    Why.NOT_TOLD_APART: "Several have that name, and the caller could not choose",
    Why.TRANSFER_FAILED: "Whom was asked for did not answer",
    Why.TURN_LIMIT: "Too many questions on this call",
    Why.KEY_FLOOD: "Too many keys were pressed",
    Why.FAULT: "A part of the switchboard failed",
    Why.CLOSING: "The switchboard was being stopped",
    Why.OVERLOADED: "Too many calls at once",
    Why.CLOSED: "Out of hours",
    Why.DEPARTMENT_CLOSED: "Asked for a department outside its hours",
    Why.NOT_SERVED: "Callers of this kind are not served yet",
    Why.TAKEN_OVER: "An operator took it over",
}
_BY: Mapping[str, str] = {
    Channel.BROWSER: "a test call",
    Channel.TESTER: "a test call",
    Channel.SIMULATED: "simulated",
}
_CLOSED = {
    Wanted.INFORMATION: "information only",
    Wanted.WRONG_ORGANISATION: "wrong organisation",
    Wanted.ABUSE: "abuse",
}


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody who may be meant. `number` is what a phone dials, "" for none; `probability` in
    [0, 1], the highest of any turn; `declined`: the caller said no."""

    entry: str
    name: str
    department: str
    number: str
    probability: float
    declined: bool


@dataclass(frozen=True, slots=True)
class Try:
    """One turn in words. `sound`: what was said can be played."""

    number: int
    asked: str
    heard: str
    then: str
    sound: bool


@dataclass(frozen=True, slots=True)
class Told:
    """`by` is whose call it is, "" for a caller's; `where` what has become of it; `closed` what was
    said that it wanted, "" while nobody did. `newest_sound` is the number of the last turn that can
    be played. `ours`: it can be connected from here; `connecting` is what became of the wish to, ""
    for none."""

    call: str
    at: datetime
    caller: str
    caller_class: str
    caller_hash: str
    by: str
    emergency: bool
    why: str
    where: str
    summary: str
    tries: tuple[Try, ...]
    candidates: tuple[Offered, ...]
    newest_sound: int | None
    closed: str
    closed_by: str
    ours: bool
    connecting: str


def told(
    record: CallRecord,
    entries: Mapping[str, Entry],
    asked: ConnectRequest | None = None,
    now: datetime | None = None,
) -> Told:
    """The story of a call; `entries` are the directory's, by key, and `asked` is what an operator
    wished last."""
    call = record.call
    tries = tuple(_try(turn, record.with_audio) for turn in record.turns)
    held = _held(record.labels)
    # A "no" to a question says less of a call than the name before it.
    heard = sorted(
        (turn for turn in record.turns if turn.transcript),
        key=lambda turn: turn.expecting != Expecting.YES_NO,
    )
    return Told(
        call=call.call,
        at=call.fell_back_at or call.started_at,
        caller=call.caller_number,
        caller_class=call.caller_class,
        caller_hash=call.caller_hash,
        by=_BY.get(call.channel, ""),
        emergency=call.emergency or any(each.note == Note.EMERGENCY for each in record.notes),
        why=_why(record),
        where=_where(record),
        summary=f"“{heard[-1].transcript}”" if heard else "nothing was heard",
        tries=tries,
        candidates=_candidates(record, entries),
        newest_sound=max(record.with_audio, default=None),
        closed=_closed(held, entries) if held else "",
        closed_by=held.actor if held else "",
        ours=is_ours(record),
        connecting=told_of(record, asked, entries, now or datetime.now(UTC)),
    )


def _why(record: CallRecord) -> str:
    if _is_talking(record):
        return "Talks to the switchboard, and was not sent to an operator"
    details = [each.detail for each in record.notes if each.note == Note.FALLBACK]
    if not details:
        return "Went to an operator"
    return _WHY[Why(details[-1])] if details[-1] in set(Why) else details[-1].replace("_", " ")


def _is_talking(record: CallRecord) -> bool:
    return record.call.ended_at is None and record.call.fell_back_at is None


def _where(record: CallRecord) -> str:
    if _is_talking(record):
        return "not over"
    if is_over(record):
        return "was with an operator"
    if record.transfers and any(each.note == Note.OPERATOR_CONNECTS for each in record.notes):
        last = record.transfers[-1]
        if last.purpose == Purpose.ENTRY and last.outcome == TransferOutcome.CONNECTED:
            return "connected by an operator"
    moves = [each for each in record.transfers if each.purpose != Purpose.ENTRY]
    if moves and moves[-1].outcome == TransferOutcome.CONNECTED:
        return "with an operator" if moves[-1].purpose == Purpose.OPERATOR else "at the last resort"
    if record.call.ended_at is not None:
        return "the caller has gone, unanswered"
    return "ringing"


def _try(turn: TurnTaken, with_audio: Iterable[int]) -> Try:
    match turn.outcome:
        case "heard":
            heard = f"“{turn.transcript}”" if turn.transcript else "words that fit nothing"
        case "keys":
            heard = f"keys {turn.keys}"
        case "no_input":
            heard = "silence"
        case "not_speech":
            heard = "noise"
        case _:
            heard = "nothing: the recogniser failed"
    then = turn.action.replace("_", " ")
    if turn.probability is not None:
        then = f"{then} ({turn.probability:.0%} sure)"
    return Try(
        turn.number, turn.expecting.replace("_", " "), heard, then, turn.number in with_audio
    )


def _candidates(record: CallRecord, entries: Mapping[str, Entry]) -> tuple[Offered, ...]:
    declined = {key for each in record.notes if each.note == Note.DECLINED for key in each.entries}
    best: dict[str, Offered] = {}
    for turn in record.turns:
        for each in turn.candidates:
            key, probability = each["entry"], float(each.get("probability") or 0.0)
            if key in best and best[key].probability >= probability:
                continue
            entry = entries.get(key)
            number = number_of(entry) if entry is not None and not entry.left else None
            best[key] = Offered(
                entry=key,
                name=str(each.get("name") or key),
                department=str(each.get("department") or ""),
                number=number or "",
                probability=probability,
                declined=key in declined,
            )
    # Whom the caller has refused is hardly meant, however well it matched.
    ranked = sorted(best.values(), key=lambda each: (each.declined, -each.probability))
    return tuple(ranked[:CANDIDATES])


def _held(labels: Iterable[Label]) -> Label | None:
    whole = [label for label in labels if not label.turn]
    return whole[-1] if whole else None


def _closed(label: Label, entries: Mapping[str, Entry]) -> str:
    if label.wanted is not Wanted.ENTRY:
        return _CLOSED[label.wanted]
    entry = entries.get(label.entry)
    return f"wanted {name_of(entry) if entry else label.entry}"
