# ruff: noqa: ARG002  what stands in for a part takes what the part takes
"""The parts of a service that do what a test says: everything of a call but the runner itself."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from grammar.decision import Action, Costs, Decision, Reason
from grammar.hearing import Hypothesis
from grammar.matching import Candidate, Match
from grammar.model import Command, Entry, Grammar
from switchboard.audio.endpointing import EndpointSettings
from switchboard.audio.files import read_audio
from switchboard.calls.deciding import Deciders
from switchboard.calls.ears import Ears
from switchboard.calls.grammars import Board, Grammars
from switchboard.calls.parts import Identity, Parts, Patience, Traffic
from switchboard.calls.record import CallEnded, Noted, TransferBegun, TurnTaken
from switchboard.calls.record import Entry as Recorded
from switchboard.dialogue.actions import Line as Prompted
from switchboard.dialogue.caller import Caller, CallerClass, EarlierCall
from switchboard.dialogue.machine import advance
from switchboard.dialogue.policy import Limits, Operator, Policy
from switchboard.dialogue.world import world_of
from switchboard.recognition.port import Recognition, Utterance
from switchboard.routing import Routed, Timings
from switchboard.speech.port import Spoken
from switchboard.telephony.port import Offer, Samples
from tests.calls.fake_line import RATE
from tests.grammar.small_council import small_grammar

VOICE: Samples = read_audio(Path(__file__).parents[1] / "audio" / "voice.flac").samples
OPERATOR, SECOND, LAST = "7000", "7001", "7002"
POLICY = Policy(
    operators=(Operator(OPERATOR, 1.0), Operator(SECOND, 1.0)),
    last_resort=LAST,
    last_resort_ring_s=1.0,
    limits=Limits(no_input_s=0.3, key_pause_s=0.2, objection_s=0.05, entry_ring_s=1.0),
)
GRAMMAR = small_grammar()
HOUSING = next(each for each in GRAMMAR.entries if each.name == "Housing")
BILL = next(each for each in GRAMMAR.entries if each.number == "5002")
JANES = tuple(each for each in GRAMMAR.entries if each.name == "Jane Smith")


def heard(
    action: Action, reason: Reason = Reason.SURE, *entries: Entry, text: str = "something"
) -> Routed:
    """What deciding on an utterance comes to."""
    found = tuple(Candidate((entry,), 0.99 / len(entries), entry.name) for entry in entries)
    said = (Hypothesis(text, -1.0),)
    recognition = Recognition("scripted", GRAMMAR.version, said)
    match = Match(found, {}, 0.01)
    return Routed(Decision(action, reason, found), match, recognition, Timings(1.0, 2.0, 3.0))


def command(command: Command, text: str) -> Routed:
    routed = heard(Action.REPROMPT, Reason.COMMAND, text=text)
    return replace(routed, match=Match((), {command: 0.99}, 0.01))


FAILED = Routed(Decision(Action.OPERATOR, Reason.ENGINE_FAILED), None, None, Timings(0.0, 0.0, 0.0))


class Router:
    """Hears, one after the other, what the test says."""

    def __init__(self, *routed: Routed | Exception) -> None:
        self.routed = list(routed)
        self.utterances: list[Utterance] = []
        self.hangs = threading.Event()
        self.hanging = False

    def decide(self, utterance: Utterance, may_reach: Callable[[Entry], bool]) -> Routed:
        self.utterances.append(utterance)
        if self.hanging:
            self.hangs.wait(20)
        found = self.routed.pop(0)
        if isinstance(found, Exception):
            raise found
        return found


class Speaker:
    """Every prompt is a hum; `said` has their names."""

    def __init__(self, seconds: float = 0.3) -> None:
        self.said: list[str] = []
        self.sound = (1000 * np.sin(np.arange(int(seconds * RATE)) / 3)).astype(np.int16)
        self.fault: Exception | None = None
        self.complete = True
        self.slow_s = 0.0

    def say(self, lines: Sequence[Prompted], rate: int, grammar: Grammar) -> Spoken:
        self.said += [str(line.prompt) for line in lines]
        if self.fault is not None:
            raise self.fault
        time.sleep(self.slow_s)
        return Spoken(self.sound, self.complete)


class Recorder:
    """Keeps entries in memory."""

    def __init__(self) -> None:
        self.entries: list[Recorded] = []
        self.earlier: EarlierCall | None = None
        self.raises = False

    def write(self, entry: Recorded, wait_s: float = 0.0) -> bool:
        if self.raises:
            raise RuntimeError("write")
        self.entries.append(entry)
        return True

    def hash_of(self, number: str) -> str:
        return f"hash of {number}" if number else ""

    def earlier_call(
        self, caller_hash: str, at: datetime, *, minutes: float = 10.0, wait_s: float = 0.2
    ) -> EarlierCall | None:
        if self.raises:
            raise RuntimeError("earlier_call")
        return self.earlier

    def flush(self, timeout_s: float) -> bool:
        return True

    def close(self, timeout_s: float = 5.0) -> None: ...

    @property
    def turns(self) -> list[TurnTaken]:
        return [each for each in self.entries if isinstance(each, TurnTaken)]

    @property
    def notes(self) -> list[tuple[str, str]]:
        return [(each.note, each.detail) for each in self.entries if isinstance(each, Noted)]

    @property
    def begun(self) -> list[str]:
        return [each.to for each in self.entries if isinstance(each, TransferBegun)]

    @property
    def ending(self) -> CallEnded:
        (ended,) = (each for each in self.entries if isinstance(each, CallEnded))
        return ended


def internal_caller(offer: Offer) -> Caller:
    return Caller(CallerClass.INTERNAL, "5001")


@dataclass
class Scripted:
    """The parts, and what a test looks at."""

    parts: Parts
    router: Router
    speaker: Speaker
    recorder: Recorder
    hand_over: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def scripted(
    *routed: Routed | Exception, policy: Policy = POLICY, seconds: float = 0.3
) -> AsyncIterator[Scripted]:
    """Parts for calls on `FakeLine`s, with the real dialogue, ears and speech detector."""
    router, speaker, recorder = Router(*routed), Speaker(seconds), Recorder()
    board = Board(GRAMMAR, router, world_of(GRAMMAR, policy, Costs()))
    hand_over = asyncio.Event()
    with Deciders(4) as deciders:
        async with Ears(EndpointSettings()) as ears:
            parts = Parts(
                advance=advance,
                classify=internal_caller,
                policy=policy,
                grammars=Grammars(board),
                speaker=speaker,
                ears=ears,
                deciders=deciders,
                recorder=recorder,
                traffic=Traffic(30, 20, lambda: deciders.waiting),
                identity=Identity("scripted", "test:1"),
                hand_over=hand_over,
                patience=Patience(
                    speak=1.0, decide=1.0, answer=1.0, transfer=1.0, silent_line=2.0, no_media=1.0
                ),
                now=lambda: datetime.now(UTC),
            )
            try:
                yield Scripted(parts, router, speaker, recorder, hand_over)
            finally:
                router.hangs.set()
