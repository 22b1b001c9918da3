"""Saying and asking: a prompt to the caller's ear, and what the caller makes of it.

Say   |==== prompt ====|  Said                a key stops it
Ask   |==== prompt ====|.... no_input_s ....  NoInput, NotSpeech
      |== prompt |caller speaks|..silence..|  Heard          (barge-in stops the prompt)
      |== prompt |key|...key_pause_s...|      KeysPaused     (keys go their own way, at once)
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from functools import partial

from grammar.model import Entry
from switchboard.audio.utterances import NoInput as Silence
from switchboard.audio.utterances import Speech
from switchboard.calls.deciding import Eager
from switchboard.calls.ears import Hearing
from switchboard.calls.grammars import Board
from switchboard.calls.parts import Parts
from switchboard.calls.story import Story, as_flac
from switchboard.dialogue.actions import Ask, Expecting, Say
from switchboard.dialogue.actions import Line as Prompted
from switchboard.dialogue.events import (
    Event,
    Fault,
    FaultKind,
    Heard,
    KeysPaused,
    NoInput,
    NotSpeech,
    Said,
)
from switchboard.dialogue.prompts import Prompt
from switchboard.recognition.port import Utterance
from switchboard.routing import Routed
from switchboard.speech.port import Spoken
from switchboard.telephony.port import Line, Samples

log = logging.getLogger(__name__)

LETTERS_SILENCE_MS = 1500
"""Silence that ends a turn of spelling: people think between letters."""

_LATE_S = 5.0
"""How much longer than its sound a prompt may take to play before the line counts as stuck."""


_LONGEST_SPEECH_S = 20.0
"""Past the time for an answer: far above what a turn may take. Sound that stops arriving in the
middle of a word would otherwise leave the turn open."""

_ANNOUNCEMENTS = frozenset({Prompt.CONNECTING, Prompt.CONNECTING_DETAIL})
"""Nobody is expected to answer them: silence is no failed turn."""


class PromptError(Exception):
    """There is nothing to say a prompt with, or only a generic one."""


@dataclass(slots=True)
class Keys:
    """What was pressed since the question was asked. `pressed` wakes who waits for keys."""

    digits: str = ""
    at: float = 0.0
    pressed: asyncio.Event = field(default_factory=asyncio.Event)

    def press(self, digit: str) -> None:
        self.digits += digit
        self.at = asyncio.get_running_loop().time()
        self.pressed.set()


@dataclass(frozen=True, slots=True)
class Turns:
    """Says and asks on one call."""

    line: Line
    parts: Parts
    board: Board
    story: Story
    may_reach: Callable[[Entry], bool]

    async def say(self, say: Say, keys: Keys) -> Event:
        """Raises whatever the line raises."""
        try:
            spoken = await self._speak(say.lines)
        except PromptError:
            return Fault(FaultKind.PROMPT)
        await self._play(spoken.samples, keys.pressed)
        return Said(say.turn) if spoken.complete else Fault(FaultKind.PROMPT)

    async def ask(self, ask: Ask, keys: Keys, tell: Callable[[Event], None]) -> Event:
        """Events that leave the question open (KeysPaused) go to `tell`; the last is returned.

        Raises DeafError, and whatever the line raises.
        """
        try:
            spoken = await self._speak(ask.lines) if ask.lines else None
        except PromptError:
            return Fault(FaultKind.PROMPT)
        if spoken is not None and not spoken.complete:
            await self._play(spoken.samples, keys.pressed)
            return Fault(FaultKind.PROMPT)
        with closing(Eager(partial(self._routed, ask))) as eager:
            hearing = self._listen(ask, eager)
            try:
                if spoken is not None:
                    await self._prompt(spoken.samples, hearing, keys)
                speech = await self._answer(ask, hearing, keys, tell)
                silent = hearing.silence() if speech is None else None
            finally:
                self.parts.ears.close(hearing)
            if speech is not None:
                return await self._decide(ask, speech.utterance, eager)
        if not _ANNOUNCEMENTS & {line.prompt for line in ask.lines}:
            self.story.unheard(ask, "no_input" if isinstance(silent, Silence) else "not_speech")
        return NoInput(ask.turn) if isinstance(silent, Silence) else NotSpeech(ask.turn)

    def _listen(self, ask: Ask, eager: Eager) -> Hearing:
        open_ear = partial(self.parts.ears.open, self.line.read, self.line.rate)
        if ask.expecting is Expecting.LETTERS:  # each letter would be taken for the last
            return open_ear(silence_ms=LETTERS_SILENCE_MS)
        return open_ear(paused=eager.paused)

    async def _speak(self, lines: Sequence[Prompted]) -> Spoken:
        try:
            async with asyncio.timeout(self.parts.patience.speak):
                return await asyncio.to_thread(
                    self.parts.speaker.say, lines, self.line.rate, self.board.grammar
                )
        except Exception as error:
            log.exception("prompt can't be spoken", extra={"prompt": lines[-1].prompt})
            raise PromptError from error

    async def _play(self, samples: Samples, *stops: asyncio.Event) -> None:
        """To the end, or until one of `stops` is set."""
        playing = asyncio.ensure_future(self.line.play(samples))
        waits = [asyncio.ensure_future(stop.wait()) for stop in stops]
        longest = len(samples) / self.line.rate + _LATE_S
        try:
            await asyncio.wait(
                (playing, *waits), timeout=longest, return_when=asyncio.FIRST_COMPLETED
            )
            if not playing.done():
                self.line.stop_playing()
            async with asyncio.timeout(_LATE_S):
                await playing
        finally:
            for wait in waits:
                wait.cancel()
            if not playing.done():  # we were cancelled: silence for what comes next
                self.line.stop_playing()
                playing.cancel()

    async def _prompt(self, samples: Samples, hearing: Hearing, keys: Keys) -> None:
        hearing.prompting(samples)
        broken = asyncio.Event()
        hearing.over.add_done_callback(lambda _: broken.set())
        await self._play(samples, hearing.began, keys.pressed, broken)
        hearing.prompt_over()

    async def _answer(
        self, ask: Ask, hearing: Hearing, keys: Keys, tell: Callable[[Event], None]
    ) -> Speech | None:
        """What the caller said; None when the time for an answer has passed."""
        loop = asyncio.get_running_loop()
        until = loop.time() + ask.no_input_s
        told = ""
        while True:
            pausing = keys.digits != told
            now = loop.time()
            due = keys.at + ask.key_pause_s if pausing else until
            if now >= due and pausing:
                told = keys.digits
                tell(KeysPaused(ask.turn))
                until = now + ask.no_input_s
                continue
            if now >= due and (not hearing.speaking or now >= due + _LONGEST_SPEECH_S):
                return None
            keys.pressed.clear()
            # While the caller speaks there is no end to wait for but the turn's own.
            wait_s = max(due - now, 0.05)
            pressed = asyncio.ensure_future(keys.pressed.wait())
            try:
                await asyncio.wait(
                    (hearing.over, pressed), timeout=wait_s, return_when=asyncio.FIRST_COMPLETED
                )
            finally:
                pressed.cancel()
            if hearing.over.done():
                return hearing.over.result()

    async def _routed(self, ask: Ask, utterance: Utterance) -> Routed:
        """Raises what Deciders.decide does."""
        return await self.parts.deciders.decide(
            self.board.router,
            replace(utterance, expected=ask.phrases),
            self.may_reach,
            self.parts.patience.decide,
        )

    async def _decide(self, ask: Ask, utterance: Utterance, eager: Eager) -> Event:
        audio = None
        if self.parts.keep_audio:
            audio = asyncio.create_task(asyncio.to_thread(as_flac, utterance))
        try:
            routed = await eager.decision(utterance)
        except Exception:
            log.exception("no decision")
            self.story.unheard(ask, "failed")
            if audio is not None:
                audio.cancel()
            return Fault(FaultKind.RECOGNISER)
        kept: bytes | None = None
        if audio is not None:
            with suppress(Exception):  # sound that can't be kept is no reason to lose the call
                kept = await audio
        decision = routed.decision
        log.info(
            "decided", extra={"action": decision.action.value, "reason": decision.reason.value}
        )
        self.story.heard(ask, routed, kept)
        if routed.recognition is None:
            return Fault(FaultKind.RECOGNISER)
        return Heard(ask.turn, decision, routed.match, routed.recognition.hypotheses)
