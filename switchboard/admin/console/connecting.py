"""Whether a call can still be connected from the console, and what became of a wish to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from directory.search import Entry, name_of
from grammar.model import Grammar
from switchboard.calls.record import Channel
from switchboard.dialogue.actions import Note, Purpose
from switchboard.dialogue.caller import CallerClass
from switchboard.dialogue.events import TransferOutcome
from switchboard.dialogue.policy import Policy
from switchboard.dialogue.taking_over import WhyNot
from switchboard.storage.call_records import CallRecord
from switchboard.storage.connect_requests import ConnectRequest
from switchboard.telephony.port import Means

_TAKEN_WITHIN = timedelta(seconds=3)
"""Far above what the process that runs a call takes to see a wish: then the call had gone."""


def is_ours(record: CallRecord) -> bool:
    """Whether the call is still with us, as far as its record tells: it may go at any moment."""
    call = record.call
    if call.channel != Channel.PHONE or is_over(record):
        return False
    last = record.transfers[-1] if record.transfers else None
    if last is None:
        return call.ended_at is None
    if last.done_at is None or last.outcome == TransferOutcome.CONNECTED:
        # Talking to an operator through us; or about to, should the phone be answered.
        through_us = last.done_at is None or last.how == Means.BRIDGE
        return through_us and last.purpose in {Purpose.OPERATOR, Purpose.LAST_RESORT}
    return call.ended_at is None or call.ended_at < last.done_at


def is_over(record: CallRecord) -> bool:
    """Whether it is known that a conversation with an operator through us has ended."""
    return any(each.note == Note.OPERATOR_DONE for each in record.notes)


def why_not(policy: Policy, grammar: Grammar | None, record: CallRecord, chosen: Entry) -> str:
    """Why this caller can't be connected to an entry, as a sentence; "" when they can."""
    name = name_of(chosen)
    callable_ones = grammar.entries if grammar is not None else ()
    entry = next((each for each in callable_ones if each.key == chosen.key), None)
    if entry is None:
        return f"{name} is not published yet, so no call can be connected there."
    if entry.has_left or not entry.number:
        return f"{name} has no number that a call can be connected to."
    known = record.call.caller_class in set(CallerClass)
    kind = CallerClass(record.call.caller_class) if known else CallerClass.WITHHELD
    if not policy.may_reach(kind, entry):
        return f"This caller may not be put through to {name}."
    return ""


def told_of(
    record: CallRecord, asked: ConnectRequest | None, entries: Mapping[str, Entry], now: datetime
) -> str:
    """What became of the last wish to connect the call, as a sentence; "" for none."""
    if asked is None:
        return ""
    entry = entries.get(asked.entry)
    name = name_of(entry) if entry is not None else asked.entry
    noted = [
        each
        for each in record.notes
        if each.note == Note.OPERATOR_CONNECTS and each.entries == (asked.entry,)
    ]
    if noted:
        return _told_by_the_call(record, asked.entry, noted[-1].detail, name)
    if now - asked.at < _TAKEN_WITHIN:
        return f"Being connected to {name}."
    return f"The call had gone before it could be connected to {name}."


def _told_by_the_call(record: CallRecord, entry: str, refused: str, name: str) -> str:
    """`refused` is why the call did not do it, "" when it did."""
    if refused:
        return {
            WhyNot.TOO_LATE: "The caller was being put through already.",
            WhyNot.NOT_REACHABLE: f"This caller can't be put through to {name}.",
        }[WhyNot(refused)]
    moves = [each for each in record.transfers if each.entry == entry]
    if not moves or moves[-1].done_at is None:
        return f"Being connected to {name}."
    if moves[-1].outcome == TransferOutcome.CONNECTED:
        return f"Connected to {name}."
    became = moves[-1].outcome.replace("_", " ")
    return f"Could not be connected to {name} ({became}); the operators were rung again."
