"""What a test call came to, overheard from its record as it is written."""

from __future__ import annotations

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
        self._begun: dict[int, TransferBegun] = {}
        self._started: CallStarted | None = None
        self.observed = Observed("", "", "", "")
        self.heard: tuple[str, ...] = ()
        """What was understood, turn by turn."""

    def is_a_test(self) -> None:
        """Say in the record that the call, which began as a caller's, is a tester's. It tells
        nothing of who calls again, so it goes without the caller."""
        if self._started is not None:
            self._recorder.write(replace(self._started, channel=Channel.TESTER, caller_hash=""))

    def write(self, entry: Entry, wait_s: float = 0.0) -> bool:
        self._notice(entry)
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

    def _notice(self, entry: Entry) -> None:
        seen = self.observed
        match entry:
            case CallStarted():
                self._started = entry
                self.observed = replace(seen, call=entry.call)
            case TurnTaken() if entry.outcome == "heard":
                self.heard = (*self.heard, entry.transcript)
                if (wait := entry.timings_ms.get("total")) is not None:
                    self.observed = replace(seen, waits_ms=(*seen.waits_ms, wait))
            case TransferBegun():
                self._begun[entry.number] = entry
            case TransferDone() if entry.outcome == TransferOutcome.CONNECTED:
                begun = self._begun.get(entry.number)
                if begun is not None:
                    self.observed = replace(seen, entry=begun.entry, number=begun.to)
            case CallEnded():
                self.observed = replace(seen, ending=entry.ending)
