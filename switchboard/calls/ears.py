"""Listening on all calls at once: one thread runs the speech detectors, the event loop never waits.

    line.read() ──every 32 ms, all calls──▶ detectors (thread) ──▶ Hearing: began, paused, over

One detector takes 0.17 ms for 32 ms of sound, so thirty callers speaking at once keep the thread
busy for 16% of the time; each gets its turn's end within two ticks of its happening.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from switchboard.audio.endpointing import EndpointSettings, State
from switchboard.audio.utterances import NoInput, NotSpeech, Outcome, Speech, Turn, without_speech
from switchboard.calls.echo import ECHO_SHARE, LONGEST_DELAY_MS, WINDOW_MS, echo_share
from switchboard.telephony.port import Samples

log = logging.getLogger(__name__)

TICK_S = 0.032
"""The detector's own step."""

BARGE_IN_MS = 96
"""Speech that stops a prompt. Raising it keeps prompts going over coughs, and stops them later."""

DEAF_S = 2.0
"""How long one tick may take before the detectors count as hung."""

_FOREVER_S = 1e9
_NOTHING = np.zeros(0, dtype=np.int16)


class DeafError(Exception):
    """The speech detectors failed or hang: nobody hears what the caller says."""


@dataclass(frozen=True, slots=True)
class _Block:
    """What one call brought in one tick; `sent` is what it was played until now, if anything."""

    samples: Samples
    sent: Samples


def _ignore(_: Speech) -> None:
    pass


class Hearing:
    """One call's ear for one question. `began` is set once the caller surely speaks; `paused` is
    told, once a pause that may end the turn, what was said if it does."""

    def __init__(
        self,
        read: Callable[[], Samples],
        rate: int,
        settings: EndpointSettings,
        paused: Callable[[Speech], None] = _ignore,
    ) -> None:
        read()  # what was said before the question isn't an answer to it
        self._read = read
        self._rate = rate
        # The time for an answer runs from the end of the prompt, so it isn't the endpointer's.
        self._settings = replace(settings, no_input_s=_FOREVER_S)
        self._turn: Turn | None = None
        self._prompt = _NOTHING
        self._prompt_since = 0.0
        self._recent = _NOTHING
        self._since_prompt: list[Samples] = []
        self._speaking_ms = 0.0
        self._suspected = False
        self._state = State.WAITING
        self._paused = paused
        self._pause: Speech | None = None
        self._in_pause = False
        self.began = asyncio.Event()
        self.over: asyncio.Future[Speech] = asyncio.get_running_loop().create_future()

    @property
    def speaking(self) -> bool:
        """Whether the caller is in the middle of something: silence hasn't set in."""
        return self._state is not State.WAITING

    def prompting(self, samples: Samples) -> None:
        """From now on these samples are played to the caller."""
        self._prompt = samples
        self._prompt_since = asyncio.get_running_loop().time()

    def prompt_over(self) -> None:
        """From now on the caller has silence to speak in."""
        self._since_prompt.clear()

    def silence(self) -> NoInput | NotSpeech:
        """What was to be heard since the prompt, of a caller who said nothing."""
        return without_speech(np.concatenate([_NOTHING, *self._since_prompt]), self._rate)

    def collect(self, now: float) -> _Block | None:
        """On the event loop: what has arrived since the last tick."""
        samples = self._read()
        if not len(samples) or self.over.done():
            return None
        self._since_prompt.append(samples)
        if not len(self._prompt):
            return _Block(samples, _NOTHING)
        at = int((now - self._prompt_since) * self._rate)
        reach = (WINDOW_MS + LONGEST_DELAY_MS) * self._rate // 1000
        return _Block(samples, self._prompt[max(0, at - reach) : max(0, at)])

    def feed(self, block: _Block) -> Outcome | None:
        """In the thread: one block through the detector."""
        if self._turn is None:
            self._turn = Turn(self._rate, self._settings)
        window = WINDOW_MS * self._rate // 1000
        self._recent = np.concatenate([self._recent, block.samples])[-window:]
        outcome = self._turn.feed(block.samples)
        state = self._turn.state
        if outcome is None and state is State.WAITING:
            self._speaking_ms = 0.0
        elif state is State.SPEAKING:
            self._speaking_ms += 1000 * len(block.samples) / self._rate
        sure = self._speaking_ms >= BARGE_IN_MS or outcome is not None
        if sure and not self.began.is_set():
            speaking = state is State.SPEAKING
            if speaking or not self._suspected:
                self._suspected = self._is_echo(block.sent)
            # The first 100 ms of a voice may look like an echo; a whole window doesn't. Until then
            # nothing is thrown away: it would be the beginning of a name.
            if self._suspected and (self._speaking_ms >= WINDOW_MS or not speaking):
                self._turn, self._speaking_ms, self._suspected = None, 0.0, False
                state, outcome = State.WAITING, None
        self._state = state
        self._in_pause = self._in_pause and state is State.TRAILING
        if outcome is None and state is State.TRAILING and not self._in_pause:
            self._pause = self._turn.so_far() if self._turn is not None else None
            self._in_pause = self._pause is not None
        return outcome

    def tell(self, outcome: Outcome | None) -> None:
        """On the event loop: what the last block brought."""
        if self._speaking_ms >= BARGE_IN_MS and not self._suspected:
            self.began.set()
        pause, self._pause = self._pause, None
        if pause is not None and not self.over.done():
            self._paused(pause)
        if isinstance(outcome, Speech) and not self.over.done():
            self.began.set()
            self.over.set_result(outcome)

    def fail(self, cause: Exception | None = None) -> None:
        if not self.over.done():
            error = DeafError()
            error.__cause__ = cause  # not itself: a future takes no StopIteration
            self.over.set_exception(error)

    def _is_echo(self, sent: Samples) -> bool:
        if not len(sent):
            return False
        return echo_share(self._recent, sent, self._rate) >= ECHO_SHARE


class Ears:
    """All calls' hearings, fed together. Use as an async context manager."""

    def __init__(self, settings: EndpointSettings) -> None:
        self._settings = settings
        self._hearings: set[Hearing] = set()
        self._thread = _one_thread()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Ears:
        self._task = asyncio.create_task(self._listen(), name="ears")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._thread.shutdown(wait=False, cancel_futures=True)

    def open(
        self,
        read: Callable[[], Samples],
        rate: int,
        *,
        silence_ms: int | None = None,
        paused: Callable[[Speech], None] = _ignore,
    ) -> Hearing:
        """Begin to listen; `close` it afterwards. `silence_ms` replaces the settings' own."""
        settings = self._settings
        if silence_ms is not None:
            settings = replace(settings, silence_ms=silence_ms)
        hearing = Hearing(read, rate, settings, paused)
        self._hearings.add(hearing)
        return hearing

    def close(self, hearing: Hearing) -> None:
        self._hearings.discard(hearing)
        if hearing.over.done() and not hearing.over.cancelled():
            hearing.over.exception()  # looked at: asyncio needn't report it
        hearing.over.cancel()

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due = max(due + TICK_S, loop.time())
            await asyncio.sleep(due - loop.time())
            blocks = self._collect(loop.time())
            if not blocks:
                continue
            try:
                # Not `wait_for`: until Python 3.12 it may swallow a cancellation.
                async with asyncio.timeout(DEAF_S):
                    news = await loop.run_in_executor(self._thread, _feed, blocks)
            except TimeoutError:
                log.error("speech detectors hang")  # noqa: TRY400 there is no more to say
                self._thread.shutdown(wait=False, cancel_futures=True)
                self._thread = _one_thread()
                for hearing, _ in blocks:
                    hearing.fail()
                continue
            for hearing, outcome in news:
                if isinstance(outcome, Exception):
                    hearing.fail(outcome)
                else:
                    hearing.tell(outcome)

    def _collect(self, now: float) -> list[tuple[Hearing, _Block]]:
        blocks = []
        for hearing in tuple(self._hearings):
            try:
                block = hearing.collect(now)
            except Exception as error:  # noqa: BLE001 one broken line must not deafen the others
                hearing.fail(error)
                continue
            if block is not None:
                blocks.append((hearing, block))
        return blocks


def _feed(
    blocks: Sequence[tuple[Hearing, _Block]],
) -> list[tuple[Hearing, Outcome | Exception | None]]:
    news: list[tuple[Hearing, Outcome | Exception | None]] = []
    for hearing, block in blocks:
        try:
            news.append((hearing, hearing.feed(block)))
        except Exception as error:  # noqa: BLE001 it is told to the one call that it concerns
            news.append((hearing, error))
    return news


def _one_thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="ears")
