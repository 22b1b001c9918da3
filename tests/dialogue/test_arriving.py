from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from directory.opening_hours import Span
from switchboard.dialogue.actions import Answer, Ask, Ending, HangUp, Mark, Note, Redirect
from switchboard.dialogue.caller import Caller, CallerClass, EarlierCall
from switchboard.dialogue.events import Load, TransferOutcome
from switchboard.dialogue.policy import WHOLE_DAY, Closed, Hours, Policy, Rules, Stage
from switchboard.dialogue.prompts import Prompt
from tests.dialogue.conversation import EXTERNAL, INTERNAL, Call, notes, play, prompts
from tests.dialogue.council import NOON, POLICY, later, world

OFFICE = (Span(time(9), time(17)),)
WEEKDAYS = (OFFICE,) * 5 + ((), ())
PILOT = Caller(CallerClass.PILOT, "5098")
WITHHELD = Caller(CallerClass.WITHHELD)


def call(caller: Caller = EXTERNAL, **policy: object) -> Call:
    return Call(world(replace(POLICY, **policy)), caller)  # type: ignore[arg-type]


def with_hours(hours: Hours, caller: Caller = EXTERNAL, **policy: object) -> Call:
    rules = {kind: replace(rule, hours=hours) for kind, rule in POLICY.rules.items()}
    return call(caller, rules=rules, **policy)


@pytest.mark.parametrize(
    ("caller", "greeting"),
    [
        (INTERNAL, "greeting_internal"),
        (PILOT, "greeting_pilot"),
        (EXTERNAL, "greeting_external"),
        (WITHHELD, "greeting_external"),
    ],
)
def test_each_class_of_callers_has_its_greeting(caller: Caller, greeting: str) -> None:
    actions = call(caller).rings()
    assert isinstance(actions[0], Answer)
    assert prompts(actions) == [greeting]


@pytest.mark.parametrize(
    ("stage", "served"),
    [
        (Stage.PILOT, {PILOT}),
        (Stage.INTERNAL, {PILOT, INTERNAL}),
        (Stage.OVERFLOW, {PILOT, INTERNAL}),
        (Stage.EXTERNAL, {PILOT, INTERNAL, EXTERNAL, WITHHELD}),
    ],
)
def test_each_stage_of_the_roll_out_serves_its_callers(stage: Stage, served: set[Caller]) -> None:
    for caller in (PILOT, INTERNAL, EXTERNAL, WITHHELD):
        first = call(caller, stage=stage).rings()[0]
        assert isinstance(first, Answer) is (caller in served)


def test_external_callers_are_overflow_when_the_operators_line_diverted_them() -> None:
    diverted = replace(EXTERNAL, diverted=True)
    assert isinstance(call(diverted, stage=Stage.OVERFLOW).rings()[0], Answer)
    assert not isinstance(call(diverted, stage=Stage.INTERNAL).rings()[0], Answer)


def test_who_is_not_served_is_sent_to_the_operator_unanswered() -> None:
    play(
        """
        rings
          note fallback: not_served
          redirect 900
        busy
          redirect 901
        connected
          hang up: not_served
        """,
        call(stage=Stage.PILOT),
    )


def test_who_is_not_served_is_sent_to_the_number_for_that_where_there_is_one() -> None:
    actions = call(stage=Stage.PILOT, unserved_number="777").rings()
    assert [a.number for a in actions if isinstance(a, Redirect)] == ["777"]


def test_a_class_that_is_switched_off_is_not_served_at_any_stage() -> None:
    rules = {
        **POLICY.rules,
        CallerClass.WITHHELD: Rules(Prompt.GREETING_EXTERNAL, served=False),
    }
    assert not isinstance(call(WITHHELD, rules=rules).rings()[0], Answer)


@pytest.mark.parametrize(
    ("load", "why"), [(Load.OVERLOADED, "overloaded"), (Load.CLOSING, "closing")]
)
def test_overload_and_closing_send_the_call_to_the_operator_before_it_is_answered(
    load: Load, why: str
) -> None:
    under_way = call()
    actions = under_way.rings(load=load)
    assert [mark.detail for mark in notes(actions)] == [why]
    assert actions[-1] == Redirect(1, "900", POLICY.operators[0].ring_s)
    assert under_way.ends(TransferOutcome.CONNECTED) == (HangUp(Ending.REDIRECTED),)


def test_when_nobody_takes_a_redirected_call_the_caller_is_told() -> None:
    under_way = call()
    under_way.rings(load=Load.OVERLOADED)
    for _ in range(2):
        under_way.ends(TransferOutcome.BUSY)
    actions = under_way.ends(TransferOutcome.BUSY)
    assert isinstance(actions[0], Answer)
    assert prompts(actions) == ["nobody"]


def test_with_nobody_to_send_it_to_an_unserved_call_is_refused() -> None:
    actions = Call(world(Policy(stage=Stage.PILOT))).rings()
    assert actions[-1] == HangUp(Ending.NOT_SERVED)
    assert not any(isinstance(action, Answer) for action in actions)


@pytest.mark.parametrize(
    ("hours_later", "is_open"), [(0, True), (-4, False), (-3, True), (5, False), (72, False)]
)
def test_opening_hours_hold_by_weekday(hours_later: int, is_open: bool) -> None:
    actions = with_hours(Hours(WEEKDAYS, closed=Closed.TELL)).rings(at=later(hours=hours_later))
    assert isinstance(actions[-1], Ask) is is_open


def test_a_bank_holiday_has_hours_of_its_own() -> None:
    holiday = frozenset({NOON.date()})
    closed = Hours(WEEKDAYS, bank_holidays=(), closed=Closed.TELL)
    assert prompts(with_hours(closed, bank_holidays=holiday).rings()) == ["closed"]
    other = frozenset({date(2025, 12, 25)})
    assert prompts(with_hours(closed, bank_holidays=other).rings()) == ["greeting_external"]


def test_a_whole_day_lasts_to_its_last_moment() -> None:
    late = NOON.replace(hour=23, minute=59, second=59, microsecond=999999)
    assert Hours((WHOLE_DAY,) * 7).open_at(late, frozenset())


@pytest.mark.parametrize(("hour", "greeted"), [(12, EXTERNAL), (19, INTERNAL)])
def test_each_class_has_hours_of_its_own(hour: int, greeted: Caller) -> None:
    """Callers from outside in the day, those inside in the evening."""
    evening = (Span(time(18), time(22)),)
    kept = {CallerClass.EXTERNAL: OFFICE, CallerClass.INTERNAL: evening}
    rules = {
        **POLICY.rules,
        **{
            kind: replace(POLICY.rules[kind], hours=Hours((day,) * 7, closed=Closed.TELL))
            for kind, day in kept.items()
        },
    }
    for caller in (EXTERNAL, INTERNAL):
        actions = call(caller, rules=rules).rings(at=NOON.replace(hour=hour))
        assert prompts(actions) == [
            POLICY.rules[caller.kind].greeting if caller is greeted else "closed"
        ]


NIGHT = Hours(((),) * 7, closed_number="888")


def test_out_of_hours_a_call_is_served_as_ever_where_the_policy_says_so() -> None:
    assert prompts(with_hours(NIGHT).rings()) == ["greeting_external"]


def test_out_of_hours_a_call_is_sent_on_unanswered() -> None:
    play(
        """
        rings
          note fallback: closed
          redirect 888
        busy
          redirect 999100
        connected
          hang up: not_served
        """,
        with_hours(replace(NIGHT, closed=Closed.REDIRECT)),
    )


def test_out_of_hours_the_caller_is_told_and_put_through() -> None:
    play(
        """
        rings
          note fallback: closed
          answer
          say closed_transfer
        said
          transfer 888
        no answer
          say last_resort
        said
          transfer 999100
        connected
          hang up: last_resort
        """,
        with_hours(replace(NIGHT, closed=Closed.TELL_AND_TRANSFER)),
    )


def test_out_of_hours_the_caller_is_told_and_0_still_reaches_a_person() -> None:
    closed = with_hours(replace(NIGHT, closed=Closed.TELL))
    play("rings\n  answer\n  say closed\nsaid\n  hang up: not_served", closed)
    closed = with_hours(replace(NIGHT, closed=Closed.TELL))
    closed.rings()
    assert prompts(closed.presses("0")) == ["operator"]


def test_a_call_within_ten_minutes_marks_the_earlier_transfer_and_greets_for_it() -> None:
    caller = replace(EXTERNAL, earlier=EarlierCall("call-1", 4.0, "tom"))
    actions = call(caller).rings()
    assert Mark(Note.PROBABLY_WRONG, ("tom",), "call-1") in actions
    assert prompts(actions) == ["greeting_again"]


def test_a_call_within_ten_minutes_that_followed_no_transfer_marks_nothing() -> None:
    caller = replace(EXTERNAL, earlier=EarlierCall("call-1", 4.0, None))
    assert notes(call(caller).rings()) == []


def test_who_calls_again_gets_the_operator_after_one_failed_try() -> None:
    caller = replace(EXTERNAL, earlier=EarlierCall("call-1", 4.0, "tom"))
    again, first = call(caller), call()
    for each in (again, first):
        each.rings()
        each.says("xyzzy")
    assert prompts(again.last) == ["not_understood_operator"]
    assert prompts(first.last) == ["reprompt_no_match"]
