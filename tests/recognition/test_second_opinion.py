"""A larger engine is asked where the first one leaves doubt, and is only ever a gain."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grammar.hearing import FormEvidence, Hypothesis
from switchboard.errors import EngineError
from switchboard.recognition.outcome import RecognitionFailed
from switchboard.recognition.port import Recognition, Utterance
from switchboard.recognition.recognisers import Recognisers
from switchboard.recognition.second_opinion import SUSPECTED, combined, to_be_heard_again
from switchboard.recognition.workers import Limits, WorkerPool
from tests.recognition.scripted_engine import Act, empty_grammar, scripted, utterance

LIMITS = Limits(deadline=1.0, patience=30.0, after_failure=30.0, first_back_off=0.05)
SHORT = Limits(deadline=30.0, patience=0.2)


def opinion(
    engine: str, evidence: tuple[FormEvidence, ...] = (), heard: tuple[str, ...] = ()
) -> Recognition:
    hypotheses = tuple(Hypothesis(text, -1.0) for text in heard)
    return Recognition(engine, "v1", hypotheses, evidence, 0.9, 0.25)


def fits(text: str, support: float) -> FormEvidence:
    return FormEvidence(text, support - 10, support, support / 4, -1.0)


def pool(folder: Path, limits: Limits = LIMITS, **options: object) -> WorkerPool:
    folder.mkdir(exist_ok=True)
    return WorkerPool(scripted(folder, **options), empty_grammar("v1"), workers=1, limits=limits)


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[Recognisers]:
    with closing(Recognisers(pool(tmp_path / "first"), lambda: pool(tmp_path / "second"))) as made:
        yield made


def test_what_both_heard_has_evidence_of_both_and_more_of_the_larger_engine() -> None:
    first = opinion("whisper", (fits("jane smith", 4.0), fits("jean smith", 6.0)))
    second = opinion("base", (fits("jane smith", 8.0), fits("jean smith", 2.0)))
    both = combined(first, second)
    assert [(each.text, each.support) for each in both.evidence] == [
        ("jane smith", pytest.approx(6.6)),
        ("jean smith", pytest.approx(3.4)),
    ]


def test_hypotheses_of_both_are_kept_once_those_of_the_larger_engine_first() -> None:
    both = combined(opinion("whisper", (), ("a", "b")), opinion("base", (), ("c", "b")))
    assert [each.text for each in both.hypotheses] == ["c", "b", "a"]


def test_a_text_that_both_heard_is_as_likely_as_the_larger_engine_finds_it() -> None:
    first = replace(opinion("whisper"), hypotheses=(Hypothesis("jane smith.", -9.0),))
    second = replace(opinion("base"), hypotheses=(Hypothesis("jane smith.", -2.0),))
    assert combined(first, second).hypotheses == (Hypothesis("jane smith.", -2.0),)


def test_both_together_are_weighed_as_the_first_engine_and_cost_as_much_as_both() -> None:
    both = combined(opinion("whisper"), opinion("base"))
    assert (both.engine, both.cpu_seconds, both.opinions) == ("whisper", 0.5, 2)


def test_the_second_engine_is_asked_for_what_the_first_suspects() -> None:
    many = tuple(fits(f"text {number}", -number) for number in range(SUSPECTED + 5))
    heard = Utterance(np.zeros(8, np.int16), 8000)
    again = to_be_heard_again(heard, opinion("whisper", many))
    assert again.suspected == tuple(f"text {number}" for number in range(SUSPECTED))
    assert again.samples is heard.samples


def test_a_second_opinion_comes_from_another_process(engines: Recognisers) -> None:
    first = engines.recognise(utterance(Act.ANSWER), "v1")
    assert isinstance(first, Recognition)
    both = engines.second_opinion(utterance(Act.ANSWER), "v1", first)
    assert both is not None
    pids = {int(each.text.split()[0]) for each in both.hypotheses}
    assert len(pids) == 2
    assert pids <= engines.pids


def test_the_second_engine_is_loaded_when_it_is_first_asked(engines: Recognisers) -> None:
    assert len(engines.pids) == 1
    assert engines.start_second_opinions() == "scripted"
    assert engines.start_second_opinions() == "scripted"
    assert len(engines.pids) == 2


def test_without_a_second_engine_there_is_no_second_opinion(tmp_path: Path) -> None:
    with closing(Recognisers(pool(tmp_path))) as engines:
        engines.start_second_opinions()
        assert engines.second_opinion(utterance(Act.ANSWER), "v1", opinion("scripted")) is None


@pytest.mark.parametrize("act", [Act.RAISE, Act.EXIT])
def test_a_second_engine_that_fails_leaves_the_first_opinion(
    engines: Recognisers, act: Act
) -> None:
    assert engines.second_opinion(utterance(act), "v1", opinion("scripted")) is None
    assert engines.ready


def test_a_caller_waits_no_longer_than_is_set_for_a_second_opinion(tmp_path: Path) -> None:
    with closing(
        Recognisers(
            pool(tmp_path / "first"), lambda: pool(tmp_path / "second", SHORT, slow_seconds=20.0)
        )
    ) as engines:
        assert engines.second_opinion(utterance(Act.SLOW), "v1", opinion("scripted")) is None


def test_nobody_is_heard_twice_while_another_caller_is_being_listened_to(tmp_path: Path) -> None:
    first = pool(tmp_path / "first", slow_seconds=2.0)
    with (
        closing(Recognisers(first, lambda: pool(tmp_path / "second"), crowded=1)) as engines,
        ThreadPoolExecutor(1) as other,
    ):
        engines.start_second_opinions()
        speaking = other.submit(engines.recognise, utterance(Act.SLOW), "v1")
        while not engines.crowded:
            time.sleep(0.01)
        assert engines.second_opinion(utterance(Act.ANSWER), "v1", opinion("scripted")) is None
        speaking.result()
        assert engines.second_opinion(utterance(Act.ANSWER), "v1", opinion("scripted"))


def test_of_two_callers_in_the_same_instant_one_is_heard_twice(tmp_path: Path) -> None:
    asked = threading.Event()

    def when_both_have_asked() -> WorkerPool:
        asked.wait()
        return pool(tmp_path / "second")

    def ask() -> Recognition | None:
        return engines.second_opinion(utterance(Act.ANSWER), "v1", opinion("scripted"))

    with (
        closing(Recognisers(pool(tmp_path / "first"), when_both_have_asked, crowded=1)) as engines,
        ThreadPoolExecutor(2) as callers,
    ):
        both = [callers.submit(ask) for _ in range(2)]
        wait(both, timeout=1, return_when=FIRST_COMPLETED)
        asked.set()
        assert [each.result() for each in both].count(None) == 1


def test_a_new_grammar_is_known_to_both_engines(engines: Recognisers) -> None:
    engines.start_second_opinions()
    engines.publish(empty_grammar("v2"))
    assert engines.version == "v2"
    for version in ("v1", "v2"):
        first = engines.recognise(utterance(Act.ANSWER), version)
        assert isinstance(first, Recognition)
        assert engines.second_opinion(utterance(Act.ANSWER), version, first) is not None


def test_calls_go_by_a_new_grammar_only_once_the_second_engine_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = pool(tmp_path / "first"), pool(tmp_path / "second")
    published: list[WorkerPool] = []
    with closing(Recognisers(first, lambda: second)) as engines:
        engines.start_second_opinions()
        monkeypatch.setattr(WorkerPool, "publish", lambda each, _grammar: published.append(each))
        engines.publish(empty_grammar("v2"))
    assert published == [second, first]


def test_a_grammar_that_the_second_engine_refuses_is_not_in_force(engines: Recognisers) -> None:
    engines.start_second_opinions()
    with pytest.raises(EngineError, match="nothing that can be said"):
        engines.publish(empty_grammar("bad"))
    assert engines.version == "v1"


def test_a_second_engine_that_can_not_be_loaded_says_so(tmp_path: Path) -> None:
    with (
        closing(
            Recognisers(pool(tmp_path / "first"), lambda: pool(tmp_path / "second", refuse="model"))
        ) as engines,
        pytest.raises(EngineError, match="fetch one"),
    ):
        engines.start_second_opinions()


def test_a_caller_is_served_though_the_second_engine_can_not_be_loaded(tmp_path: Path) -> None:
    with closing(
        Recognisers(pool(tmp_path / "first"), lambda: pool(tmp_path / "second", refuse="model"))
    ) as engines:
        for _ in range(2):
            assert engines.second_opinion(utterance(Act.ANSWER), "v1", opinion("scripted")) is None


def test_closing_while_the_second_engine_loads_leaves_no_process(tmp_path: Path) -> None:
    loading = threading.Event()
    started: list[WorkerPool] = []

    def slowly() -> WorkerPool:
        loading.set()
        time.sleep(0.3)
        started.append(pool(tmp_path / "second"))
        return started[0]

    engines = Recognisers(pool(tmp_path / "first"), slowly)
    with ThreadPoolExecutor(1) as other:
        other.submit(engines.start_second_opinions)
        loading.wait()
        engines.close()
    assert not started[0].pids
    assert not engines.pids


def test_closing_ends_both_engines(engines: Recognisers) -> None:
    engines.start_second_opinions()
    engines.close()
    assert not engines.pids
    assert isinstance(engines.recognise(utterance(Act.ANSWER), "v1"), RecognitionFailed)
