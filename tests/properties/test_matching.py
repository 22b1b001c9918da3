from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.model import Directory
from grammar.building import build
from grammar.calibration import Calibration
from grammar.decision import Action, Costs, decide
from grammar.features import NONE_FEATURES, TEXT_FEATURES
from grammar.hearing import FormEvidence, Hypothesis
from grammar.matching import Match, Matcher
from tests.grammar.small_council import small_council

COUNCIL = small_council()
GRAMMAR = build(COUNCIL)
MATCHER = Matcher(GRAMMAR)
TEXTS = tuple(said.text for said in MATCHER.index.said)
ENTRIES = {entry.key: entry for entry in GRAMMAR.entries}

NATS = st.floats(-1e4, 0, allow_nan=False)
HEARD = st.lists(
    st.builds(
        Hypothesis,
        st.one_of(
            st.text(max_size=60),
            st.sampled_from(TEXTS),
            st.lists(st.sampled_from(["can i speak to", "smith", "in", "housing", "um"])).map(
                " ".join
            ),
        ),
        NATS,
    ),
    max_size=4,
)
EVIDENCE = st.lists(
    st.builds(
        FormEvidence,
        st.sampled_from([*TEXTS, "not in the grammar"]),
        *([NATS] * (len(FormEvidence.__dataclass_fields__) - 1)),
    ),
    max_size=4,
    unique_by=lambda item: item.text,
)
SPEECH = st.none() | st.floats(0, 1)
WEIGHTS = st.floats(-30, 30)
CALIBRATIONS = st.builds(
    Calibration,
    st.dictionaries(st.sampled_from(TEXT_FEATURES), WEIGHTS),
    st.dictionaries(st.sampled_from(NONE_FEATURES), WEIGHTS),
)


def _total(match: Match) -> float:
    candidates = sum(candidate.probability for candidate in match.candidates)
    return candidates + sum(match.commands.values()) + match.none


@given(HEARD, EVIDENCE, SPEECH, CALIBRATIONS)
def test_probabilities_are_bounded_and_sum_to_one_whatever_was_heard(
    heard: list[Hypothesis],
    evidence: list[FormEvidence],
    speech: float | None,
    calibration: Calibration,
) -> None:
    match = MATCHER.match(heard, evidence, speech, calibration)
    shares = [candidate.probability for candidate in match.candidates]
    assert all(-1e-9 <= share <= 1 + 1e-9 for share in (*shares, match.none))
    assert _total(match) == pytest.approx(1)
    assert shares == sorted(shares, reverse=True)


@given(HEARD, EVIDENCE, SPEECH, CALIBRATIONS)
def test_no_destination_is_a_candidate_twice(
    heard: list[Hypothesis],
    evidence: list[FormEvidence],
    speech: float | None,
    calibration: Calibration,
) -> None:
    match = MATCHER.match(heard, evidence, speech, calibration)
    numbers = [c.entry.number for c in match.candidates if c.entry.number]
    assert len(numbers) == len(set(numbers))


@given(HEARD, EVIDENCE, SPEECH, CALIBRATIONS, st.builds(Costs, st.floats(4, 100)))
def test_whatever_was_heard_only_who_can_be_reached_is_offered(
    heard: list[Hypothesis],
    evidence: list[FormEvidence],
    speech: float | None,
    calibration: Calibration,
    costs: Costs,
) -> None:
    match = MATCHER.match(heard, evidence, speech, calibration)
    decision = decide(match, costs, lambda entry: ENTRIES.get(entry.fallback or ""))
    assert len(decision.options) <= costs.most_options
    for option in decision.options:
        assert option.entry.number
        assert not option.entry.left
        assert not option.entry.ex_directory
    if decision.action in {Action.TRANSFER, Action.CONFIRM}:
        assert len(decision.options) == 1


@given(HEARD, st.randoms())
def test_the_order_of_the_directory_s_rows_changes_no_match(
    heard: list[Hypothesis], rng: random.Random
) -> None:
    people, departments = list(COUNCIL.people), list(COUNCIL.departments)
    rng.shuffle(people)
    rng.shuffle(departments)
    other = Matcher(build(Directory(tuple(people), tuple(departments))))
    calibration = Calibration({"phones": 10.0, "letters": 5.0}, {"bias": 8.0})
    assert other.match(heard, (), None, calibration) == MATCHER.match(heard, (), None, calibration)
