from __future__ import annotations

import pytest

from directory.model import Department, Directory, Person
from grammar import pair_index
from grammar.building import build
from grammar.calibration import Calibration
from grammar.decision import Costs, Reason, decide
from grammar.features import TEXT_FEATURES
from grammar.hearing import FormEvidence, Hypothesis
from grammar.matching import Match, Matcher
from grammar.model import Command

PLAIN = Calibration(
    {"phones": 20.0, "letters": 10.0, "unexplained": -5.0, "qualifier_fits": 4.0, "relative": 9.0},
    {"bias": 22.0},
)
"""Weights by hand, so that these facts hold whatever the shipped calibration is."""

SURE = Calibration(
    {"phones": 90.0, "letters": 60.0, "unexplained": -50.0, "qualifier_fits": 4.0}, {"bias": 120.0}
)
"""One that believes at once what it hears."""

COUNCIL = Directory(
    people=(
        Person("1", "Smith", "Jane", department="Planning", extension="5001"),
        Person("2", "Smith", "Jane", department="Housing", extension="5002"),
        Person("3", "Featherstonehaugh", "Marigold", department="Legal", extension="5003"),
        Person("4", "Okafor", "Chidi", department="Housing", extension="5004"),
        Person("5", "Wozencraft", "Alan", department="Housing", extension="5004"),
        Person("6", "Pargeter", "Jocasta", department="Legal", left=True),
    ),
    departments=(
        Department("d1", "Planning", ("trees",), "6001"),
        Department("d2", "Housing", (), "6002"),
        Department("d3", "Legal", (), "6003"),
    ),
)
GRAMMAR = build(COUNCIL)
MATCHER = Matcher(GRAMMAR)


def match(*texts: str, evidence: tuple[FormEvidence, ...] = ()) -> Match:
    hypotheses = [Hypothesis(text, -float(rank)) for rank, text in enumerate(texts)]
    return MATCHER.match(hypotheses, evidence, None, PLAIN)


def best(found: Match) -> str | None:
    return found.candidates[0].entry.number


def test_a_name_in_a_carrier_phrase_is_found() -> None:
    found = match("Can I speak to Chidi Okafor, please?")
    assert best(found) == "5004"
    assert found.candidates[0].probability > 0.8


def test_what_was_misheard_is_found_by_its_sound() -> None:
    assert best(match("Chiddy O'Kaffer")) == "5004"


@pytest.mark.parametrize("looked_up", [1, 20, 100])
def test_a_grammar_too_large_for_all_pairs_is_searched_by_the_rarest(
    looked_up: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pair_index, "_LOOKED_UP", looked_up)
    monkeypatch.setattr(pair_index, "_COUNTED", 10)
    assert best(match("chidi okafor")) == "5004"
    assert best(match("marigold featherstonehaugh")) == "5003"


def test_a_later_hypothesis_counts_when_the_first_means_nobody() -> None:
    assert best(match("cheesy or gopher", "chidi okafor")) == "5004"


def test_a_surname_is_explained_the_less_when_the_best_hypothesis_has_another_forename() -> None:
    def unexplained(*texts: str) -> float:
        return match(*texts).candidates[0].features["unexplained_by_best"]

    # "Just" is something that callers say before a name; Jess is somebody else.
    assert best(match("Jess Okafor", "just Okafor")) == "5004"
    assert unexplained("Jess Okafor", "just Okafor") == 0.5
    assert unexplained("just Okafor", "Jess Okafor") == 0.0
    assert unexplained("Okafor") == 0.0


def test_two_of_one_name_share_the_probability() -> None:
    first, second = match("jane smith").candidates[:2]
    assert {first.entry.key, second.entry.key} == {"1", "2"}
    assert first.probability == pytest.approx(second.probability)
    assert first.said == second.said


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ian Gray", "Iain Grey"),
        ("Teresa Hughes", "Theresa Hewes"),
        ("Angela Davies", "Angela Davis"),
    ],
)
def test_names_that_sound_the_same_are_one_name_however_they_are_written(
    one: str, other: str
) -> None:
    people = [
        Person(name, name.split()[1], name.split()[0], department="Legal", extension=extension)
        for name, extension in ((one, "5001"), (other, "5002"))
    ]
    matcher = Matcher(build(Directory(tuple(people), ())))
    for written in (one, other):
        found = matcher.match([Hypothesis(written, -1.0)], (), None, PLAIN)
        assert {each.entry.number for each in found.candidates[:2]} == {"5001", "5002"}
        assert found.candidates[0].probability == pytest.approx(found.candidates[1].probability)
        assert decide(found, Costs(), lambda _entry: None).reason is Reason.SOUND_ALIKE


def test_the_department_tells_two_of_one_name_apart() -> None:
    for place, number in (("planning", "5001"), ("housing", "5002"), ("trees", "5001")):
        found = match(f"jane smith in {place}")
        assert best(found) == number
        assert found.qualifier == place


def test_a_department_decides_between_two_of_one_name_only_when_it_fits_one() -> None:
    fitting = decide(match("jane smith in planning"), Costs(), lambda _: None)
    assert [option.entry.key for option in fitting.options] == ["1"]
    unfitting = decide(match("jane smith in waste collection"), Costs(), lambda _: None)
    assert unfitting.reason is Reason.SAME_NAME
    assert {option.entry.key for option in unfitting.options} == {"1", "2"}


def test_two_at_one_desk_are_one_destination() -> None:
    found = match("alan wozencraft")
    numbers = [candidate.entry.number for candidate in found.candidates]
    assert numbers.count("5004") <= 1
    assert found.candidates[0].entry.key == "5"


def test_a_leaver_is_recognised_rather_than_who_sounds_nearest() -> None:
    found = match("jocasta pargeter")
    assert found.candidates[0].entry.left


def test_what_is_nobody_s_name_is_most_likely_nobody() -> None:
    found = match("the quick brown fox jumps over the lazy dog")
    assert found.none > 0.5


def test_a_command_is_told_apart_from_names() -> None:
    command, probability = match("operator please").command or (None, 0.0)
    assert command is Command.OPERATOR
    assert probability > 0.5


def test_a_department_is_found_by_its_alias() -> None:
    assert best(match("trees")) == "6001"


def test_acoustic_evidence_decides_between_texts_that_look_alike() -> None:
    texts = ("jane smith", "chidi okafor")
    for said, number in (("jane smith", {"5001", "5002"}), ("chidi okafor", {"5004"})):
        evidence = tuple(
            FormEvidence(text, *_nats(0.0 if text == said else -200.0)) for text in texts
        )
        assert best(match("chin smith okay for", evidence=evidence)) in number


def test_who_is_called_more_often_is_likelier_of_two_of_one_name() -> None:
    matcher = Matcher(build(COUNCIL, call_counts=[("2", 400), ("1", 1)]))
    found = matcher.match([Hypothesis("jane smith", 0.0)], (), None, PLAIN)
    assert found.candidates[0].entry.key == "2"


def test_two_who_sound_the_same_are_asked_about_however_often_one_is_called() -> None:
    grays = (
        Person("1", "Gray", "Jane", department="Planning", extension="5001"),
        Person("2", "Grey", "Jane", department="Housing", extension="5002"),
    )
    matcher = Matcher(build(Directory(grays), call_counts=[("1", 4096)]))
    found = matcher.match([Hypothesis("jane gray", 0.0)], (), None, SURE)
    assert found.candidates[0].probability > Costs().transfer_probability
    decision = decide(found, Costs(), lambda _: None)
    assert {option.entry.name for option in decision.options} == {"Jane Gray", "Jane Grey"}


@pytest.mark.parametrize("said", ["ms jane smith", "ms smith"])
def test_a_title_that_only_one_of_one_name_has_does_not_tell_them_apart(said: str) -> None:
    smiths = (
        Person("1", "Smith", "Jane", "Ms", department="Planning", extension="5001"),
        Person("2", "Smith", "Jane", department="Housing", extension="5002"),
    )
    found = Matcher(build(Directory(smiths))).match([Hypothesis(said, 0.0)], (), None, SURE)
    assert found.candidates[0].probability > Costs().transfer_probability
    decision = decide(found, Costs(), lambda _: None)
    assert decision.reason is Reason.SAME_NAME
    assert len(decision.options) == 2


def test_a_job_that_only_one_of_one_name_has_tells_them_apart() -> None:
    smiths = (
        Person("1", "Smith", "Jane", job_title="Chief Executive", extension="5001"),
        Person("2", "Smith", "Jane", job_title="Clerk", extension="5002"),
    )
    matcher = Matcher(build(Directory(smiths)))
    found = matcher.match([Hypothesis("the chief executive", 0.0)], (), None, SURE)
    assert decide(found, Costs(), lambda _: None).options[0].entry.key == "1"
    assert decide(found, Costs(), lambda _: None).reason is Reason.SURE


def test_a_command_that_sounds_like_a_name_lends_it_no_probability() -> None:
    matcher = Matcher(build(Directory((Person("1", "Eye", "Jane", extension="5001"),), ())))
    sounding = [said for said in matcher.index.said if said.phones == "I"]
    assert {said.command for said in sounding} == {Command.YES, None}
    found = matcher.match([Hypothesis("aye", -1.0)], (), None, PLAIN)
    probabilities = [each.probability for each in found.candidates]
    assert sum(probabilities) + sum(found.commands.values()) + found.none == pytest.approx(1)


def test_nothing_heard_means_nobody() -> None:
    for found in (match(), match(""), match("?!")):
        assert (found.candidates, found.none) == ((), 1.0)


def test_a_candidate_says_which_features_it_has() -> None:
    features = match("chidi okafor").candidates[0].features
    assert features["phones"] == pytest.approx(1)
    assert tuple(features) == TEXT_FEATURES
    assert len(features) == len(TEXT_FEATURES)


def _nats(value: float) -> list[float]:
    """For every number that evidence holds."""
    return [value] * (len(FormEvidence.__dataclass_fields__) - 1)
