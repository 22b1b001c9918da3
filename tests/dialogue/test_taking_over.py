"""An operator at the console puts the caller through."""

from __future__ import annotations

import pytest

from switchboard.dialogue.actions import Ending, HangUp, Mark, Note, Purpose, Transfer
from switchboard.dialogue.caller import Caller, CallerClass
from switchboard.dialogue.events import Arrived, Load, OperatorConnects, TransferOutcome
from tests.dialogue.conversation import INTERNAL, Call, play, transfers
from tests.dialogue.council import NOON

RINGING_AN_OPERATOR = """
        rings
          answer
          ask name: greeting_external
        keys 0
          note fallback: asked_for_operator
          say operator
        said
          transfer 900
"""


@pytest.fixture
def ringing() -> Call:
    return play(RINGING_AN_OPERATOR)


def test_a_caller_who_waits_for_an_operator_is_connected_and_it_counts_as_the_operator_s() -> None:
    play(
        RINGING_AN_OPERATOR
        + """
        connects tom
          note operator_connects: tom
          transfer 5001
        connected
          hang up: operator
        """
    )


def test_when_nobody_answers_there_the_operators_are_rung_again_and_nothing_is_asked() -> None:
    play(
        RINGING_AN_OPERATOR
        + """
        connects tom
          note operator_connects: tom
          transfer 5001
        busy
          say busy(entry=Thomas Okafor) | operator
        said
          transfer 900
        """
    )


def test_a_caller_who_is_told_that_nobody_answers_is_still_connected() -> None:
    play(
        RINGING_AN_OPERATOR
        + """
        no answer
          say next_operator
        said
          transfer 901
        no answer
          say last_resort
        said
          transfer 999100
        no answer
          say nobody
        connects planning
          note operator_connects: planning
          transfer 5101
        """
    )


def test_a_call_that_an_operator_has_answered_can_be_connected_and_comes_back_if_need_be() -> None:
    play(
        RINGING_AN_OPERATOR
        + """
        connected
          hang up: operator
        connects tom
          note operator_connects: tom
          transfer 5001
        no answer
          say no_answer(entry=Thomas Okafor) | operator
        said
          transfer 900
        connected
          hang up: operator
        connects planning
          note operator_connects: planning
          transfer 5101
        connected
          hang up: operator
        """
    )


def test_in_the_middle_of_a_question_the_record_says_that_it_was_taken_over() -> None:
    play(
        """
        rings
          answer
          ask name: greeting_external
        connects trees
          note fallback: taken_over
          note operator_connects: trees
          transfer 5105
        """
    )


@pytest.mark.parametrize("key", ["hidden", "inside", "gone", "mute", "no-such-entry"])
def test_an_entry_that_the_caller_may_not_reach_is_not_dialled_and_the_call_goes_on(
    ringing: Call, key: str
) -> None:
    before = ringing.state
    refused = Mark(Note.OPERATOR_CONNECTS, (key,), "not_reachable")
    assert ringing.happens(OperatorConnects(key)) == (refused,)
    assert ringing.state == before
    assert transfers(ringing.ends(TransferOutcome.CONNECTED)) == []
    # With an operator on the line the record is closed as it was.
    assert ringing.happens(OperatorConnects(key)) == (refused, HangUp(Ending.OPERATOR))


def test_a_colleague_reaches_whom_the_public_may_not(ringing: Call) -> None:
    inside = Call(caller=INTERNAL)
    inside.rings()
    inside.presses("0")
    *_, last = inside.happens(OperatorConnects("inside"))
    assert isinstance(last, Transfer)
    assert (last.number, last.purpose, last.entry) == ("5042", Purpose.ENTRY, "inside")


def test_the_first_click_holds() -> None:
    call = Call()
    call.rings()
    call.presses("0")
    call.happens(OperatorConnects("tom"))
    before = call.state
    late = call.happens(OperatorConnects("planning"))
    assert late == (Mark(Note.OPERATOR_CONNECTS, ("planning",), "too_late"),)
    assert call.state == before


def test_a_call_that_is_sent_on_unanswered_is_not_ours_to_connect() -> None:
    call = Call()
    call.happens(Arrived(Caller(CallerClass.EXTERNAL), NOON, Load.OVERLOADED))
    late = call.happens(OperatorConnects("tom"))
    assert late == (Mark(Note.OPERATOR_CONNECTS, ("tom",), "too_late"),)


def test_a_call_that_was_put_through_is_left_alone() -> None:
    call = Call()
    call.rings()
    call.says("jon reid")
    call.is_silent()
    call.ends(TransferOutcome.CONNECTED)
    assert call.happens(OperatorConnects("tom")) == ()
