"""What a test call came to, overheard from its record as it is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from switchboard.calls.record import (
    CallEnded,
    CallStarted,
    Channel,
    Entry,
    Recorder,
    TransferBegun,
    TransferDone,
    TurnTaken,
)
from switchboard.dialogue.caller import EarlierCall
from switchboard.dialogue.events import TransferOutcome
from switchboard.uat.items import Observed


class Observing:
    """A `calls.record.Recorder` for one call that hands everything on, and keeps what it shows."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._written: tuple[Entry, ...] = ()

    @property
    def observed(self) -> Observed:
        return observed_in(self._written)

    @property
    def heard(self) -> tuple[str, ...]:
        """What was understood, turn by turn."""
        turns = (each for each in self._written if isinstance(each, TurnTaken))
        return tuple(turn.transcript for turn in turns if turn.outcome == "heard")

    def is_a_test(self) -> None:
        """Say in the record that the call, which began as a caller's, is a tester's. It tells
        nothing of who calls again, so it goes without the caller."""
        for each in self._written:
            if isinstance(each, CallStarted):
                self._recorder.write(replace(each, channel=Channel.TESTER, caller_hash=""))

    def write(self, entry: Entry, wait_s: float = 0.0) -> bool:
        self._written = (*self._written, entry)
        return self._recorder.write(entry, wait_s)

    def hash_of(self, number: str) -> str:
        return self._recorder.hash_of(number)

    def earlier_call(
        self, caller_hash: str, at: datetime, *, minutes: float = 10.0, wait_s: float = 0.2
    ) -> EarlierCall | None:
        return self._recorder.earlier_call(caller_hash, at, minutes=minutes, wait_s=wait_s)

    def flush(self, timeout_s: float) -> bool:
        return self._recorder.flush(timeout_s)

    def close(self, timeout_s: float = 5.0) -> None:
        """The recorder is others' too: nothing."""


def observed_in(entries: Iterable[Entry]) -> Observed:
    """What the entries of one call's record show, in the order in which they were written."""
    written = tuple(entries)
    waits = [
        each.timings_ms.get("total")
        for each in written
        if isinstance(each, TurnTaken) and each.outcome == "heard"
    ]
    seen = Observed("", "", "", "", tuple(wait for wait in waits if wait is not None))
    begun: dict[int, TransferBegun] = {}
    for entry in written:
        match entry:
            case CallStarted():
                seen = replace(seen, call=entry.call)
            case TransferBegun():
                begun[entry.number] = entry
            case TransferDone() if entry.outcome == TransferOutcome.CONNECTED:
                if (to := begun.get(entry.number)) is not None:
                    seen = replace(seen, entry=to.entry, number=to.to)
            case CallEnded():
                seen = replace(seen, ending=entry.ending)
    return seen
