"""What a call is run with: the parts of the service that all calls share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from grammar.model import Grammar
from switchboard.calls.deciding import Deciders
from switchboard.calls.desk import Desk
from switchboard.calls.ears import Ears
from switchboard.calls.grammars import Grammars
from switchboard.calls.record import Channel, Recorder
from switchboard.dialogue.actions import Line as Prompted
from switchboard.dialogue.caller import Caller
from switchboard.dialogue.events import Event, Load
from switchboard.dialogue.policy import Policy
from switchboard.dialogue.state import State, Step
from switchboard.dialogue.world import World
from switchboard.speech.port import Spoken
from switchboard.telephony.port import Offer


class Speaker(Protocol):
    """`speech.port.Speaker`, as far as calls need it."""

    def say(self, lines: Sequence[Prompted], rate: int, grammar: Grammar) -> Spoken: ...


def _local_now() -> datetime:
    return datetime.now().astimezone()


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a part may take before it counts as failed, in seconds.

    Each is far above what the part takes when all is well. `speak`: to have a prompt ready.
    `decide`: from the end of speech to a decision, whatever the engines' own limits. `answer`: for
    the media to come up. `transfer`: beyond the time that the far end may ring. `silent_line`:
    without a packet from the caller; `no_media`: the same from the beginning of the call.
    """

    speak: float = 2.0
    decide: float = 13.0
    answer: float = 15.0
    transfer: float = 30.0
    silent_line: float = 20.0
    no_media: float = 8.0


@dataclass(frozen=True, slots=True)
class Identity:
    """What each record says of the service: the engine's name, and which process it was."""

    engine: str
    worker: str


@dataclass(frozen=True, slots=True)
class Parts:
    """All that calls share.

    `advance` is the dialogue. `classify` tells who calls. `hand_over` is set once calls that are
    still up must go to an operator. `desk` is where operators ask for a call. `keep_audio`: whether
    turns' sound is handed to the recorder.
    """

    advance: Callable[[State, Event, World], Step]
    classify: Callable[[Offer], Caller]
    policy: Policy
    grammars: Grammars
    speaker: Speaker
    ears: Ears
    deciders: Deciders
    recorder: Recorder
    traffic: Traffic
    identity: Identity
    hand_over: asyncio.Event
    desk: Desk = field(default_factory=Desk)
    keep_audio: bool = False
    channel: Channel = Channel.PHONE
    patience: Patience = field(default_factory=Patience)
    now: Callable[[], datetime] = _local_now


@dataclass(slots=True)
class Traffic:
    """How many calls are up and how many utterances wait: what overload is judged by.

    A call that was put through no longer counts, though a bridged one is still up. `most_waiting`
    utterances are as many as the engines recognise in the time that a caller bears.
    """

    most_calls: int
    most_waiting: int
    waiting: Callable[[], int]
    closing: bool = False
    calls: int = 0

    @contextmanager
    def call(self) -> Iterator[Load]:
        """Count a call in; what it is told of the load."""
        self.calls += 1
        try:
            yield self._load()
        finally:
            self.calls -= 1

    def _load(self) -> Load:
        if self.closing:
            return Load.CLOSING
        if self.calls > self.most_calls or self.waiting() >= self.most_waiting:
            return Load.OVERLOADED
        return Load.NORMAL
