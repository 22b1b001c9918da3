"""Speaking and deciding on what was planned; each utterance is stored as soon as it is done."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from grammar.gaps.utterances import Utterance, outcome
from grammar.model import Entry
from grammar.versions import load
from switchboard.audio.files import to_pcm16
from switchboard.audio.telephone_channel import BABBLE, LINE_RATE, telephone
from switchboard.dialogue.caller import CallerClass
from switchboard.errors import UserError
from switchboard.policy import policy_of
from switchboard.routing import Router
from switchboard.settings import Settings
from switchboard.speech.naming import Names, names_of
from switchboard.speech.port import SynthesisError, Text
from switchboard.storage.publishing import load_version, published_version
from switchboard.storage.simulations import (
    Going,
    Simulated,
    SimulationState,
    begin_simulation,
    end_simulation,
    set_engine,
    simulated,
    simulation,
    store_simulated,
)
from switchboard.storage.store import Store
from switchboard.uat.simulation.crowd import babble, talkers
from switchboard.uat.simulation.plan import Plan, Planned, from_plain, plan_for, planned, to_plain
from switchboard.uat.simulation.voices import VOICES, Speaks, speaking
from switchboard.wiring import UNHURRIED, wired

log = logging.getLogger(__name__)

UNSPOKEN = "unspoken"
"""The outcome of an utterance that its voice could not say: it counts for nothing."""
_ROOM_S = 2.0
"""Of babble, beyond the words themselves: the line adds silence before and after."""


def begin(
    store: Store, settings: Settings, *, voices: int, most: int | None, seed: int, actor: str
) -> int:
    """Plan a simulation on the grammar in force; its id, for `run`. Raises UserError."""
    version = published_version(store)
    if version is None:
        raise UserError("No grammar is published yet, so nobody can be asked for; publish first.")
    grammar = load(load_version(store, version))
    names = tuple(voice.name for voice in VOICES[:voices])
    plan = plan_for(grammar, names, may_ask=_may_reach(settings), seed=seed, most=most)
    if not plan.entries:
        raise UserError("Nobody in the grammar in force can be reached, so nobody can be called.")
    return begin_simulation(store, to_plain(plan), plan.total, grammar=version, actor=actor)


def run(
    store: Store,
    settings: Settings,
    number: int,
    *,
    on_done: Callable[[int], None] = lambda _: None,
) -> SimulationState:
    """Go through with a simulation that was begun or resumed. `on_done` is told how many utterances
    were just stored. RUNNING where another process goes on with it. Raises UserError, which the
    simulation's record then holds too."""
    try:
        state = _run(store, settings, number, on_done)
    except UserError as error:
        end_simulation(store, number, SimulationState.FAILED, str(error))
        raise
    except BaseException:
        end_simulation(store, number, SimulationState.STOPPED)
        raise
    if state is not SimulationState.RUNNING:
        end_simulation(store, number, state)
    return state


def _run(
    store: Store, settings: Settings, number: int, on_done: Callable[[int], None]
) -> SimulationState:
    known = simulation(store, number)
    plan, grammar = from_plain(known.plan), load(load_version(store, known.grammar))
    voices = tuple(voice for voice in VOICES if voice.name in plan.voices)
    with wired(settings, grammar, limits=UNHURRIED) as made, speaking(voices) as speaks:
        set_engine(store, number, made.engine)
        tracks = talkers(speaks) if BABBLE in plan.channels else ()
        callers = _Callers(plan, made.router, speaks, tracks=tracks, settings=settings)
        done = {row.number for row in simulated(store, number)}
        left = [each for each in range(plan.total) if each not in done]
        workers = settings.recognition.workers
        with ThreadPoolExecutor(workers, thread_name_prefix="simulated") as pool:
            for start in range(0, len(left), workers):
                rows = list(pool.map(callers.call, left[start : start + workers]))
                going = store_simulated(store, number, rows)
                if going is not Going.ON:
                    return _LEFT[going]
                on_done(len(rows))
    return SimulationState.DONE


_LEFT = {
    Going.STOPPED: SimulationState.STOPPED,
    Going.ELSEWHERE: SimulationState.RUNNING,
}


def _may_reach(settings: Settings) -> Callable[[Entry], bool]:
    """Whom callers from inside may reach: the widest class there is."""
    policy = policy_of(settings)
    return lambda entry: policy.may_reach(CallerClass.INTERNAL, entry)


class _Callers:
    """Speaks utterances of a plan and has them decided on. Threads may share it."""

    def __init__(
        self,
        plan: Plan,
        router: Router,
        speaks: Mapping[str, Speaks],
        *,
        tracks: tuple[NDArray[np.float64], ...],
        settings: Settings,
    ) -> None:
        self._plan = plan
        self._router = router
        self._speaks = speaks
        self._tracks = tracks
        self._names: Names = names_of(router.grammar)
        self._may_reach = _may_reach(settings)

    def call(self, number: int) -> Simulated:
        """One utterance, from the text to the decision."""
        wanted = planned(self._plan, number)
        entry = self._names.entries[wanted.entry]
        try:
            heard = self._on_the_line(wanted, entry)
        except SynthesisError:
            return _unspoken(wanted, entry)
        routed = self._router.route(heard, LINE_RATE, self._may_reach)
        decision = routed.decision
        return Simulated(
            number=number,
            entry=wanted.entry,
            say=wanted.carrier.format(entry.name),
            voice=wanted.voice,
            channel=wanted.channel,
            outcome=outcome(Utterance((), meant=wanted.entry), decision).value,
            action=decision.action.value,
            reason=decision.reason.value,
            reached=decision.options[0].entry.key if decision.options else "",
            transcript=routed.transcript,
            probability=decision.options[0].probability if decision.options else None,
            wait_ms=routed.timings.total,
        )

    def _on_the_line(self, wanted: Planned, entry: Entry) -> NDArray[np.int16]:
        name = self._names.text(entry.name)
        text = Text(wanted.carrier.format(name.words), name.ipa)
        wave, rate = self._speaks[wanted.voice].speak(text)
        chance = np.random.default_rng(wanted.seed)
        crowd = None
        if wanted.channel == BABBLE:
            crowd = babble(self._tracks, round((len(wave) / rate + _ROOM_S) * LINE_RATE), chance)
        return to_pcm16(telephone(wave, rate, wanted.channel, chance, crowd))


def _unspoken(wanted: Planned, entry: Entry) -> Simulated:
    return Simulated(
        number=wanted.number,
        entry=wanted.entry,
        say=wanted.carrier.format(entry.name),
        voice=wanted.voice,
        channel=wanted.channel,
        outcome=UNSPOKEN,
        action="",
        reason="",
        reached="",
        transcript="",
        probability=None,
        wait_ms=None,
    )
