"""Random callers: whatever they say, press or do, the call ends, and ends well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grammar.decision import Action as Decided
from grammar.decision import Reason
from grammar.model import Command
from switchboard.dialogue.actions import (
    Action,
    Ask,
    Ending,
    HangUp,
    Listen,
    Mark,
    Redirect,
    Say,
    Transfer,
)
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
    OperatorConnects,
    Said,
    TransferEnded,
    TransferOutcome,
)
from switchboard.dialogue.operators import ladder
from switchboard.dialogue.policy import Policy, Stage
from switchboard.dialogue.state import (
    Announce,
    Asking,
    Connecting,
    Ended,
    Redirecting,
    Ringing,
    RingingPeople,
    Saying,
    State,
    ToEnd,
    ToPeople,
    WithPeople,
)
from tests.dialogue.conversation import Call, match_of, unheard
from tests.dialogue.council import NOON, POLICY, grammar, world

ENTRIES = sorted(entry.key for entry in grammar().entries)
TEXTS = [
    "yes", "yes", "yes please", "no", "the second", "planning", "neither", "o k a f o r",
    "b r o w n", "r e i d", "no i meant tom", "john brown", "jane smith", "tom okafor",
    "fay thistlewood", "clerk", "xyzzy", "", "smith", "the last one", "four", "go back", "repeat",
    "goodbye",
]  # fmt: skip

HURRIED = replace(POLICY, limits=replace(POLICY.limits, most_turns=3, most_keys=5))
POLICIES = [*[POLICY] * 6, HURRIED, Policy(), Policy(stage=Stage.PILOT, last_resort="999100")]
KEYS = "123456789" * 4 + "0*#A"
MEANT = [*ENTRIES, *Command]
FAILED = [outcome for outcome in TransferOutcome if outcome is not TransferOutcome.CONNECTED]


def _caller(rng: Random) -> Caller:
    earlier = EarlierCall("call-1", 3.0, rng.choice(ENTRIES)) if rng.random() < 0.2 else None
    return Caller(rng.choice(list(CallerClass)), "5099", earlier, rng.random() < 0.5)


def _utterance(rng: Random, call: Call) -> Event:
    if rng.random() < 0.03:
        reason = rng.choice([Reason.NO_INPUT, Reason.NOT_SPEECH, Reason.ENGINE_FAILED])
        failed = reason is Reason.ENGINE_FAILED
        return unheard(call.state.turn, reason, Decided.OPERATOR if failed else Decided.REPROMPT)
    if rng.random() < 0.3:
        return call.heard(rng.choice(TEXTS))
    meant = MEANT if rng.random() < 0.1 else ENTRIES
    shares = {rng.choice(meant): rng.random() ** 2 for _ in range(rng.randint(1, 7))}
    total = sum(shares.values()) / rng.uniform(0.05, 0.9999)
    said = rng.choice(["somebody", ""])  # one name for all, or each their own
    match = match_of(call.world, {key: share / total for key, share in shares.items()}, said)
    return call.hears(match, *rng.choices(TEXTS, k=rng.randint(1, 2)))


def _only_noted(actions: tuple[Action, ...]) -> bool:
    return all(isinstance(action, Mark) for action in actions)


@dataclass
class Played:
    """A call with what was seen of it: (event, state before, actions, state after)."""

    call: Call
    steps: list[tuple[Event, State, tuple[Action, ...], State]] = field(default_factory=list)

    def actions(self) -> Iterator[Action]:
        for _, _, actions, _ in self.steps:
            yield from actions


def _reply(rng: Random, call: Call, waiting: Action) -> Event:
    """What a working switchboard feeds back to the action that waits."""
    turn = call.state.turn
    match waiting:
        case Say():
            return Said(turn)
        case Transfer() | Redirect():
            outcomes = [TransferOutcome.CONNECTED] if rng.random() < 0.15 else FAILED
            return TransferEnded(turn, rng.choice(outcomes))
        case _:
            kind = rng.random()
            if kind < (0.2 if isinstance(waiting, Listen) else 0.75):
                return _utterance(rng, call)
            if kind < 0.8 or (isinstance(waiting, Ask) and waiting.no_input_s < 1):
                return rng.choice([NoInput(turn), NotSpeech(turn), KeysPaused(turn)])
            return Key(rng.choice(KEYS))


def _at_any_time(rng: Random) -> Event:
    others = [Fault(rng.choice(list(FaultKind))), Closing(), HungUp()]
    others += [OperatorConnects(rng.choice(["tom", "hidden", "mute", "no such entry"]))]
    return rng.choice([Key(rng.choice(KEYS)), Key("0"), *others])


MOST_EVENTS = 400
"""Far above what the limits of turns and of keys leave room for."""


def _play(rng: Random) -> Played:
    call = Call(world(rng.choice(POLICIES)), _caller(rng))
    played = Played(call)
    load = rng.choice([*Load, *[Load.NORMAL] * 9])
    event: Event = Arrived(call.caller, NOON, load)
    waiting: Action = Listen(0)
    for _ in range(MOST_EVENTS):
        before = call.state
        actions = call.happens(event)
        played.steps.append((event, before, actions, call.state))
        if not _only_noted(actions):
            waiting = actions[-1]
        if isinstance(waiting, HangUp):
            return played
        event = _at_any_time(rng) if rng.random() < 0.01 else _reply(rng, call, waiting)
    raise AssertionError(f"the call didn't end; last in {call.state.phase}")


CALLS = st.integers(0, 2**64).map(lambda seed: _play(Random(seed)))
"""Played calls. Drawn by a seed: a call has hundreds of choices, each of which hypothesis would
take a millisecond to draw."""

lively = settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])


@lively
@given(CALLS)
def test_every_dialogue_ends_within_its_limit_of_turns(played: Played) -> None:
    limits = played.call.world.policy.limits
    asked = [action for action in played.actions() if isinstance(action, Ask)]
    assert len(asked) <= limits.most_turns
    assert isinstance(played.call.state.phase, Ended | WithPeople)


@lively
@given(CALLS)
def test_a_transfer_goes_only_to_a_number_of_the_directory_or_of_the_policy(
    played: Played,
) -> None:
    where, kind = played.call.world, played.call.caller.kind
    reachable = {e.number for e in where.entries.values() if where.reachable(kind, e)}
    for action in played.actions():
        if isinstance(action, Transfer) and action.entry:
            assert action.number in reachable
            assert action.number == where.entries[action.entry].number
        elif isinstance(action, Transfer | Redirect):
            assert action.number in where.policy.numbers()


@lively
@given(CALLS)
def test_a_declined_candidate_is_never_offered_again(played: Played) -> None:
    """Nor its number. Keying in an extension is no offer: the caller asks for it."""
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
@given(CALLS)
def test_nobody_is_spoken_of_whom_the_caller_may_not_reach(played: Played) -> None:
    where, kind = played.call.world, played.call.caller.kind
    for action in played.actions():
        if isinstance(action, Ask | Say):
            for line in action.lines:
                for key in line.entries.values():
                    assert where.policy.may_reach(kind, where.entries[key])


@lively
@given(CALLS)
def test_there_is_no_dead_end_0_reaches_a_person_from_everywhere(played: Played) -> None:
    where = played.call.world
    for _, _, _, state in played.steps:
        wanted = _to_be_rung(state, where.policy)
        call = Call(where, played.call.caller, state)
        call.presses("0" if not (isinstance(state.phase, Asking) and state.phase.keys) else "#0")
        _let_run(call)
        assert wanted <= {action.number for action in call.actions if isinstance(action, Transfer)}


def _to_be_rung(state: State, policy: Policy) -> set[str]:
    """Everybody who is for callers in doubt; of whom some may have been tried in vain already."""
    match state.phase:
        case Ended() | WithPeople() | Ringing() | Redirecting():  # no key, or somebody has the call
            return set()
        case Saying(then=ToEnd(ending=Ending.NOBODY)):
            return set()
        case Saying(then=ToPeople(rungs=rungs)) | RingingPeople(rungs=(_, *rungs)):
            return {rung.number for rung in rungs}
        case _:
            return {rung.number for rung in ladder(policy)}


def _let_run(call: Call) -> None:
    """Nobody answers, nobody says anything: to the end of the call."""
    for _ in range(60):
        phase = call.state.phase
        if isinstance(phase, Ended | WithPeople | Ringing):
            return
        if isinstance(phase, Asking):
            call.presses("0")
        elif isinstance(phase, Connecting | RingingPeople | Redirecting):
            call.ends(TransferOutcome.BUSY)
        else:
            call.happens(Said(call.state.turn))
    raise AssertionError(call.state.phase)


@lively
@given(CALLS)
def test_what_answers_an_earlier_turn_changes_nothing(played: Played) -> None:
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
@given(CALLS)
def test_the_last_action_is_the_one_that_waits_and_its_turn_is_the_state_s(
    played: Played,
) -> None:
    for _, before, actions, after in played.steps:
        if _only_noted(actions):
            assert not actions or after == before
            continue
        *others, last = actions
        assert isinstance(last, Say | Ask | Listen | Transfer | Redirect | HangUp)
        assert not any(isinstance(a, Say | Ask | Listen | Transfer | Redirect) for a in others)
        if not isinstance(last, HangUp):
            assert last.turn == after.turn
