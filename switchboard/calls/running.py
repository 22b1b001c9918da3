"""One call from ring to end: the dialogue says what to do, the line and the ears say what happened.

    line: keys, gone ──┐
    turns: said, heard ├──▶ inbox ──▶ advance(state, event) ──▶ actions ──▶ one activity at a time
    silent line, stop ─┤                                                   (say, ask, transfer)
    an operator's click┘

Whatever goes wrong, once, is the dialogue's to answer with a way to a person; the second time the
caller is put through to the operators without it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace

from grammar.model import Entry
from switchboard.calls.parts import Parts
from switchboard.calls.record import CallStarted
from switchboard.calls.rescue import rescue
from switchboard.calls.silent_line import silent_line
from switchboard.calls.story import Story
from switchboard.calls.turns import Keys, Turns
from switchboard.dialogue.actions import (
    Action,
    Answer,
    Ask,
    Ending,
    HangUp,
    Listen,
    Mark,
    Note,
    Redirect,
    Say,
    Transfer,
)
from switchboard.dialogue.caller import Caller, CallerClass
from switchboard.dialogue.events import (
    Arrived,
    Closing,
    Event,
    Fault,
    FaultKind,
    HungUp,
    Key,
    OperatorConnects,
    Said,
    TransferEnded,
    TransferOutcome,
)
from switchboard.dialogue.state import State, WithPeople
from switchboard.log import bound
from switchboard.telephony.port import Line, Means

log = logging.getLogger(__name__)

_KEYS = frozenset("0123456789*#")
_LOOK_UP_S = 1.0
"""For telling who calls; the database's own wait is shorter."""
_NOTIFY_S = 1.0
"""A transferred caller's line ends at the same moment as the news that the transfer succeeded."""


_BYE_S = 5.0
"""A PBX that has taken the caller over ends its call with us, or we do."""


class StuckError(Exception):
    """The dialogue waits for something that nobody is doing."""


async def run_call(line: Line, parts: Parts) -> None:
    """Run one call to its end. Raises nothing but CancelledError."""
    with bound(call_id=line.offer.call_id):
        connected = await _Call(line, parts).run()
        await _end(line, connected)


async def _end(line: Line, connected: bool) -> None:
    """Until the line is gone: a bridge carries the caller through us to its end."""
    if connected:
        wait_s = None if line.means is Means.BRIDGE else _BYE_S
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await line.gone.wait()
    try:
        await line.hang_up()
    except Exception:
        log.exception("line can't be hung up")


class _Call:
    """The state of one call while it runs."""

    def __init__(self, line: Line, parts: Parts) -> None:
        self._line = line
        self._parts = parts
        self._story = Story(parts.recorder, parts.now)
        self._board = parts.grammars.current
        self._state = State()
        self._kind = CallerClass.WITHHELD
        self._inbox: asyncio.Queue[Event] = asyncio.Queue()
        self._activity: asyncio.Task[None] | None = None
        self._action: Action | None = None
        self._keys = Keys()
        self._connected = False
        self._prompts_fail = False

    async def run(self) -> bool:
        """Whether the caller was put through, so that the line is no longer ours to end."""
        watchers = [
            asyncio.create_task(each)
            for each in (self._watch_keys(), self._watch_gone(), self._watch_closing())
        ]
        try:
            with self._parts.desk.holding(self._story.call, self._operator_connects):
                ending = await self._conversation(None)
                self._story.ended(ending.value)
                while asked := await self._asked_during_bridge():
                    await self._conversation(asked)
                    # It was with an operator, whatever came after.
                    self._story.ended(ending.value)
        finally:
            for watcher in watchers:
                watcher.cancel()
            await self._stop_activity()
        media = self._line.media()
        packets = {"packets_received": media.received, "packets_lost": media.lost}
        log.info("call ended", extra={"ending": ending.value, **packets})
        return self._connected

    async def _conversation(self, event: Event | None) -> Ending:
        """From the call's arrival (None), or from an event later, until somebody has it."""
        with self._parts.grammars.lease() as board, self._parts.traffic.call() as load:
            self._board = board
            try:
                if event is None:
                    event = Arrived(await self._started(), self._parts.now(), load)
                return await self._converse(event)
            finally:
                await self._stop_activity()

    async def _asked_during_bridge(self) -> OperatorConnects | None:
        """Whom an operator who talks to the caller through us puts them through to; None when
        that is over, or doesn't go through us. Holds no grammar, and counts as no load."""
        if self._line.means is not Means.BRIDGE or not isinstance(self._state.phase, WithPeople):
            return None
        while True:
            match await self._inbox.get():
                case OperatorConnects() as asked:
                    return asked
                case HungUp():
                    self._story.noted(Mark(Note.OPERATOR_DONE))
                    return None

    def _operator_connects(self, entry: str) -> None:
        self._inbox.put_nowait(OperatorConnects(entry))

    async def _converse(self, event: Event) -> Ending:
        failed = False
        while True:
            try:
                ending = await self._step(event)
                if ending is not None:
                    return ending
                event = await self._next()
            except Exception:
                log.exception("call failed", extra={"again": failed})
                await self._stop_activity()
                if isinstance(self._state.phase, WithPeople):
                    return self._state.phase.ending  # somebody has the call: it stays with them
                if failed:
                    return await self._rescue()
                failed = True
                event = Fault(FaultKind.INTERNAL)

    async def _started(self) -> Caller:
        parts, offer = self._parts, self._line.offer
        caller, caller_hash = Caller(CallerClass.WITHHELD), ""
        try:
            caller = parts.classify(offer)
            caller_hash = parts.recorder.hash_of(caller.number)
            async with asyncio.timeout(_LOOK_UP_S):
                earlier = await asyncio.to_thread(
                    parts.recorder.earlier_call, caller_hash, parts.now()
                )
            caller = replace(caller, earlier=earlier)
        except Exception:
            log.exception("caller not looked up")
        self._kind = caller.kind
        self._story.started(
            CallStarted(
                call=self._story.call,
                at=parts.now(),
                channel=parts.channel,
                caller_class=caller.kind.value,
                caller_hash=caller_hash,
                caller_number=caller.number,
                dialled=offer.dialled,
                grammar_version=self._board.version,
                engine=parts.identity.engine,
                worker=parts.identity.worker,
            )
        )
        return caller

    async def _step(self, event: Event) -> Ending | None:
        """What the event leads to; how the call ended, if it did."""
        world = replace(self._board.world, policy=self._parts.policy)
        self._state, actions = self._parts.advance(self._state, event, world)
        for action in actions:
            match action:
                case HangUp(ending=ending):
                    await self._stop_activity()
                    return ending
                case Mark():
                    self._story.noted(action)
                case Answer():
                    await self._answer()
                case Listen():
                    await self._listen_on()
                case _:
                    await self._begin(action)
        return None

    async def _next(self) -> Event:
        if self._inbox.empty() and (self._activity is None or self._activity.done()):
            raise StuckError
        return await self._inbox.get()

    # Activities

    async def _begin(self, action: Say | Ask | Transfer | Redirect) -> None:
        await self._stop_activity()
        self._action, self._keys = action, Keys()
        self._activity = asyncio.create_task(self._act(action))

    async def _listen_on(self) -> None:
        """Go on with the question that is open; where its time was over, without the prompt."""
        if self._activity is not None and not self._activity.done():
            return
        if not isinstance(self._action, Ask):
            raise StuckError
        await self._begin(replace(self._action, lines=()))

    async def _stop_activity(self) -> None:
        if isinstance(self._action, Ask) and self._keys.digits:
            self._story.keyed(self._action, self._keys.digits)
            self._keys = Keys()
        activity, self._activity = self._activity, None
        if activity is not None and not activity.done():
            activity.cancel()
            with suppress(asyncio.CancelledError):
                await activity

    async def _act(self, action: Say | Ask | Transfer | Redirect) -> None:
        tell = self._inbox.put_nowait
        try:
            match action:
                case Say():
                    event = await self._turns().say(action, self._keys)
                case Ask():
                    event = await self._turns().ask(action, self._keys, tell)
                case Transfer():
                    event = await self._transfer(action)
                case Redirect():
                    event = await self._redirect(action)
        except Exception:
            log.exception("call failed", extra={"action": type(action).__name__})
            event = _failed(action)
        if event == Fault(FaultKind.PROMPT):
            event = self._without_prompt(action, event)
        tell(event)

    def _without_prompt(self, action: Action, fault: Event) -> Event:
        """The dialogue hears of it once; then what it says on the way to a person goes unsaid."""
        if self._prompts_fail and isinstance(action, Say):
            return Said(action.turn)
        self._prompts_fail = True
        return fault

    async def _answer(self) -> None:
        async with asyncio.timeout(self._parts.patience.answer):
            answered = await self._line.answer()
        if answered:
            log.info("call answered", extra={"grammar_version": self._board.version})
        else:
            self._inbox.put_nowait(HungUp())

    async def _transfer(self, action: Transfer) -> Event:
        if self._connected:
            self._connected = False
            await self._line.take_back()
        await self._story.transfer_begins(action.number, action.entry, action.purpose.value)
        try:
            ringing = self._line.transfer(action.number, action.ring_s)
            outcome = await self._put_through(ringing, action.ring_s)
        except asyncio.CancelledError:
            unanswered = TransferOutcome.NO_ANSWER.value
            self._story.transfer_done(unanswered, self._line.means.value)
            raise
        self._story.transfer_done(outcome.value, self._line.means.value)
        return TransferEnded(action.turn, outcome)

    async def _put_through(
        self, ringing: Coroutine[None, None, TransferOutcome], ring_s: float
    ) -> TransferOutcome:
        try:
            async with asyncio.timeout(ring_s + self._parts.patience.transfer):
                outcome = await ringing
        except TimeoutError:
            log.warning("transfer never ended")
            return TransferOutcome.UNREACHABLE
        self._connected = outcome is TransferOutcome.CONNECTED
        return outcome

    async def _redirect(self, action: Redirect) -> Event:
        await self._story.transfer_begins(action.number, "", "redirect")
        ringing = self._line.redirect(action.number, action.ring_s)
        outcome = await self._put_through(ringing, action.ring_s)
        self._story.transfer_done(outcome.value, self._line.means.value)
        return TransferEnded(action.turn, outcome)

    async def _rescue(self) -> Ending:
        self._connected = await rescue(self._line, self._parts.policy, self._story)
        return Ending.OPERATOR if self._connected else Ending.NOBODY

    # What happens besides

    async def _watch_keys(self) -> None:
        keys = self._line.keys()
        while True:
            digit = await keys.get()
            if digit in _KEYS:
                self._keys.press(digit)
                self._inbox.put_nowait(Key(digit))

    async def _watch_gone(self) -> None:
        silent = asyncio.create_task(self._watch_silence())
        try:
            await self._line.gone.wait()
        finally:
            silent.cancel()
        if isinstance(self._action, Transfer | Redirect) and self._activity is not None:
            await asyncio.wait((self._activity,), timeout=_NOTIFY_S)
        self._inbox.put_nowait(HungUp())

    async def _watch_silence(self) -> None:
        patience = self._parts.patience
        await silent_line(
            self._line.media,
            lambda: not isinstance(self._action, Transfer | Redirect | None),
            first_s=patience.no_media,
            later_s=patience.silent_line,
        )
        log.warning("no sound from the line")
        self._inbox.put_nowait(Fault(FaultKind.AUDIO))

    async def _watch_closing(self) -> None:
        await self._parts.hand_over.wait()
        self._inbox.put_nowait(Closing())

    def _turns(self) -> Turns:
        return Turns(self._line, self._parts, self._board, self._story, self._may_reach)

    def _may_reach(self, entry: Entry) -> bool:
        return self._parts.policy.may_reach(self._kind, entry)


def _failed(action: Say | Ask | Transfer | Redirect) -> Event:
    """A transfer that failed for reasons of our own is one that reached nobody: others follow."""
    if isinstance(action, Transfer | Redirect):
        return TransferEnded(action.turn, TransferOutcome.UNREACHABLE)
    return Fault(FaultKind.INTERNAL)
