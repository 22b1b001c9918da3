"""The parts of a running service, as the settings say. With `switchboard.wiring` the only place
that chooses them."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from grammar.calibration import Calibration
from grammar.model import Grammar
from grammar.versions import load
from switchboard.callers import caller_of, known_numbers
from switchboard.calls.deciding import Deciders
from switchboard.calls.ears import Ears
from switchboard.calls.grammars import Board, Grammars, Source
from switchboard.calls.parts import Identity, Parts, Patience, Traffic
from switchboard.dialogue.actions import Line
from switchboard.dialogue.machine import advance
from switchboard.dialogue.policy import Policy
from switchboard.dialogue.prompts import ORGANISATION, PLACEHOLDERS, Prompt
from switchboard.dialogue.world import world_of
from switchboard.policy import local_time, policy_of
from switchboard.recognition.recognisers import Recognisers
from switchboard.settings import Settings
from switchboard.speech.opening import Speech, open_speech
from switchboard.storage.call_log import CallLog, open_call_log
from switchboard.storage.grammars import needed_grammar
from switchboard.storage.publishing import load_version, published_version
from switchboard.storage.store import Store, open_store
from switchboard.wiring import calibrations_of, endpoints, live, recognisers, router

log = logging.getLogger(__name__)

UTTERANCES_A_WORKER = 3
"""That wait or are recognised when a further call is sent straight to an operator: the last of them
is answered after three recognitions, some 3 s. Raising it sends fewer on, and keeps more callers
waiting in silence."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What runs. `parts` is for calls; the rest for looking after it."""

    settings: Settings
    store: Store
    recognisers: Recognisers
    speech: Speech
    call_log: CallLog
    parts: Parts
    source: Source


FIRST_WORDS_S = 30.0
"""How long the start waits for the prompts that name nobody: only the first start ever needs it."""

_NONE: frozenset[str] = frozenset()
CODEC_RATES = {"pcma": 8000, "pcmu": 8000, "g722": 16000}
"""In Hz."""


@asynccontextmanager
async def opened(settings: Settings, database: str | None) -> AsyncIterator[Opened]:
    """Everything but the telephone line, started; closed in the reverse order.

    Takes as long as loading the engines does. Raises UserError for whatever can't be used.
    """
    async with AsyncExitStack() as stack:
        store = await asyncio.to_thread(
            open_store, database, lock_wait_s=settings.storage.lock_wait_s
        )
        stack.callback(store.close)
        grammar = await asyncio.to_thread(needed_grammar, store)
        calibrations = calibrations_of(settings)
        policy = policy_of(settings)
        call_log = await asyncio.to_thread(open_call_log, store, settings)
        stack.callback(call_log.close)
        deciders = stack.enter_context(Deciders(settings.sip.most_calls + 1))
        speech = open_speech(settings.prompts, lambda: deciders.waiting > 0)
        stack.callback(speech.close)
        engines = await asyncio.to_thread(recognisers, settings, grammar)
        stack.callback(engines.close)
        # Its process loads while this one gets ready.
        second = asyncio.create_task(asyncio.to_thread(engines.try_second_opinions))
        boards = _Boards(settings, engines, speech, calibrations, policy)
        await asyncio.to_thread(_first_words, speech, settings, grammar)
        ears = await stack.enter_async_context(Ears(endpoints(settings)))
        known = known_numbers(settings)
        limits = live(settings)
        parts = Parts(
            advance=advance,
            classify=lambda offer: caller_of(offer, known),
            policy=policy,
            grammars=Grammars(await asyncio.to_thread(boards.board, grammar)),
            speaker=speech.speaker,
            ears=ears,
            deciders=deciders,
            recorder=call_log,
            traffic=Traffic(
                settings.sip.most_calls,
                UTTERANCES_A_WORKER * settings.recognition.workers,
                lambda: deciders.waiting,
            ),
            identity=Identity(engines.engine, f"{socket.gethostname()}:{os.getpid()}"),
            hand_over=asyncio.Event(),
            keep_audio=settings.privacy.keep_audio,
            patience=Patience(
                speak=settings.prompts.longest_wait_s + 0.5,
                decide=limits.patience + settings.recognition.second_opinion_s + 2.0,
                silent_line=settings.sip.silent_line_s,
            ),
            now=lambda: local_time(settings),
        )
        await second
        yield Opened(
            settings, store, engines, speech, call_log, parts, _source(store, engines, boards)
        )


def _first_words(speech: Speech, settings: Settings, grammar: Grammar) -> None:
    """Have ready what any call may need to hear first, lest the first callers hear generic sounds
    while a voice is loaded."""
    until = time.monotonic() + FIRST_WORDS_S
    plain = [each for each in Prompt if PLACEHOLDERS.get(each, _NONE) <= {ORGANISATION}]
    for rate in sorted({CODEC_RATES[codec] for codec in settings.sip.codecs}):
        for prompt in plain:
            while not speech.speaker.say((Line(prompt),), rate, grammar).complete:
                if time.monotonic() > until:
                    log.warning("prompts aren't ready; calls begin with generic ones")
                    return


@dataclass(frozen=True, slots=True)
class _Boards:
    """Makes a grammar ready for calls, all but in the engines."""

    settings: Settings
    engines: Recognisers
    speech: Speech
    calibrations: dict[str, Calibration]
    policy: Policy

    def board(self, grammar: Grammar) -> Board:
        costs = self.settings.decision.costs()
        decides = router(self.settings, grammar, self.engines, self.calibrations)
        self.speech.prepare(grammar)
        return Board(grammar, decides, world_of(grammar, self.policy, costs))


def _source(store: Store, engines: Recognisers, boards: _Boards) -> Source:
    def prepare(version: str) -> Board:
        made = boards.board(load(load_version(store, version)))
        # Last: from here on the engines forget the version before the one in force.
        engines.publish(made.grammar)
        return made

    return Source(partial(published_version, store), prepare)
