"""Simulated callers whose voices and engine are the test's."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from grammar.decision import Action, Decision, Reason
from grammar.gaps.fixes import AliasFix, PronunciationFix
from grammar.gaps.utterances import Outcome
from grammar.hearing import Hypothesis
from grammar.matching import Candidate
from grammar.model import Entry, Grammar
from switchboard.errors import UserError
from switchboard.recognition.port import Recognition
from switchboard.routing import Routed, Timings
from switchboard.settings import Settings, default_settings
from switchboard.speech.port import SynthesisError, Text
from switchboard.storage.grammars import published_grammar
from switchboard.storage.simulations import (
    Simulated,
    SimulationState,
    resume_simulation,
    simulated,
    simulation,
    simulations,
    stop_simulation,
)
from switchboard.storage.store import Store, open_store
from switchboard.uat.results import figures
from switchboard.uat.simulation import running
from switchboard.uat.simulation.background import SimulationsBehind
from switchboard.uat.simulation.failing import failing, failing_csv, trials
from switchboard.uat.simulation.plan import from_plain, plan_for, planned, to_plain
from switchboard.uat.simulation.running import begin, run
from switchboard.uat.simulation.voices import VOICES, SimulatedVoice
from tests.admin.conftest import _quick_hashes, _templates_compiled_once, filled

__all__ = ["_quick_hashes", "_templates_compiled_once", "filled"]

SETTINGS = default_settings()
ENTRIES = 8
"""That can be reached."""


@dataclass
class Engine:
    """Hears every caller right, but for those it was told to stumble over."""

    grammar: Grammar
    said: threading.local = field(default_factory=threading.local)
    """What the caller of this thread has just said."""
    stumbles: set[str] = field(default_factory=set)

    def route(self, samples: np.ndarray, rate: int, _may_reach: Callable[[Entry], bool]) -> Routed:
        assert samples.dtype == np.int16
        assert rate == 8000
        assert len(samples) > 0
        words = self.said.words
        named = [e for e in self.grammar.entries if e.name.casefold() in words.casefold()]
        heard = (Hypothesis(words.casefold(), -1.0),)
        recognition = Recognition("scripted", self.grammar.version, heard)
        if not named or named[0].name in self.stumbles:
            decision = Decision(Action.REPROMPT, Reason.NO_MATCH)
        else:
            found = (Candidate(tuple(named), 0.99, words),)
            decision = Decision(Action.TRANSFER, Reason.SURE, found)
        return Routed(decision, None, recognition, Timings(1.0, 1.0, 2.0))


@dataclass
class Speaks:
    engine: Engine
    dumb: bool = False

    def speak(self, text: Text) -> tuple[np.ndarray, int]:
        if self.dumb:
            raise SynthesisError("says nothing")
        self.engine.said.words = text.words
        return (0.1 * np.sin(np.arange(8000))).astype(np.float32), 16000


@dataclass
class Stage:
    """What the simulation runs on."""

    engine: Engine
    dumb: set[str] = field(default_factory=set)


@pytest.fixture
def kept(filled: Path, tmp_path: Path) -> Iterator[Store]:
    copy = tmp_path / "filled.db"
    shutil.copy(filled, copy)
    opened = open_store(f"sqlite:///{copy}")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def grammar(filled: Path) -> Grammar:
    opened = open_store(f"sqlite:///{filled}")
    made = published_grammar(opened)
    opened.close()
    assert made is not None
    return made


@pytest.fixture
def stage(grammar: Grammar, monkeypatch: pytest.MonkeyPatch) -> Stage:
    made = Stage(Engine(grammar))

    @contextmanager
    def wired(_settings: Settings, wanted: Grammar, **_: object) -> Iterator[object]:
        assert wanted.version == made.engine.grammar.version
        yield type("Wired", (), {"router": made.engine, "engine": "scripted"})()

    @contextmanager
    def speaking(voices: tuple[SimulatedVoice, ...]) -> Iterator[Mapping[str, Speaks]]:
        yield {voice.name: Speaks(made.engine, dumb=voice.name in made.dumb) for voice in voices}

    monkeypatch.setattr(running, "wired", wired)
    monkeypatch.setattr(running, "speaking", speaking)
    monkeypatch.setattr(running, "talkers", lambda _: (np.ones(8000),))
    return made


def _begin(store: Store, voices: int = 2, most: int | None = None) -> int:
    return begin(store, SETTINGS, voices=voices, most=most, seed=1, actor="boss")


def test_every_voice_says_every_entry_once(kept: Store, stage: Stage) -> None:
    number = _begin(kept)
    told: list[int] = []
    assert run(kept, SETTINGS, number, on_done=told.append) is SimulationState.DONE
    rows = simulated(kept, number)
    assert len(rows) == sum(told) == 2 * ENTRIES
    assert len({(row.entry, row.voice) for row in rows}) == 2 * ENTRIES
    assert {row.channel for row in rows} == {"clean", "babble", "gsm"}
    assert {row.outcome for row in rows} == {Outcome.CONNECTED}
    known = simulation(kept, number)
    assert (known.state, known.done, known.engine) == (SimulationState.DONE, 16, "scripted")


def test_a_stopped_simulation_goes_on_where_it_was(kept: Store, stage: Stage) -> None:
    assert stage
    number = _begin(kept)

    def stop(_: int) -> None:
        if simulation(kept, number).done >= 3:
            stop_simulation(kept, number, actor="boss")

    assert run(kept, SETTINGS, number, on_done=stop) is SimulationState.STOPPED
    before = simulated(kept, number)
    assert 3 <= len(before) < 16
    resume_simulation(kept, number, actor="boss")
    assert run(kept, SETTINGS, number) is SimulationState.DONE
    rows = simulated(kept, number)
    assert [row.number for row in rows] == list(range(16))
    assert rows[: len(before)] == before


def test_a_simulation_that_is_stopped_while_its_engine_starts_stays_stopped(
    kept: Store, stage: Stage
) -> None:
    assert stage
    number = _begin(kept)
    stop_simulation(kept, number, actor="boss")
    assert run(kept, SETTINGS, number) is SimulationState.STOPPED
    assert simulation(kept, number).state is SimulationState.STOPPED


def test_two_processes_never_go_on_with_the_same_simulation_for_long(
    kept: Store, stage: Stage
) -> None:
    assert stage
    number = _begin(kept)
    inner: list[SimulationState] = []

    def again(_: int) -> None:
        if not inner:
            inner.append(SimulationState.RUNNING)
            inner.append(run(kept, SETTINGS, number))

    assert run(kept, SETTINGS, number, on_done=again) is SimulationState.RUNNING
    assert inner[-1] is SimulationState.DONE
    assert simulation(kept, number).state is SimulationState.DONE
    assert len(simulated(kept, number)) == 2 * ENTRIES


def test_what_crashes_is_stopped_and_can_go_on(kept: Store, stage: Stage) -> None:
    assert stage
    number = _begin(kept)

    def crash(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(kept, SETTINGS, number, on_done=crash)
    assert simulation(kept, number).state is SimulationState.STOPPED
    resume_simulation(kept, number, actor="boss")
    assert run(kept, SETTINGS, number) is SimulationState.DONE


def test_a_voice_that_cannot_say_a_name_counts_for_nothing(kept: Store, stage: Stage) -> None:
    stage.dumb = {VOICES[1].name}
    number = _begin(kept)
    run(kept, SETTINGS, number)
    rows = simulated(kept, number)
    assert sum(row.outcome == "unspoken" for row in rows) == ENTRIES
    assert figures(trials(rows, stage.engine.grammar)).correct.total == ENTRIES
    assert failing(rows, stage.engine.grammar) == ()


def test_two_simulations_do_not_run_at_once(kept: Store, stage: Stage) -> None:
    assert stage
    number = _begin(kept)
    with pytest.raises(UserError, match="is running"):
        _begin(kept)
    run(kept, SETTINGS, number)
    assert _begin(kept) == number + 1


def test_only_the_most_called_are_asked_for_where_that_is_wanted(kept: Store, stage: Stage) -> None:
    assert stage
    number = _begin(kept, voices=1, most=3)
    run(kept, SETTINGS, number)
    assert len(simulated(kept, number)) == 3


def test_without_a_published_grammar_there_is_nobody_to_ask_for(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(UserError, match="publish first"):
        _begin(store)
    assert simulations(store) == ()
    store.close()


def test_a_fault_is_on_record(kept: Store, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stage

    def fail(_: object) -> None:
        raise UserError("The voice piper can't speak; choose others.")

    monkeypatch.setattr(running, "talkers", fail)
    number = _begin(kept)
    with pytest.raises(UserError):
        run(kept, SETTINGS, number)
    known = simulation(kept, number)
    assert known.state is SimulationState.FAILED
    assert "choose others" in known.fault


def test_a_simulation_in_the_background_ends_by_itself(kept: Store, stage: Stage) -> None:
    assert stage
    behind = SimulationsBehind(kept, SETTINGS)
    number = behind.begin(voices=1, most=None, actor="boss")
    assert behind.settled(60)
    assert simulation(kept, number).state is SimulationState.DONE
    behind.resume(number, actor="boss")  # nothing is left: done again at once
    assert behind.settled(60)


def test_a_plan_is_the_same_when_it_is_read_back(grammar: Grammar) -> None:
    plan = plan_for(grammar, ("a", "b"), may_ask=lambda _: True, seed=3)
    again = from_plain(to_plain(plan))
    assert again == plan
    assert [planned(plan, n) for n in range(16)] == [planned(again, n) for n in range(16)]
    assert planned(plan, 3) != planned(replace(plan, seed=4), 3)


def _row(number: int, entry: str, transcript: str = "", **more: object) -> Simulated:
    row = Simulated(
        number=number,
        entry=entry,
        say="",
        voice=f"v{number}",
        channel="clean",
        outcome=Outcome.UNHELPED,
        action=Action.REPROMPT,
        reason=Reason.NO_MATCH,
        reached="",
        transcript=transcript,
        probability=None,
        wait_ms=None,
    )
    return replace(row, **more)  # type: ignore[arg-type]


def test_names_are_ranked_by_the_harm_that_they_do(grammar: Grammar) -> None:
    fine = {"outcome": Outcome.CONNECTED, "action": Action.TRANSFER}
    rows = [
        _row(0, "3", "raquel", **fine),
        _row(1, "3", "rocky sand"),
        _row(0, "4", "shiv on fan shore"),
        _row(1, "4", "shiv on fan shaw"),
        _row(0, "1", outcome=Outcome.MISROUTED, reached="3", transcript="rakesh"),
        _row(1, "1", **fine),
        _row(0, "2", **fine),
    ]
    found = failing(rows, grammar)
    assert [each.entry.key for each in found] == ["1", "4", "3"]
    assert (found[0].misrouted, found[0].instead) == (1, ("Rakesh Sen",))
    assert (found[1].right.count, found[1].right.total) == (0, 2)
    assert "Sounds like Rakesh Sen" in found[0].mend or found[0].fix


def test_what_several_voices_are_heard_as_becomes_a_pronunciation(grammar: Grammar) -> None:
    rows = [_row(n, "4", "siobhan fettleston") for n in range(3)]
    (found,) = failing(rows, grammar)
    assert isinstance(found.fix, PronunciationFix | AliasFix)
    assert found.heard == (("siobhan fettleston", 3),)


def _garbled(number: int, transcript: str, reached: str = "") -> Simulated:
    """Taken for a name that several have."""
    wrong = {"outcome": Outcome.WRONG_OFFER, "action": Action.DISAMBIGUATE}
    return _row(number, "4", transcript, reason=Reason.SAME_NAME, reached=reached, **wrong)


def test_what_one_voice_was_heard_as_is_chance_and_changes_nothing(grammar: Grammar) -> None:
    fine = {"outcome": Outcome.CONNECTED, "action": Action.TRANSFER}
    (found,) = failing([_row(0, "4", **fine), _garbled(1, "eva mahon", "3")], grammar)
    assert found.fix is None
    assert found.mend.startswith("One of 2 calls failed")
    (often,) = failing([_row(0, "4", **fine), *(_garbled(n, "eva mahon") for n in (1, 2))], grammar)
    assert often.fix == AliasFix("4", "eva mahon")


def test_who_was_offered_once_is_not_said_to_sound_alike(grammar: Grammar) -> None:
    rows = [_garbled(0, "eva mahon", "3"), _row(1, "4", "ethan marx")]
    (found,) = failing(rows, grammar)
    assert found.instead == ("Rakesh Sen",)
    assert "Sounds like" not in found.mend
    assert "understood differently" in found.mend
    rows = [_garbled(0, "eva mahon", "3"), _garbled(1, "ethan marx", "3")]
    (found,) = failing(rows, grammar)
    assert found.mend.startswith("Sounds like Rakesh Sen")


def test_what_others_are_asked_for_by_is_proposed_as_nobodys_other_name(grammar: Grammar) -> None:
    (found,) = failing([_row(n, "4", "planning") for n in range(2)], grammar)
    assert found.fix is None
    assert found.mend.startswith("No words would help")


def test_the_list_is_safe_in_a_spreadsheet(grammar: Grammar) -> None:
    text = failing_csv(failing([_row(0, "4", "=cmd()")], grammar))
    assert "=cmd() (1)" in text
    assert ",=cmd" not in text
