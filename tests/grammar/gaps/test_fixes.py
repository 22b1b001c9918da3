from __future__ import annotations

from dataclasses import replace

import pytest

from grammar.calibration import shipped
from grammar.decision import Action, Costs, Decision, Reason
from grammar.gaps.fixes import (
    AliasFix,
    CarrierFix,
    Correction,
    Fix,
    PronunciationFix,
    from_plain,
    is_in,
    to_plain,
    told,
    with_fixes,
)
from grammar.gaps.kinds import Finder, Finding, GapKind
from grammar.gaps.proposals import propose
from grammar.gaps.utterances import (
    Change,
    Judge,
    Outcome,
    Utterance,
    change,
    outcome,
    with_evidence_for,
)
from grammar.hearing import FormEvidence, Hypothesis
from grammar.phones import phones
from tests.grammar.small_council import small_grammar

FIXES: tuple[Fix, ...] = (
    AliasFix("d1", "bin men"),
    CarrierFix("told to ask about", "before"),
    PronunciationFix("smythe", "smeeth"),
    Correction("6", "Has left."),
)
GRAMMAR = small_grammar()


@pytest.mark.parametrize("fix", FIXES)
def test_a_fix_survives_being_stored_and_can_be_told(fix: Fix) -> None:
    assert from_plain(to_plain(fix)) == fix
    assert told(fix, "Housing").endswith(".")


def test_what_is_no_fix_is_refused() -> None:
    assert from_plain({}) is None
    for plain in ({"kind": "magic"}, {"kind": "alias"}, {"text": "x"}):
        with pytest.raises(ValueError, match="not a stored fix"):
            from_plain(plain)


@pytest.mark.parametrize("fix", FIXES[:3])
def test_a_trial_has_the_fix_and_is_another_version(fix: Fix) -> None:
    trial = with_fixes(GRAMMAR, [fix])
    assert not is_in(GRAMMAR, fix)
    assert is_in(trial, fix)
    assert trial.version != GRAMMAR.version


def test_a_trial_without_fixes_is_the_same_grammar() -> None:
    assert with_fixes(GRAMMAR, [Correction("6", "x"), AliasFix("gone", "y")]) == GRAMMAR


@pytest.mark.parametrize(("key", "there"), [("3", True), ("5", False), ("6", False), ("9", False)])
def test_a_correction_is_made_once_its_entry_is_there_and_has_a_number(
    key: str, there: bool
) -> None:
    assert is_in(GRAMMAR, Correction(key, "")) is there


def test_a_pronunciation_changes_the_sound_of_every_form_with_the_word() -> None:
    trial = with_fixes(GRAMMAR, [FIXES[2]])
    sounds = [form.phones for form in trial.forms if form.text == "jayne smythe"]
    assert sounds[0] == phones("jayne") + phones("smeeth")


def _judge(*fixes: Fix) -> Judge:
    return Judge(with_fixes(GRAMMAR, fixes), shipped(), Costs())


def test_an_alias_mends_the_call_that_lacked_it() -> None:
    said = Utterance((Hypothesis("the bin men", -3.0),), engine="vosk", meant="d1")
    before = outcome(said, _judge().decide(said)[0])
    after = outcome(said, _judge(FIXES[0]).decide(said)[0])
    assert not before.right
    assert after.right
    assert change(before, after) is Change.FIXED


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (Outcome.CONNECTED, Outcome.UNHELPED, Change.BROKEN),
        (Outcome.OFFERED, Outcome.WRONG_OFFER, Change.BROKEN),
        (Outcome.UNHELPED, Outcome.MISROUTED, Change.BROKEN),
        (Outcome.MISROUTED, Outcome.CONNECTED, Change.FIXED),
        (Outcome.UNHELPED, Outcome.OFFERED, Change.FIXED),
        (Outcome.CONNECTED, Outcome.OFFERED, Change.AMBIGUOUS),
        (Outcome.OFFERED, Outcome.CONNECTED, Change.CLEARER),
        (Outcome.MISROUTED, Outcome.UNHELPED, Change.CLEARER),
        (Outcome.UNHELPED, Outcome.WRONG_OFFER, Change.SAME),
        (Outcome.CONNECTED, Outcome.CONNECTED, Change.SAME),
    ],
)
def test_changes_are_called_what_they_are_to_callers(
    before: Outcome, after: Outcome, what: Change
) -> None:
    assert change(before, after) is what


@pytest.mark.parametrize(
    ("action", "worth"),
    [(Action.TRANSFER, Outcome.MISROUTED), (Action.CONFIRM, Outcome.WRONG_OFFER)],
)
def test_who_wanted_nobody_is_served_by_not_being_put_through(
    action: Action, worth: Outcome
) -> None:
    said = Utterance((Hypothesis("marigold featherstonehaugh", -3.0),), engine="vosk")
    decision = _judge().decide(said)[0]
    assert decision.options
    stranger = replace(said, for_nobody=True)
    assert outcome(stranger, replace(decision, action=action)) is worth
    assert outcome(stranger, Decision(Action.REPROMPT, Reason.NO_MATCH)) is Outcome.CONNECTED


def test_a_new_text_is_taken_to_fit_as_well_as_those_that_sound_no_nearer() -> None:
    """Without that it would count as fitting worst of all, though it was heard word for word."""
    evidence = (
        FormEvidence("housing", -12.0, 3.0, 1.0, -0.5),
        FormEvidence("environment", -20.0, 1.0, 0.5, -2.0),
    )
    said = Utterance((Hypothesis("bin men", -3.0),), evidence, 0.9, "whisper", meant="d1")
    matcher = _judge(FIXES[0]).matcher
    added = with_evidence_for(frozenset({"bin men"}), said, matcher).evidence[-1]
    assert added == FormEvidence("bin men", 0.0, 3.0, 1.0, -0.5)
    assert with_evidence_for(frozenset(), said, matcher) == said
    silent = Utterance(said.hypotheses, (), 0.9, "vosk")
    assert with_evidence_for(frozenset({"bin men"}), silent, matcher) == silent


def _found(kind: GapKind, said: str, **more: str) -> Finding:
    return Finding(kind, said, phones(said), **more)


@pytest.mark.parametrize(
    ("finding", "times", "meant", "fix"),
    [
        (_found(GapKind.MISSING_ALIAS, "bin men"), 1, "d1", AliasFix("d1", "bin men")),
        (_found(GapKind.MISSING_ALIAS, "bin men"), 1, "", None),
        (_found(GapKind.MISSING_ALIAS, "operator"), 1, "d1", None),
        (_found(GapKind.MISSING_ALIAS, "housing"), 1, "d1", None),
        (_found(GapKind.MISSING_ALIAS, "a very long story about my bins"), 1, "d1", None),
        (_found(GapKind.CARRIER_PHRASE, "told to ask about", position="before"), 1, "", None),
        (
            _found(GapKind.CARRIER_PHRASE, "told to ask about", position="before"),
            2,
            "",
            CarrierFix("told to ask about", "before"),
        ),
        (
            _found(GapKind.PRONUNCIATION, "jayne smeeth", form="jayne smythe"),
            2,
            "7",
            PronunciationFix("smythe", "smeeth"),
        ),
        (
            _found(GapKind.PRONUNCIATION, "jayne smeeth", form="jayne smythe"),
            1,
            "1",
            None,
        ),
        (_found(GapKind.NOISE, ""), 9, "d1", None),
        (_found(GapKind.OUT_OF_SCOPE, "what time do you close"), 9, "", None),
    ],
)
def test_what_is_proposed_follows_from_the_kind_and_how_often_it_was_heard(
    finding: Finding, times: int, meant: str, fix: Fix | None
) -> None:
    assert propose(Finder(GRAMMAR), [finding] * times, finding.said, meant) == fix


@pytest.mark.parametrize("kind", [GapKind.STALE_DATA, GapKind.SAME_NAME])
def test_what_no_grammar_can_mend_becomes_a_correction_of_the_directory(kind: GapKind) -> None:
    fix = propose(Finder(GRAMMAR), [_found(kind, "jocasta pargeter")], "jocasta pargeter", "6")
    assert isinstance(fix, Correction)
    assert fix.entry == "6"
