"""Made-up calls, entry by entry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from switchboard.calls.record import (
    CallEnded,
    CallStarted,
    Channel,
    Entry,
    Noted,
    TransferBegun,
    TransferDone,
    TurnTaken,
)

NOON = datetime(2031, 5, 6, 12, 0, tzinfo=UTC)


def started(
    call: str = "c1", at: datetime = NOON, *, caller_hash: str = "ab12", number: str = "5003"
) -> CallStarted:
    return CallStarted(
        call=call,
        at=at,
        channel=Channel.PHONE,
        caller_class="internal",
        caller_hash=caller_hash,
        caller_number=number,
        dialled="5999",
        grammar_version="g1",
        engine="whisper",
        worker="host:1",
    )


def turn(
    call: str = "c1", number: int = 1, at: datetime = NOON, audio: bytes | None = None
) -> TurnTaken:
    return TurnTaken(
        call=call,
        number=number,
        at=at + timedelta(seconds=4),
        prompt="greeting",
        expecting="name",
        outcome="heard",
        transcript="will smith in planning",
        hypotheses=({"text": "will smith in planning", "source": "free", "log_likelihood": -9.5},),
        keys="",
        action="transfer",
        reason="sure",
        candidates=(
            {"entry": "p2", "name": "Will Smith", "department": "Planning", "probability": 0.98},
        ),
        options=("p2",),
        probability=0.98,
        timings_ms={"recognition": 300.0, "matching": 20.0, "total": 320.0},
        audio=audio,
    )


def note(call: str, what: str, *entries: str, at: datetime = NOON, detail: str = "") -> Noted:
    return Noted(call, at + timedelta(seconds=5), 1, what, entries, detail)


def sent(
    call: str = "c1",
    to: str = "5002",
    entry: str = "p2",
    *,
    number: int = 1,
    at: datetime = NOON,
    purpose: str = "entry",
    outcome: str = "connected",
) -> tuple[TransferBegun, TransferDone]:
    begun = TransferBegun(call, number, at + timedelta(seconds=6), to, entry, purpose)
    return begun, TransferDone(call, number, at + timedelta(seconds=9), outcome, "refer")


def ended(call: str = "c1", ending: str = "transferred", at: datetime = NOON) -> CallEnded:
    return CallEnded(call, at + timedelta(seconds=10), ending, "", emergency=False)


def whole_call(
    call: str = "c1", at: datetime = NOON, *, caller_hash: str = "ab12", audio: bytes | None = None
) -> tuple[Entry, ...]:
    """Put through to Will Smith (p2) at once."""
    return (
        started(call, at, caller_hash=caller_hash),
        turn(call, at=at, audio=audio),
        *sent(call, at=at),
        ended(call, at=at),
    )


def fallen_back(
    call: str = "c2", at: datetime = NOON, *, caller_hash: str = "cd34"
) -> tuple[Entry, ...]:
    """Declined whom he was offered, and went to the operator."""
    return (
        started(call, at, caller_hash=caller_hash),
        turn(call, at=at),
        note(call, "declined", "p2", at=at),
        note(call, "fallback", at=at + timedelta(milliseconds=1), detail="declined"),
        *sent(call, "5000", "", at=at, purpose="operator"),
        ended(call, "operator", at),
    )
