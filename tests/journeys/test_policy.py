"""Calls that go by what an organisation sets: its hours, its pilot group, its patience.

Everybody is always served, but today is a bank holiday.
"""

from __future__ import annotations

import calendar
import time
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tests.journeys.service import LAST, OPERATOR, OUTSIDE, SECOND, Service, put_through, serving
from tests.journeys.speaking import Says
from tests.journeys.talking import Exchange
from tests.telephony import scenarios as s

pytestmark = [pytest.mark.engine, pytest.mark.slow]

PILOT = "5800"
MOST_TURNS = 4
ALL_DAY = '"00:00-24:00"'


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, exchange: Exchange) -> Iterator[Service]:
    """Closed today, and tomorrow in case it is late; the pilot group has hours of its own, and who
    withholds a number is kept to others."""
    week = "\n".join(f"{day.lower()} = {ALL_DAY}" for day in calendar.day_name)
    holidays = ", ".join(str(date.today() + timedelta(days)) for days in (0, 1))
    with serving(
        tmp_path_factory.mktemp("serving") / "a",
        exchange,
        callers=f'kept_to_hours = ["external", "pilot"]\npilot = ["{PILOT}"]\n',
        settings=f"""\
[dialogue]
tries = 5
most_turns = {MOST_TURNS}
entry_ring_s = 2
[hours]
{week}
bank_holiday = ""
closed_days = [{holidays}]
closed = "tell_and_transfer"
closed_number = "{LAST}"
[hours.pilot]
bank_holiday = {ALL_DAY}
[hours.withheld]
closed_number = "{SECOND}"
""",
    ) as running:
        yield running


def test_on_a_bank_holiday_a_caller_is_told_and_put_through(service: Service) -> None:
    with service.call(*put_through(LAST), identity=OUTSIDE) as caller:
        caller.talker.hears_a_prompt_out()
    assert caller.talker.heard(service.prompt("closed_transfer"))
    assert service.record().call.reason == "closed"
    assert service.transfers() == [(LAST, "connected")]


def test_a_class_that_is_named_nowhere_else_is_kept_to_hours_of_its_own(service: Service) -> None:
    with service.call(*put_through(SECOND), headers=["Privacy: id"]) as caller:
        caller.talker.hears_a_prompt_out()
    record = service.record()
    assert (record.call.caller_class, record.call.reason) == ("withheld", "closed")
    assert service.transfers() == [(SECOND, "connected")]


def test_the_pilot_group_is_served_in_its_own_hours_and_hears_its_own_greeting(
    service: Service,
) -> None:
    with service.call(*put_through("5001"), identity=PILOT) as caller:
        caller.talker.hears_a_prompt_out()
        caller.talker.press("5001")
    assert caller.talker.heard(service.prompt("greeting_pilot"))
    assert not caller.talker.heard(service.prompt("greeting_internal"))
    record = service.record()
    assert (record.call.caller_class, record.turns[0].prompt) == ("pilot", "greeting_pilot")
    assert service.transfers() == [("5001", "connected")]


def test_who_is_never_understood_has_an_operator_at_the_limit_of_turns(
    service: Service, says: Says
) -> None:
    with service.call(*put_through(OPERATOR)) as caller:
        for _ in range(MOST_TURNS):
            caller.says(says("what is the weather on the moon"))
    record = service.record()
    assert [turn.outcome for turn in record.turns] == ["heard"] * MOST_TURNS
    assert record.call.reason == "turn_limit"
    assert service.transfers() == [(OPERATOR, "connected")]


def test_a_phone_that_rings_out_is_told_of_and_the_department_taken_by_voice(
    service: Service, says: Says
) -> None:
    steps = (
        s.referred("5001", "180 Ringing", ends=False),
        s.unsubscribed(),
        s.referred("5100", "180 Ringing", "200 OK", number=4, again=True),
        s.hung_up(),
    )
    with service.call(*steps) as caller:
        caller.says(says("Jane Smith"))
        caller.hears_what_came_of_it()
        time.sleep(0.3)
        caller.talker.say(says("yes please"))
    assert service.record().turns[-1].prompt == "no_answer offer_instead"
    assert service.transfers() == [("5001", "no_answer"), ("5100", "connected")]
