from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from grammar.decision import (
    Action,
    Costs,
    Decision,
    Reason,
    anybody_listed,
    decide,
    possible_actions,
)
from grammar.matching import Candidate, Match
from grammar.model import Command, Entry, EntryKind

JANE = Entry("1", EntryKind.PERSON, "Jane Smith", "5001", "Planning")
OTHER_JANE = Entry("2", EntryKind.PERSON, "Jane Smith", "5002", "Housing")
JEAN = Entry("3", EntryKind.PERSON, "Jean Smyth", "5003", "Legal")
HOUSING = Entry("d", EntryKind.DEPARTMENT, "Housing", "6000")

COSTS = Costs()


def candidate(entry: Entry, probability: float, said: str = "", fit: float = 0.0) -> Candidate:
    return Candidate((entry,), probability, said or entry.name.lower(), qualifier_fit=fit)


def match(*candidates: Candidate, qualifier: str = "", **commands: float) -> Match:
    known = {Command(name): probability for name, probability in commands.items()}
    none = 1 - sum(each.probability for each in candidates) - sum(known.values())
    return Match(candidates, known, none, qualifier)


def decided(found: Match, costs: Costs = COSTS) -> Decision:
    entries = {entry.key: entry for entry in (JANE, OTHER_JANE, JEAN, HOUSING)}
    return decide(found, costs, lambda entry: entries.get(entry.fallback or ""))


@pytest.mark.parametrize(
    ("probability", "action"),
    [
        (0.99, Action.TRANSFER),
        (0.94, Action.CONFIRM),
        (0.4, Action.CONFIRM),
        (0.16, Action.CONFIRM),
        (0.09, Action.REPROMPT),
    ],
)
def test_the_surer_the_fewer_questions(probability: float, action: Action) -> None:
    assert decided(match(candidate(JANE, probability))).action is action


@pytest.mark.parametrize("costs", [COSTS, Costs(wrong_transfer=102), Costs(wrong_question=3)])
def test_the_thresholds_that_the_costs_tell_are_those_that_decide(costs: Costs) -> None:
    for threshold, below, above in (
        (costs.transfer_probability, Action.CONFIRM, Action.TRANSFER),
        (costs.confirm_probability, Action.REPROMPT, Action.CONFIRM),
    ):
        assert decided(match(candidate(JANE, threshold - 0.001)), costs).action is below
        assert decided(match(candidate(JANE, threshold + 0.001)), costs).action is above


def test_raising_the_cost_of_a_wrong_transfer_asks_where_it_transferred() -> None:
    found = match(candidate(JANE, 0.98))
    assert decided(found).action is Action.TRANSFER
    assert decided(found, Costs(wrong_transfer=100)).action is Action.CONFIRM


def test_two_of_one_name_are_asked_about_however_likely_one_is() -> None:
    found = match(candidate(JANE, 0.98, "jane smith"), candidate(OTHER_JANE, 0.01, "jane smith"))
    decision = decided(found)
    assert (decision.action, decision.reason) == (Action.DISAMBIGUATE, Reason.SAME_NAME)
    assert [option.entry for option in decision.options] == [JANE, OTHER_JANE]


def test_two_of_one_name_are_not_asked_about_when_the_caller_said_the_department() -> None:
    found = match(
        candidate(JANE, 0.98, "jane smith", fit=1.0),
        candidate(OTHER_JANE, 0.01, "jane smith", fit=0.3),
        qualifier="planning",
    )
    assert decided(found).action is Action.TRANSFER


@pytest.mark.parametrize(("fit", "other"), [(0.4, 0.1), (0.9, 0.85)])
def test_a_department_that_fits_neither_or_both_of_one_name_does_not_tell_them_apart(
    fit: float, other: float
) -> None:
    found = match(
        candidate(JANE, 0.97, "jane smith", fit=fit),
        candidate(OTHER_JANE, 0.02, "jane smith", fit=other),
        qualifier="gardening",
    )
    assert decided(found).reason is Reason.SAME_NAME


def test_of_three_of_one_name_only_those_are_asked_about_whom_the_department_fits() -> None:
    third = replace(JANE, key="4", number="5004")
    found = match(
        candidate(JANE, 0.5, "jane smith", fit=1.0),
        candidate(third, 0.48, "jane smith", fit=1.0),
        candidate(OTHER_JANE, 0.01, "jane smith", fit=0.3),
        qualifier="planning",
    )
    decision = decided(found)
    assert decision.reason is Reason.SAME_NAME
    assert [option.entry for option in decision.options] == [JANE, third]


def test_two_that_sound_alike_are_told_apart_by_a_question() -> None:
    decision = decided(match(candidate(JANE, 0.5), candidate(JEAN, 0.45)))
    assert (decision.action, decision.reason) == (Action.DISAMBIGUATE, Reason.SOUND_ALIKE)


def test_a_list_holds_no_more_than_callers_can_keep_in_mind() -> None:
    crowd = [
        candidate(replace(JANE, key=str(n), number=f"60{n:02}"), 0.15, "jane smith")
        for n in range(6)
    ]
    decision = decided(match(*crowd))
    assert decision.reason is Reason.TOO_MANY
    assert len(decision.options) == COSTS.most_options


def test_a_list_costs_more_the_likelier_whoever_was_meant_is_not_on_it() -> None:
    few = match(candidate(JANE, 0.2), candidate(JEAN, 0.2))
    most = match(candidate(JANE, 0.5), candidate(JEAN, 0.4))
    costs = Costs(give_up=2.0)
    assert decided(few, costs).action is Action.REPROMPT
    assert decided(most, costs).action is Action.DISAMBIGUATE


def test_somebody_hardly_likely_does_not_lengthen_a_list() -> None:
    found = match(candidate(JANE, 0.5), candidate(JEAN, 0.4), candidate(HOUSING, 0.02))
    assert [option.entry for option in decided(found).options] == [JANE, JEAN]


def test_nobody_who_matches_is_asked_for_again() -> None:
    decision = decided(Match((), {}, 1.0))
    assert (decision.action, decision.reason) == (Action.REPROMPT, Reason.NO_MATCH)


@pytest.mark.parametrize(
    ("command", "action", "reason"),
    [
        ("operator", Action.OPERATOR, Reason.ASKED_FOR_OPERATOR),
        ("emergency", Action.OPERATOR, Reason.EMERGENCY),
        ("help", Action.REPROMPT, Reason.COMMAND),
    ],
)
def test_a_command_is_obeyed(command: str, action: Action, reason: Reason) -> None:
    decision = decided(match(candidate(JANE, 0.1), **{command: 0.8}))
    assert (decision.action, decision.reason) == (action, reason)


def test_a_name_that_is_likelier_than_a_command_wins() -> None:
    assert decided(match(candidate(JANE, 0.98), operator=0.02)).action is Action.TRANSFER


def test_for_a_leaver_the_department_is_offered_and_never_transferred_to() -> None:
    left = replace(JANE, left=True, number=None, fallback="d")
    decision = decided(match(candidate(left, 0.99)))
    assert (decision.action, decision.reason) == (Action.CONFIRM, Reason.LEFT)
    assert decision.options[0].entry is HOUSING
    assert decision.instead_of is left


def test_for_somebody_without_a_number_the_department_is_offered() -> None:
    decision = decided(match(candidate(replace(JANE, number=None, fallback="d"), 0.99)))
    assert (decision.action, decision.reason) == (Action.CONFIRM, Reason.NO_NUMBER)


def test_of_namesakes_the_one_who_is_still_here_is_offered_though_a_leaver_comes_first() -> None:
    left = replace(JANE, left=True, number=None, fallback="d")
    found = match(candidate(left, 0.5), candidate(OTHER_JANE, 0.49))
    decision = decided(found)
    assert (decision.action, decision.options[0].entry) == (Action.CONFIRM, OTHER_JANE)


def test_a_leaver_whose_name_is_only_spelt_otherwise_hides_nobody() -> None:
    left = replace(JANE, left=True, number=None, fallback="d")
    grey = replace(OTHER_JANE, name="Jayne Smith")
    found = match(
        candidate(left, 0.5)._replace(sound="dZEnsmIT"),
        candidate(grey, 0.49)._replace(sound="dZEnsmIT"),
    )
    decision = decided(found)
    assert (decision.action, decision.options[0].entry) == (Action.CONFIRM, grey)


def test_who_is_past_the_last_day_has_left_though_the_grammar_is_older() -> None:
    gone = replace(JANE, leaves="2020-01-31", fallback="d")
    decision = decided(match(candidate(gone, 0.99)))
    assert (decision.action, decision.reason) == (Action.CONFIRM, Reason.LEFT)
    assert decision.options[0].entry is HOUSING
    today = replace(JANE, leaves=date.today().isoformat())
    assert decided(match(candidate(today, 0.99))).action is Action.TRANSFER


def test_who_merely_sounds_alike_is_not_offered_instead_of_a_leaver() -> None:
    left = replace(JANE, left=True, number=None, fallback="d")
    decision = decided(match(candidate(left, 0.7), candidate(JEAN, 0.25)))
    assert decision.options[0].entry is HOUSING


def test_who_has_left_without_a_department_goes_to_the_operator() -> None:
    decision = decided(match(candidate(replace(JANE, left=True, number=None), 0.99)))
    assert (decision.action, decision.reason) == (Action.OPERATOR, Reason.LEFT)


def test_a_fallback_that_this_caller_may_not_reach_is_not_offered() -> None:
    gone = replace(JANE, left=True, number=None, fallback="d")
    found = match(candidate(gone, 0.99))
    decision = decide(found, COSTS, lambda _: HOUSING, lambda entry: entry is not HOUSING)
    assert (decision.action, decision.reason) == (Action.OPERATOR, Reason.LEFT)


def test_who_is_ex_directory_is_neither_named_nor_put_through() -> None:
    hidden = replace(JANE, ex_directory=True)
    decision = decided(match(candidate(hidden, 0.99)))
    assert (decision.action, decision.reason) == (Action.OPERATOR, Reason.NOT_FOR_CALLER)
    assert decision.options == ()


def test_a_list_leaves_out_whom_this_caller_may_not_reach() -> None:
    hidden = replace(OTHER_JANE, ex_directory=True)
    found = match(candidate(JANE, 0.6, "jane smith"), candidate(hidden, 0.39, "jane smith"))
    decision = decided(found)
    assert decision.action is Action.CONFIRM
    assert [option.entry for option in decision.options] == [JANE]


def test_the_caller_s_class_decides_who_may_be_reached() -> None:
    inside = replace(JANE, not_for_external=True)
    found = match(candidate(inside, 0.99))
    assert decide(found, COSTS, lambda _: None, anybody_listed).action is Action.TRANSFER
    barred = decide(found, COSTS, lambda _: None, lambda entry: not entry.not_for_external)
    assert barred.reason is Reason.NOT_FOR_CALLER


def test_the_action_taken_is_the_cheapest_of_those_possible() -> None:
    found = match(candidate(JANE, 0.6), candidate(JEAN, 0.3))
    prices = [priced.price for priced in possible_actions(found, COSTS)]
    assert prices == sorted(prices)
    assert decided(found).action is possible_actions(found, COSTS)[0].action
