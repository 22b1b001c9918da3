"""Simulated callers as they are: the real voices, the telephone line and the packaged engine."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from switchboard.settings import default_settings
from switchboard.storage.simulations import SimulationState, simulated, simulations
from switchboard.storage.store import Store, open_store
from switchboard.uat.learn_curve import LearnCurve, Plan
from switchboard.uat.simulation.spoken_line import TEACHING, TESTING, SpokenLine, spoken_line
from tests.gaps.office import Office, open_office

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.timeout(600)]

_DEFAULTS = default_settings()
SETTINGS = replace(
    _DEFAULTS,
    recognition=replace(_DEFAULTS.recognition, engine="whisper", workers=1, second_opinions=0),
)
PROGRAM = (sys.executable, "-c", "from switchboard.cli import main; main()")


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    opened = open_store(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def office(store: Store) -> Office:
    return open_office(store)


@pytest.fixture(scope="module")
def heard() -> list[int]:
    """What the line told as it heard."""
    return []


@pytest.fixture(scope="module")
def line(heard: list[int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpokenLine]:
    """One for all: its eight voices and its engine take longer to start than to be heard."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('line')}/switchboard.db")
    grammar = open_office(store).parts.published().grammar
    store.close()
    with spoken_line(SETTINGS, grammar, on_heard=heard.append) as made:
        yield made


def test_what_is_said_is_heard_once_for_each_grammar(
    office: Office, line: SpokenLine, heard: list[int]
) -> None:
    grammar = office.parts.published().grammar
    chance = random.Random(3)
    said = [line.say("grace okonjo please", chance, teaching=True) for _ in range(3)]
    heard.clear()
    first = line.hear(said, grammar)
    assert sum(heard) == len(set(said))
    assert line.hear(said, grammar) == first
    assert sum(heard) == len(set(said))
    assert {each.engine for each in first} == {"whisper"}
    decisions = [office.parts.published().decide(each)[0] for each in first]
    offered = [{option.entry.key for option in each.options} for each in decisions]
    assert any("p6" in keys for keys in offered)


def test_no_voice_both_teaches_and_tests() -> None:
    assert {each.name for each in TEACHING}.isdisjoint(each.name for each in TESTING)


def test_a_curve_is_learned_from_sound(office: Office, line: SpokenLine) -> None:
    plan = Plan(aliases=2, calls=4, rounds=1, known=0.25, tries=1, labelled=1.0)
    curve = LearnCurve(office.store, office.parts, plan, line)
    points = curve.run()
    assert [point.rounds for point in points] == [0, 1]
    assert points[0].aliases.total == 2 * len(curve.aliases)
    assert points[0].mended.count == 0


def _simulate(url: str, folder: Path, *words: str) -> subprocess.Popen[str]:
    settings = folder / "settings.toml"
    settings.write_text(
        '[recognition]\nengine = "whisper"\nworkers = 1\nsecond_opinions = 0\n', "utf-8"
    )
    return subprocess.Popen(
        [*PROGRAM, "uat", "simulate", *words, "--database", url],
        env={**os.environ, "HOME": str(folder), "SWITCHBOARD_SETTINGS": str(settings)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(2400):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("nothing came of it")


def test_a_simulation_that_is_killed_goes_on_and_ranks_what_fails(
    office: Office, sqlite_url: str, tmp_path: Path
) -> None:
    kept = office.store
    with _simulate(sqlite_url, tmp_path, "--voices", "2", "--most", "6") as killed:
        _until(lambda: bool(simulations(kept)) and simulations(kept)[0].done >= 2)
        os.killpg(killed.pid, signal.SIGKILL)
    (known,) = simulations(kept)
    before = simulated(kept, known.id)
    assert 2 <= len(before) < known.total
    assert known.state is SimulationState.RUNNING  # nobody was left to say otherwise

    with _simulate(sqlite_url, tmp_path, "--resume") as resumed:
        told, _ = resumed.communicate()
    assert resumed.returncode == 0, told
    (known,) = simulations(kept)
    rows = simulated(kept, known.id)
    assert (known.state, known.done) == (SimulationState.DONE, known.total)
    assert rows[: len(before)] == before
    assert {row.voice for row in rows} == {"piper", "espeak-rp"}
    assert f"{known.total} of {known.total} utterances with {known.engine}" in told
    failed = {row.entry for row in rows if row.outcome not in {"connected", "offered"}}
    assert ("No name fails." in told) == (not failed)
