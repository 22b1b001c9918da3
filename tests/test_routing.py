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


@pytest.mark.parametrize(
    "said", ["I'm not sure who I need to speak to.", "I don't want to talk to machine."]
)
def test_who_plainly_wants_an_operator_gets_one_though_no_sound_fits(said: str) -> None:
    decision = _routed(said).decision
    assert (decision.action, decision.reason) == (Action.OPERATOR, Reason.ASKED_FOR_OPERATOR)


def test_who_says_something_else_that_fits_nothing_is_asked_again() -> None:
    assert _routed("What's the weather like tomorrow?").decision.action is Action.REPROMPT
    assert _routed().decision.action is Action.REPROMPT
