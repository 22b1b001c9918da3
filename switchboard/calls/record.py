"""What is kept of a call: the operator's story, the reports' figures, the gaps' evidence.

A record grows while the call runs: each `Entry` of it is written as it happens, so that a crash
leaves what was known until then. Texts that a caller said, and numbers, are personal data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from switchboard.dialogue.caller import EarlierCall


class Channel(StrEnum):
    PHONE = "phone"
    """A caller, by telephone: the only calls that figures of callers and priors are made of."""
    BROWSER = "browser"
    """A tester, from the admin's test page."""
    TESTER = "tester"
    """A tester, by telephone with a PIN: known only once the PIN is keyed."""
    SIMULATED = "simulated"


@dataclass(frozen=True, slots=True)
class CallStarted:
    """`caller_hash` is the caller's number hashed with the site's key, "" when withheld;
    `caller_number` the number itself, only where the settings keep it, or as long as the
    operator's screen needs it (see `Retention`). `dialled` is what the caller called."""

    call: str
    at: datetime
    channel: Channel
    caller_class: str
    caller_hash: str
    caller_number: str
    dialled: str
    grammar_version: str
    engine: str
    worker: str
    """Which switchboard process took the call: host and process id."""


@dataclass(frozen=True, slots=True)
class TurnTaken:
    """One caller turn with its decision and the evidence.

    `number` counts from 1. `prompt` names what was asked; `expecting` as `dialogue.Expecting`.
    `outcome` is "heard", "no_input", "not_speech", "keys" or "failed". `keys` are the keys pressed,
    "" unless so. `hypotheses` are [{text, source, log_likelihood}]; `candidates`, best first,
    [{entry, name, department, probability}]; `options` the entry keys that were then offered or
    transferred to. `probability` is the best option's, or None. `timings_ms` has `recognition`,
    `matching`, `total`. `audio` is the turn's sound as FLAC, None unless the settings keep audio.
    `evidence` is how well texts of the grammar fit the sound, as in `grammar.hearing.FormEvidence`:
    [text, relative, support, per_token, ending] each; with the hypotheses and `speech_probability`
    it is all that matching needs, so that the turn can be decided again under another grammar.
    """

    call: str
    number: int
    at: datetime
    prompt: str
    expecting: str
    outcome: str
    transcript: str
    hypotheses: tuple[dict[str, Any], ...]
    keys: str
    action: str
    reason: str
    candidates: tuple[dict[str, Any], ...]
    options: tuple[str, ...]
    probability: float | None
    timings_ms: dict[str, float]
    audio: bytes | None = None
    evidence: tuple[list[Any], ...] = ()
    speech_probability: float | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """As `dialogue.Mark`: `turn` is the number of the turn that it followed, 0 before the first.

    In "probably_wrong", `detail` is the earlier call's id: its record is marked, too.
    """

    call: str
    at: datetime
    turn: int
    note: str
    entries: tuple[str, ...]
    detail: str


@dataclass(frozen=True, slots=True)
class TransferBegun:
    """Written before the transfer starts, so that the operator's screen has the story in time."""

    call: str
    number: int
    """Counts the call's transfers from 1."""
    at: datetime
    to: str
    """The number dialled: it stands in a directory row or the settings."""
    entry: str
    purpose: str


@dataclass(frozen=True, slots=True)
class TransferDone:
    call: str
    number: int
    at: datetime
    outcome: str
    how: str
    """"refer", "bridge" or "redirect"."""


@dataclass(frozen=True, slots=True)
class CallEnded:
    """`ending` as `dialogue.Ending`; `reason` says why it fell back, "" when it didn't."""

    call: str
    at: datetime
    ending: str
    reason: str
    emergency: bool


Entry = CallStarted | TurnTaken | Noted | TransferBegun | TransferDone | CallEnded


class Recorder(Protocol):
    """Where entries go: `storage.call_log.CallLog`. No method raises, whatever has failed.

    Safe to share among threads. What the settings don't allow to be kept (audio, numbers) is taken
    out here, so whoever runs a call may hand it over always.
    """

    def write(self, entry: Entry, wait_s: float = 0.0) -> bool:
        """Take an entry over. Returns at once, or within `wait_s` seconds, as soon as the entry
        would outlive this process (in the database, or on disk); True when it does.

        With `wait_s` it blocks: on an event loop, call it in a thread.
        """

    def hash_of(self, number: str) -> str:
        """A caller's number (E.164 or extension) hashed with the site's key; "" for ""."""

    def earlier_call(
        self, caller_hash: str, at: datetime, *, minutes: float = 10.0, wait_s: float = 0.2
    ) -> EarlierCall | None:
        """The caller's last call that began within `minutes` before `at`; None for a hash of "".

        Ask before writing this call's `CallStarted`. Blocks for `wait_s` seconds at most: when the
        database doesn't answer by then, only calls of this process are known.
        """

    def flush(self, timeout_s: float) -> bool:
        """Wait until everything is in the database; False when it isn't by then."""

    def close(self, timeout_s: float = 5.0) -> None:
        """Store what can be stored in that time, leave the rest on disk for the next start."""
