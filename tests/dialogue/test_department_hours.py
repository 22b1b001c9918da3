from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from directory.model import Department, Directory
from grammar.building import build
from grammar.decision import Costs
from switchboard.dialogue.actions import Note
from switchboard.dialogue.events import TransferOutcome
from switchboard.dialogue.world import World, world_of
from switchboard.service.testers_calls import for_testers
from tests.dialogue.conversation import Call, notes, play, prompts, transfers
from tests.dialogue.council import NOON, PEOPLE, POLICY

LUNCH = "Mon-Fri 09:00-12:00, 1-5"
"""Closed at NOON."""
DEPARTMENTS = (
    Department("housing", "Housing", extension="5100", opening_hours="Mon-Fri 9-5"),
    Department("planning", "Planning", extension="5101", opening_hours=LUNCH, fallback="Housing"),
    Department("parking", "Parking", extension="5102", opening_hours=LUNCH, fallback="Legal"),
    Department("legal", "Legal", extension="5104", opening_hours=LUNCH, fallback="Parking"),
    Department("duty", "Duty Team", extension="5106", opening_hours="24 hours"),
    Department("odd", "Libraries", extension="5103", opening_hours="whenever somebody is in"),
)
AT_TWO = NOON + timedelta(hours=2)
GRAMMAR = build(Directory(PEOPLE, DEPARTMENTS))


@pytest.fixture
def council() -> World:
    return world_of(GRAMMAR, POLICY, Costs())


def named(council: World, key: str, at: datetime = NOON) -> Call:
    call = Call(council)
    call.rings(at)
    call.may_mean(**{key: 0.99})
    return call


def test_outside_its_hours_a_departments_fallback_is_offered(council: World) -> None:
    call = Call(council)
    play(
        """
        rings
          answer
          ask name: greeting_external
        """,
        call,
    )
    call.may_mean(planning=0.99)
    assert prompts(call.last) == ["department_closed_offer"]
    play(
        """
        "yes"
          note accepted: housing
          ask yes_no: connecting(entry=Housing)
        silence
          transfer 5100
        """,
        call,
    )


def test_in_its_hours_it_is_put_through(council: World) -> None:
    call = named(council, "planning", AT_TWO)
    call.is_silent()
    assert transfers(call.actions) == ["5101"]


def test_no_to_what_stands_in_for_it_goes_to_a_person(council: World) -> None:
    call = named(council, "planning")
    call.says("no")
    assert prompts(call.last) == ["operator"]


def test_where_all_that_could_stand_in_is_closed_too_the_caller_has_an_operator(
    council: World,
) -> None:
    call = named(council, "parking")
    assert prompts(call.last) == ["department_closed_operator"]
    (mark,) = notes(call.last)
    assert (mark.note, mark.detail, mark.entries) == (
        Note.FALLBACK,
        "department_closed",
        ("parking",),
    )


def test_its_extension_is_not_rung_either(council: World) -> None:
    call = Call(council)
    call.rings()
    call.presses("5101")
    assert prompts(call.last) == ["department_closed_offer"]


def test_it_is_not_offered_for_one_of_its_people_who_does_not_answer(council: World) -> None:
    call = named(council, "jon", AT_TWO)
    call.is_silent()
    call.ends(TransferOutcome.NO_ANSWER)
    assert prompts(call.last) == ["no_answer", "offer_instead"]
    call = named(council, "jon")
    call.is_silent()
    call.ends(TransferOutcome.NO_ANSWER)
    assert prompts(call.last) == ["no_answer", "operator"]


@pytest.mark.parametrize(("key", "number"), [("planning", ""), ("duty", "5106"), ("odd", "5103")])
def test_on_bank_holidays_only_who_is_there_every_day_or_of_unknown_hours_is_rung(
    council: World, key: str, number: str
) -> None:
    holiday = replace(POLICY, bank_holidays=frozenset({NOON.date()}))
    call = named(replace(council, policy=holiday), key, AT_TWO)
    call.is_silent()
    assert transfers(call.actions) == ([number] if number else [])


@pytest.mark.parametrize("policy", [replace(POLICY, department_hours=False), for_testers(POLICY)])
def test_neither_testers_nor_where_the_setting_says_so_go_by_them(
    council: World, policy: object
) -> None:
    call = named(replace(council, policy=policy), "planning")  # type: ignore[arg-type]
    call.is_silent()
    assert transfers(call.actions) == ["5101"]


def test_people_are_rung_whatever_the_hours_of_their_department(council: World) -> None:
    call = named(council, "jon")
    call.is_silent()
    assert transfers(call.actions) == ["5021"]
