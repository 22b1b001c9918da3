from __future__ import annotations

import pytest

from grammar.decision import Action, Decision, Reason
from grammar.matching import Candidate
from grammar.model import Entry, EntryKind
from switchboard.measures.accuracy import accuracy, accuracy_by
from switchboard.measures.grading import Expected, Wanted, grade, parse_expected


def decision(action: str, *numbers: str) -> Decision:
    options = tuple(
        Candidate((Entry(number, EntryKind.PERSON, "Somebody", number),), 0.5, "somebody")
        for number in numbers
    )
    return Decision(Action(action), Reason.SURE, options)


@pytest.mark.parametrize(
    ("label", "action", "numbers", "worth"),
    [
        ("transfer:1", "transfer", "1", "right"),
        ("transfer:1|2", "transfer", "2", "right"),
        ("transfer:1", "confirm", "1", "right"),
        ("transfer:1", "transfer", "2", "misrouted"),
        ("transfer:1", "confirm", "2", ""),
        ("transfer:1", "disambiguate", "21", "offered"),
        ("transfer:1", "disambiguate", "23451", ""),
        ("transfer:1", "reprompt", "", ""),
        ("transfer:1", "operator", "", ""),
        ("ask:1|2", "disambiguate", "12", "right"),
        ("ask:1|2", "disambiguate", "31", "right"),
        ("ask:1|2", "confirm", "1", "right"),
        ("ask:1|2", "transfer", "1", "misrouted"),
        ("ask:1|2", "disambiguate", "34", ""),
        ("none", "reprompt", "", "right"),
        ("none", "operator", "", "right"),
        ("none", "confirm", "1", "right"),
        ("none", "transfer", "1", "misrouted"),
        ("operator", "operator", "", "right"),
        ("operator", "reprompt", "", ""),
        ("operator", "transfer", "1", "misrouted"),
    ],
)
def test_a_decision_is_worth_what_the_label_says(
    label: str, action: str, numbers: str, worth: str
) -> None:
    expected = parse_expected(label)
    assert expected is not None
    found = grade(expected, decision(action, *numbers))
    assert found.right is (worth == "right")
    assert found.offered is (worth in {"right", "offered"})
    assert found.misrouted is (worth == "misrouted")
    assert found.transferred is (action == "transfer")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("transfer:5001", Expected(Wanted.TRANSFER, frozenset({"5001"}))),
        (" ask: 5001 | 5002 ", Expected(Wanted.ASK, frozenset({"5001", "5002"}))),
        ("none", Expected(Wanted.NONE)),
        ("operator", Expected(Wanted.OPERATOR)),
        ("transfer", None),
        ("ask:", None),
        ("none:5001", None),
        ("jane", None),
        ("", None),
    ],
)
def test_a_label_is_read_or_refused(text: str, expected: Expected | None) -> None:
    assert parse_expected(text) == expected


def test_accuracy_is_of_the_calls_that_each_measure_is_about() -> None:
    one, none = Expected(Wanted.TRANSFER, frozenset("1")), Expected(Wanted.NONE)
    grades = [
        grade(one, decision("transfer", "1")),
        grade(one, decision("disambiguate", "2", "1")),
        grade(one, decision("transfer", "2")),
        grade(none, decision("transfer", "2")),
        grade(none, decision("reprompt")),
    ]
    found = accuracy(grades)
    assert (found.right.count, found.right.total) == (1, 3)
    assert (found.offered.count, found.offered.total) == (2, 3)
    assert (found.misrouted.count, found.misrouted.total) == (2, 5)
    assert (found.intruded.count, found.intruded.total) == (1, 2)


def test_accuracy_is_told_apart_by_the_values_of_a_column() -> None:
    right = grade(Expected(Wanted.OPERATOR), decision("operator"))
    wrong = grade(Expected(Wanted.OPERATOR), decision("reprompt"))
    graded = [({"kind": "b"}, right), ({"kind": "a"}, wrong), ({"kind": "a"}, right), ({}, wrong)]
    found = accuracy_by("kind", graded)
    assert {value: each.right.count for value, each in found.items()} == {"a": 1, "b": 1}
    assert list(found) == ["a", "b"]
    assert accuracy_by("channel", graded) == {}
