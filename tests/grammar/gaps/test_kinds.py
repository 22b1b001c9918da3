from __future__ import annotations

import pytest

from grammar.decision import Action, Decision, Reason
from grammar.gaps.kinds import Finder, GapKind
from grammar.gaps.utterances import MeantBy, Utterance
from grammar.hearing import Hypothesis
from tests.grammar.small_council import small_grammar

NO_MATCH = Decision(Action.REPROMPT, Reason.NO_MATCH)


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder(small_grammar())


def _said(text: str, meant: str = "", **more: object) -> Utterance:
    by = MeantBy.OPERATOR if meant else MeantBy.NOBODY
    heard = (Hypothesis(text, -3.0),) if text else ()
    return Utterance(heard, meant=meant, meant_by=by, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "meant", "kind", "said"),
    [
        ("can i speak to the bin men please", "d1", GapKind.MISSING_ALIAS, "bin men"),
        ("marigold fanshaw", "1", GapKind.PRONUNCIATION, "marigold fanshaw"),
        ("mary gold feather stone", "1", GapKind.PRONUNCIATION, "mary gold feather stone"),
        ("i was to ask for bill smith", "2", GapKind.CARRIER_PHRASE, "i was to ask for"),
        ("jane smith", "3", GapKind.SAME_NAME, "jane smith"),
        ("jocasta pargeter", "6", GapKind.STALE_DATA, "jocasta pargeter"),
        ("jocasta pargeter", "8", GapKind.STALE_DATA, "jocasta pargeter"),
        ("angela rippon", "of-another-directory", GapKind.MISSING_ENTRY, "angela rippon"),
        ("", "1", GapKind.NOISE, ""),
    ],
)  # fmt: skip
def test_who_was_meant_tells_the_kind(
    finder: Finder, text: str, meant: str, kind: GapKind, said: str
) -> None:
    finding = finder.find(_said(text, meant), NO_MATCH)
    assert (finding.kind, finding.said) == (kind, said)


def test_a_label_that_nobody_was_meant_puts_it_out_of_scope(finder: Finder) -> None:
    finding = finder.find(_said("what time do you close", for_nobody=True), NO_MATCH)
    assert finding.kind is GapKind.OUT_OF_SCOPE


@pytest.mark.parametrize(
    ("text", "decision", "kind"),
    [
        ("can i speak to angela rippon", NO_MATCH, GapKind.MISSING_ENTRY),
        ("angela rippon", NO_MATCH, GapKind.MISSING_ALIAS),
        (
            "well my bins have not been collected for three weeks and i am fed up",
            NO_MATCH,
            GapKind.OUT_OF_SCOPE,
        ),
        ("jane smith", Decision(Action.DISAMBIGUATE, Reason.SAME_NAME), GapKind.SAME_NAME),
        ("jocasta pargeter", Decision(Action.OPERATOR, Reason.LEFT), GapKind.STALE_DATA),
        ("hm", Decision(Action.REPROMPT, Reason.NOT_SPEECH), GapKind.NOISE),
    ],
)
def test_without_a_label_the_decision_and_the_words_tell_the_kind(
    finder: Finder, text: str, decision: Decision, kind: GapKind
) -> None:
    assert finder.find(_said(text), decision).kind is kind


def test_what_the_engine_hardly_takes_for_speech_is_noise_unless_somebody_vouches_for_it(
    finder: Finder,
) -> None:
    assert finder.find(_said("oh", speech_probability=0.1), NO_MATCH).kind is GapKind.NOISE
    vouched = finder.find(_said("oh dear", "d1", speech_probability=0.1), NO_MATCH)
    assert vouched.kind is not GapKind.NOISE


def test_a_carrier_phrase_after_the_name_is_found_too(finder: Finder) -> None:
    finding = finder.find(_said("bill smith if he happens to be free", "2"), NO_MATCH)
    assert (finding.kind, finding.position) == (GapKind.CARRIER_PHRASE, "after")
    assert finding.said == "if he happens to be free"
