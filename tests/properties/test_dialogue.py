"""Random callers: whatever they say, press or do, the call ends, and ends well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grammar.decision import Action as Decided
from grammar.decision import Reason
from grammar.model import Command
from switchboard.dialogue.actions import Action, Ask, HangUp, Listen, Redirect, Say, Transfer
from switchboard.dialogue.asking import about
from switchboard.dialogue.caller import Caller, CallerClass, EarlierCall
from switchboard.dialogue.events import (
    Arrived,
    Closing,
    Event,
    Fault,
    FaultKind,
    HungUp,
    Key,
    KeysPaused,
    Load,
    NoInput,
    NotSpeech,
    Said,
    TransferEnded,
    TransferOutcome,
)
from switchboard.dialogue.operators import ladder
from switchboard.dialogue.policy import Policy, Stage
from switchboard.dialogue.state import Announce, Asking, Connecting, Ended, RingingPeople, State
from tests.dialogue.conversation import Call, match_of, unheard
from tests.dialogue.council import NOON, POLICY, grammar, world

ENTRIES = sorted(entry.key for entry in grammar().entries)
TEXTS = [
    "yes", "no", "the second", "planning", "neither", "o k a f o r", "b r o w n", "r e i d",
    "no i meant tom", "clerk", "xyzzy", "", "smith", "the last one", "four", "go back", "repeat",
]  # fmt: skip

CALLERS = st.builds(
    Caller,
    st.sampled_from(CallerClass),
    st.just("5099"),
    st.none() | st.builds(EarlierCall, st.just("call-1"), st.just(3.0), st.sampled_from(ENTRIES)),
    st.booleans(),
)
POLICIES = st.sampled_from([POLICY, Policy(), Policy(stage=Stage.PILOT, last_resort="999100")])
SHARES = st.dictionaries(
    st.sampled_from([*ENTRIES, *Command]), st.floats(0.01, 1.0), min_size=1, max_size=7
)


@st.composite
def utterances(draw: st.DrawFn, call: Call) -> Event:
    if draw(st.integers(0, 9)) == 0:
        reason = draw(st.sampled_from([Reason.NO_INPUT, Reason.NOT_SPEECH, Reason.ENGINE_FAILED]))
        failed = reason is Reason.ENGINE_FAILED
        return unheard(call.state.turn, reason, Decided.OPERATOR if failed else Decided.REPROMPT)
    shares = draw(SHARES)
    if draw(st.booleans()):  # one name for several: namesakes
        said = "somebody"
    else:
        said = ""
    total = sum(shares.values()) / draw(st.floats(0.05, 0.999))
    match = match_of(call.world, {key: share / total for key, share in shares.items()}, said)
    return call.hears(match, *draw(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=2)))


KEYS = st.sampled_from("0123456789*#A")
ANYTIME = st.one_of(
    st.builds(Key, KEYS),
    st.builds(Fault, st.sampled_from(FaultKind)),
    st.just(Closing()),
    st.just(HungUp()),
)


@dataclass
class Played:
    """A call with what was seen of it: (event, state before, actions, state after)."""

    call: Call
    steps: list[tuple[Event, State, tuple[Action, ...], State]] = field(default_factory=list)

    def actions(self) -> Iterator[Action]:
        for _, _, actions, _ in self.steps:
            yield from actions


def _reply(data: st.DataObject, call: Call, waiting: Action) -> Event:
    """What a working switchboard feeds back to the action that waits."""
    turn = call.state.turn
    match waiting:
        case Say():
            return Said(turn)
        case Transfer() | Redirect():
            outcomes = [*TransferOutcome, *[o for o in TransferOutcome if o.value != "connected"]]
            return TransferEnded(turn, data.draw(st.sampled_from(outcomes)))
        case Ask() | Listen():
            heard = utterances(call)
            silent = st.sampled_from([NoInput(turn), NotSpeech(turn), KeysPaused(turn)])
            keys = st.builds(Key, KEYS)
            return data.draw(st.one_of(heard, heard, heard, silent, keys))
    raise AssertionError(waiting)


MOST_EVENTS = 400
"""Far above what the limits of turns and of keys leave room for."""


def _play(data: st.DataObject, *, calm: bool = False) -> Played:
    call = Call(world(data.draw(POLICIES)), data.draw(CALLERS))
    played = Played(call)
    event: Event = Arrived(call.caller, NOON, data.draw(st.sampled_from([*Load, Load.NORMAL])))
    waiting: Action = Listen(0)
    for _ in range(MOST_EVENTS):
        before = call.state
        actions = call.happens(event)
        played.steps.append((event, before, actions, call.state))
        if actions:
            waiting = actions[-1]
        if isinstance(waiting, HangUp):
            return played
        if not calm and data.draw(st.integers(0, 30)) == 0:
            event = data.draw(ANYTIME)
        else:
            event = _reply(data, call, waiting)
    raise AssertionError(f"the call didn't end; last in {call.state.phase}")


lively = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@lively
@given(st.data())
def test_every_dialogue_ends_within_its_limit_of_turns(data: st.DataObject) -> None:
    played = _play(data)
    limits = played.call.world.policy.limits
    asked = [action for action in played.actions() if isinstance(action, Ask)]
    assert len(asked) <= limits.most_turns
    assert isinstance(played.call.state.phase, Ended)


@lively
@given(st.data())
def test_a_transfer_goes_only_to_a_number_of_the_directory_or_of_the_policy(
    data: st.DataObject,
) -> None:
    played = _play(data)
    where, kind = played.call.world, played.call.caller.kind
    reachable = {e.number for e in where.entries.values() if where.reachable(kind, e)}
    for action in played.actions():
        if isinstance(action, Transfer) and action.entry:
            assert action.number in reachable
            assert action.number == where.entries[action.entry].number
        elif isinstance(action, Transfer | Redirect):
            assert action.number in where.policy.numbers()


@lively
@given(st.data())
def test_a_declined_candidate_is_never_offered_again(data: st.DataObject) -> None:
    """Nor its number. Keying in an extension is no offer: the caller asks for it."""
    played = _play(data)
    entries = played.call.world.entries
    for event, _, actions, after in played.steps:
        phase = after.phase
        if not isinstance(phase, Asking) or not any(isinstance(a, Ask) for a in actions):
            continue
        if isinstance(phase.question, Announce) and isinstance(event, Key | KeysPaused):
            continue
        if isinstance(phase.question, Announce) and _keyed_before(played, phase.question.option):
            continue
        for key in about(phase.question):
            assert key not in after.declined
            assert entries[key].number not in after.declined


def _keyed_before(played: Played, key: str) -> bool:
    """Whether the announcement repeats one that the caller brought about by keys."""
    return any(
        isinstance(event, Key | KeysPaused)
        and isinstance(after.phase, Asking)
        and after.phase.question == Announce(key)
        for event, _, _, after in played.steps
    )


@lively
@given(st.data())
def test_nobody_is_spoken_of_whom_the_caller_may_not_reach(data: st.DataObject) -> None:
    played = _play(data)
    where, kind = played.call.world, played.call.caller.kind
    for action in played.actions():
        if isinstance(action, Ask | Say):
            for line in action.lines:
                for key in line.entries.values():
                    assert where.policy.may_reach(kind, where.entries[key])


@lively
@given(st.data())
def test_there_is_no_dead_end_0_reaches_a_person_from_everywhere(data: st.DataObject) -> None:
    played = _play(data)
    where = played.call.world
    for _, _, _, state in played.steps:
        if isinstance(state.phase, Ended) or state.turn == 0:
            continue
        call = Call(where, played.call.caller, state)
        call.presses("0" if not (isinstance(state.phase, Asking) and state.phase.keys) else "#0")
        _let_run(call)
        reached = {action.number for action in call.actions if isinstance(action, Transfer)}
        already = isinstance(state.phase, RingingPeople)
        wanted = {rung.number for rung in ladder(where.policy)}
        assert already or reached >= wanted or _told(call)


def _let_run(call: Call) -> None:
    """Nobody answers, nobody says anything: to the end of the call."""
    for _ in range(60):
        phase = call.state.phase
        if isinstance(phase, Ended):
            return
        if isinstance(phase, Asking):
            call.presses("0")
        elif (
            isinstance(phase, Connecting | RingingPeople)
            or phase.__class__.__name__ == "Redirecting"
        ):
            call.ends(TransferOutcome.BUSY)
        else:
            call.happens(Said(call.state.turn))
    raise AssertionError(call.state.phase)


def _told(call: Call) -> bool:
    return any(
        line.prompt in {"nobody", "nobody_emergency", "closed", "goodbye"}
        for action in call.actions
        if isinstance(action, Say)
        for line in action.lines
    ) or any(isinstance(action, HangUp) for action in call.actions)


@lively
@given(st.data())
def test_what_answers_an_earlier_turn_changes_nothing(data: st.DataObject) -> None:
    played = _play(data)
    where = played.call.world
    for _, _, _, state in played.steps:
        call = Call(where, played.call.caller, state)
        for turn in (state.turn - 1, state.turn + 1):
            for late in (
                Said(turn),
                NoInput(turn),
                NotSpeech(turn),
                KeysPaused(turn),
                TransferEnded(turn, TransferOutcome.CONNECTED),
                unheard(turn, Reason.NO_INPUT),
            ):
                assert call.happens(late) == ()
                assert call.state == state


@lively
@given(st.data())
def test_the_last_action_is_the_one_that_waits_and_its_turn_is_the_state_s(
    data: st.DataObject,
) -> None:
    for _, _, actions, after in _play(data).steps:
        if not actions:
            continue
        *others, last = actions
        assert isinstance(last, Say | Ask | Listen | Transfer | Redirect | HangUp)
        assert not any(isinstance(a, Say | Ask | Listen | Transfer | Redirect) for a in others)
        if not isinstance(last, HangUp):
            assert last.turn == after.turn
