from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grammar.calibration import shipped
from grammar.decision import Costs
from grammar.model import Grammar
from switchboard.gaps.parts import Parts
from switchboard.storage.store import Store, open_store
from switchboard.uat.learn_curve import LearnCurve, Plan
from switchboard.uat.noisy_channel import NoisyChannel, vocabulary
from switchboard.uat.unknown_aliases import Half, unknown_aliases
from tests.cli.conftest import Ran
from tests.gaps.office import open_office

SMALL = Plan(aliases=8, calls=30, rounds=2, word_errors=0.05)


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    opened = open_store(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def parts(store: Store) -> Parts:
    return open_office(store).parts


@pytest.fixture
def grammar(parts: Parts) -> Grammar:
    return parts.published().grammar


def test_what_callers_teach_is_learned_within_two_rounds_and_misroutes_nobody(
    store: Store, parts: Parts
) -> None:
    points = LearnCurve(store, parts, SMALL).run()
    assert [point.rounds for point in points] == [0, 1, 2]
    assert points[0].mended.count == 0
    assert points[2].mended.value >= 0.5
    assert points[2].misrouted.count <= points[0].misrouted.count
    assert points[2].strangers.count <= points[0].strangers.count
    assert points[2].accepted > 0


def test_without_labels_no_unknown_name_is_learned(store: Store, parts: Parts) -> None:
    plan = Plan(aliases=8, calls=30, rounds=1, labelled=0.0)
    points = LearnCurve(store, parts, plan).run()
    assert points[0].mended.total > 0
    assert points[1].mended.count == 0


def test_the_same_seed_gives_the_same_curve(tmp_path: Path) -> None:
    plan = Plan(aliases=4, calls=8, rounds=1)
    curves = []
    for name in ("one", "two"):
        opened = open_store(f"sqlite:///{tmp_path / name}.db")
        curves.append(LearnCurve(opened, open_office(opened).parts, plan).run())
        opened.close()
    assert curves[0] == curves[1]


def test_names_for_tuning_and_for_results_have_none_in_common(grammar: Grammar) -> None:
    halves = [
        {each.text for each in unknown_aliases(grammar, half, 30, random.Random(1))}
        for half in Half
    ]
    assert halves[0]
    assert not halves[0] & halves[1]
    known = {form.text for form in grammar.forms}
    assert not (halves[0] | halves[1]) & known


def test_words_that_an_engine_does_not_know_are_taken_for_others_that_sound_alike() -> None:
    channel = NoisyChannel(("housing", "browsing", "parking", "planning"), 0.0, random.Random(1))
    assert channel.hear("parking")[0].text == "parking"
    heard = {each.text for each in channel.hear("rousing")}
    assert heard <= {"housing", "browsing", "parking", "planning"}
    assert heard & {"housing", "browsing"}


def test_hypotheses_are_the_likeliest_first_and_each_once() -> None:
    words = ("housing", "browsing", "parking", "planning")
    heard = NoisyChannel(words, 0.9, random.Random(1)).hear("housing planning")
    assert len({each.text for each in heard}) == len(heard) > 1
    likelihoods = [each.log_likelihood for each in heard]
    assert likelihoods == sorted(likelihoods, reverse=True)


def test_common_words_are_always_known_to_the_engine() -> None:
    assert vocabulary(["wozencraft"], ["can i"], 0.0, random.Random(1)) == ("can", "i")
    every = vocabulary(["wozencraft"], ["can i"], 1.0, random.Random(1))
    assert every == ("can", "i", "wozencraft")


def test_an_engine_without_a_calibration_is_refused(store: Store) -> None:
    from switchboard.errors import UserError

    parts = Parts(store, {}, Costs())
    open_office(store)
    with pytest.raises(UserError, match="no calibration for the engine"):
        LearnCurve(store, parts, SMALL)
    assert "vosk" in shipped()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    from tests.cli.conftest import run as made

    return made.__wrapped__(monkeypatch, capsys)  # type: ignore[attr-defined,no-any-return]


@pytest.mark.slow
def test_the_command_prints_shares_with_intervals_and_leaves_the_database_alone(
    sqlite_url: str, run: Callable[..., Ran]
) -> None:
    office_store = open_store(sqlite_url)
    open_office(office_store)
    words = ("--own", "--rounds", "1", "--calls", "10", "--aliases", "4")
    ran = run("uat", "learn-curve", *words, "--database", sqlite_url)
    assert ran.code == 0, ran.err
    head, *rows = ran.out.splitlines()[1:]
    assert head.split("  ")[0] == "rounds"
    assert [row.split()[0] for row in rows] == ["0", "1"]
    assert "%" in rows[0]
    from switchboard.storage.gaps import count_gaps

    assert count_gaps(office_store) == 0
    office_store.close()
