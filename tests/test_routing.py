from __future__ import annotations

import numpy as np
import pytest

from grammar.calibration import shipped
from grammar.decision import Action, Costs, Reason
from grammar.hearing import FormEvidence, Hypothesis
from switchboard.recognition.port import Recognition, Utterance
from switchboard.routing import Routed, Router
from tests.grammar.small_council import small_grammar

NOTHING_FITS = (FormEvidence("jane smith", -60.0, -30.0, -10.0, -20.0),)


def _routed(*heard: str) -> Routed:
    """A recogniser heard these, and nothing in the directory fits the sound."""
    hypotheses = tuple(Hypothesis(text, -10.0 * rank) for rank, text in enumerate(heard))

    def recognise(_utterance: Utterance, version: str) -> Recognition:
        return Recognition("whisper", version, hypotheses, NOTHING_FITS, 0.99)

    router = Router(small_grammar(), recognise, shipped(), Costs())
    return router.decide(Utterance(np.zeros(8000, np.int16), 8000))


class Ears:
    """Hears first this, then, where there is doubt, that."""

    def __init__(self, first: Recognition, second: Recognition | None) -> None:
        self.first, self.second, self.asked = first, second, 0

    def recognise(self, _utterance: Utterance, _version: str) -> Recognition:
        return self.first

    def again(self, _utterance: Utterance, _version: str, first: Recognition) -> Recognition | None:
        assert first is self.first
        self.asked += 1
        return self.second

    def routed(self, expected: tuple[str, ...] = ()) -> Routed:
        router = Router(
            small_grammar(), self.recognise, shipped(), Costs(), second_opinion=self.again
        )
        return router.decide(Utterance(np.zeros(8000, np.int16), 8000, expected))


def _heard(text: str, *evidence: FormEvidence) -> Recognition:
    return Recognition("whisper", "v1", (Hypothesis(text, -1.0),), evidence or NOTHING_FITS, 0.99)


MARIGOLD = _heard(
    "Marigold Featherstonehaugh.", FormEvidence("marigold featherstonehaugh", 0.0, 30.0, 10.0, -0.1)
)
WEATHER = _heard("What's the weather like tomorrow?")


def test_doubt_is_resolved_by_a_second_opinion() -> None:
    ears = Ears(WEATHER, MARIGOLD)
    routed = ears.routed()
    assert routed.decision.action is Action.TRANSFER
    assert routed.recognition is MARIGOLD
    assert ears.asked == 1


def test_who_is_surely_meant_is_not_heard_again() -> None:
    ears = Ears(MARIGOLD, WEATHER)
    assert ears.routed().decision.action is Action.TRANSFER
    assert ears.asked == 0


def test_without_an_answer_in_time_the_first_opinion_holds() -> None:
    routed = Ears(WEATHER, None).routed()
    assert routed.decision.action is Action.REPROMPT
    assert routed.recognition is WEATHER


def test_the_transcript_is_what_was_heard_freely_however_likely_a_name_of_the_grammar_is() -> None:
    heard = (Hypothesis("jane smith", -1.0, "closed"), Hypothesis("jane smythe", -2.0))
    first = Recognition("whisper", "v1", heard, NOTHING_FITS, 0.99)
    assert Ears(first, None).routed().transcript == "jane smythe"


def test_an_answer_to_a_question_is_not_heard_again() -> None:
    ears = Ears(WEATHER, MARIGOLD)
    assert ears.routed(expected=("yes", "no")).decision.action is Action.REPROMPT
    assert ears.asked == 0


def test_who_asks_for_an_operator_is_not_heard_again() -> None:
    ears = Ears(_heard("I don't want to talk to machine."), MARIGOLD)
    assert ears.routed().decision.reason is Reason.ASKED_FOR_OPERATOR
    assert ears.asked == 0


@pytest.mark.parametrize(
    "said", ["I'm not sure who I need to speak to.", "I don't want to talk to machine."]
)
def test_who_plainly_wants_an_operator_gets_one_though_no_sound_fits(said: str) -> None:
    decision = _routed(said).decision
    assert (decision.action, decision.reason) == (Action.OPERATOR, Reason.ASKED_FOR_OPERATOR)


def test_who_says_something_else_that_fits_nothing_is_asked_again() -> None:
    assert _routed("What's the weather like tomorrow?").decision.action is Action.REPROMPT
    assert _routed().decision.action is Action.REPROMPT
