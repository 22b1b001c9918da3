from __future__ import annotations

from directory.model import Directory, Person
from grammar.building import build
from grammar.hearing import Hypothesis
from grammar.matching import Matcher
from switchboard.measures.calibrating import UNLISTED, Heard, labelled
from switchboard.measures.grading import Expected, Wanted
from switchboard.recognition.port import Recognition

MATCHER = Matcher(
    build(
        Directory(
            (
                Person("1", "Okafor", "Chidi", extension="5001"),
                Person("2", "Okoro", "Chidi", extension="5002"),
            ),
            (),
        )
    )
)


def call(wanted: Wanted, *numbers: str) -> Heard:
    heard = Recognition("whisper", "v", (Hypothesis("Chidi Okafor", -1.0),))
    return Heard(Expected(wanted, frozenset(numbers)), "a", heard)


def test_every_third_call_to_somebody_is_learnt_from_as_if_nobody_were_listed() -> None:
    learnt = labelled([call(Wanted.TRANSFER, "5001")] * UNLISTED, MATCHER)
    assert [bool(each.right.any()) for each in learnt] == [True] * UNLISTED + [False]
    assert len(learnt[-1].texts) < len(learnt[0].texts)


def test_calls_that_lead_nowhere_are_learnt_from_once() -> None:
    learnt = labelled([call(Wanted.NONE)] * UNLISTED, MATCHER)
    assert len(learnt) == UNLISTED


def test_who_is_left_out_does_not_compete() -> None:
    heard = [Hypothesis("Chidi Okafor", -1.0)]
    prepared = MATCHER.prepare(heard, (), None, frozenset({"5001"}))
    assert prepared is not None
    assert {key for text in prepared.said for key in text.entries} == {"2"}
