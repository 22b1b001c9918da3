from __future__ import annotations

from dataclasses import replace

import pytest

from grammar.decision import Action, Reason
from grammar.matching import Match
from grammar.model import Command
from switchboard.dialogue.actions import Ending, HangUp, Mark, Note, Purpose, Transfer
from switchboard.dialogue.connecting import connect
from switchboard.dialogue.events import Fault, FaultKind, HungUp, Said, TransferOutcome
from switchboard.dialogue.policy import Operator, Policy
from switchboard.dialogue.state import State
from tests.dialogue.conversation import EXTERNAL, Call, notes, play, prompts, transfers, unheard
from tests.dialogue.council import POLICY, world

FAILURES = {
    TransferOutcome.BUSY: "busy",
    TransferOutcome.NO_ANSWER: "no_answer",
    TransferOutcome.REFUSED: "unreachable",
    TransferOutcome.UNREACHABLE: "unreachable",
}


@pytest.fixture
def call() -> Call:
    under_way = Call()
    under_way.rings()
    return under_way


def being_connected(call: Call, name: str = "jon reid") -> Call:
    call.says(name)
    call.is_silent()
    return call


@pytest.mark.parametrize(("outcome", "prompt"), FAILURES.items())
def test_a_transfer_that_fails_is_told_and_the_department_offered(
    call: Call, outcome: TransferOutcome, prompt: str
) -> None:
    being_connected(call).ends(outcome)
    assert prompts(call.last) == [prompt, "offer_instead"]
    call.says("yes")
    call.is_silent()
    assert transfers(call.actions) == ["5021", "5101"]


def test_team_and_department_are_both_offered() -> None:
    play(
        """
        rings
          answer
          ask name: greeting_external
        "tom okafor"
          ask yes_no: connecting_detail(entry=Thomas Okafor, detail=Planning)
        silence
          transfer 5001
        busy
          ask choice: busy(entry=Thomas Okafor) | choose_instead | option_entry(entry=Tree Team,\
 key=1) | option_entry(entry=Planning, key=2) | choose_none
        "the tree team"
          note accepted: trees
          ask yes_no: connecting(entry=Tree Team)
        silence
          transfer 5105
        no answer
          ask yes_no: no_answer(entry=Tree Team) | offer_instead(entry=Planning)
        "yes"
          note accepted: planning
          ask yes_no: connecting(entry=Planning)
        silence
          transfer 5101
        refused
          note fallback: planning transfer_failed
          say unreachable(entry=Planning) | operator
        said
          transfer 900
        """
    )


def test_no_to_what_is_offered_instead_goes_to_the_operator(call: Call) -> None:
    being_connected(call).ends(TransferOutcome.BUSY)
    call.says("no")
    assert prompts(call.last) == ["operator"]


def test_none_of_several_offered_instead_goes_to_the_operator(call: Call) -> None:
    being_connected(call, "tom okafor").ends(TransferOutcome.BUSY)
    call.says("no")
    assert prompts(call.last) == ["operator"]


def test_without_team_or_department_the_operator_helps(call: Call) -> None:
    being_connected(call, "kit yarrow").ends(TransferOutcome.NO_ANSWER)
    assert prompts(call.last) == ["no_answer", "operator"]


def test_a_failed_destination_is_tried_again_only_when_the_caller_asks_for_it(call: Call) -> None:
    being_connected(call).ends(TransferOutcome.BUSY)
    call.says("jon reid")
    call.is_silent()
    assert transfers(call.actions) == ["5021", "5021"]


def _fresh() -> Call:
    call = Call()
    call.rings()
    return call


def test_a_department_that_failed_is_not_offered_for_its_people(call: Call) -> None:
    being_connected(call, "libraries").ends(TransferOutcome.BUSY)
    call.says("peter quill")  # of Libraries, in place of what was offered
    call.says("yes")
    call.is_silent()
    call.ends(TransferOutcome.BUSY)
    assert transfers(call.actions) == ["5103", "5030"]
    assert prompts(call.last) == ["busy", "operator"]


def test_a_transfer_rings_as_long_as_the_policy_says(call: Call) -> None:
    being_connected(call)
    (transfer,) = call.last
    assert transfer == Transfer(call.state.turn, "5021", Purpose.ENTRY, "jon", 25.0)


def test_who_may_not_be_reached_is_never_dialled_whatever_led_there() -> None:
    _, actions = connect(State(caller=EXTERNAL), world(), "hidden")
    assert prompts(actions) == ["cannot_connect"]
    assert transfers(actions) == []


def test_operators_are_tried_in_turn_then_the_last_resort_and_the_caller_is_told() -> None:
    play(
        """
        rings
          answer
          ask name: greeting_external
        "operator"
          note fallback: asked_for_operator
          say operator
        said
          transfer 900
        busy
          say next_operator
        said
          transfer 901
        no answer
          say last_resort
        said
          transfer 999100
        unreachable
          say nobody
        said
          hang up: nobody
        """
    )


def test_each_operator_rings_as_long_as_the_policy_says(call: Call) -> None:
    call.says("operator")
    for _ in range(2):
        call.happens(Said(call.state.turn))
        call.ends(TransferOutcome.NO_ANSWER)
    rung = [a.ring_s for a in call.actions if isinstance(a, Transfer)]
    assert rung == [20.0, 30.0]


@pytest.mark.parametrize(
    ("busy", "ending"), [(0, Ending.OPERATOR), (1, Ending.OPERATOR), (2, Ending.LAST_RESORT)]
)
def test_the_record_says_who_took_the_call(call: Call, busy: int, ending: Ending) -> None:
    call.says("operator")
    for _ in range(busy):
        call.happens(Said(call.state.turn))
        call.ends(TransferOutcome.BUSY)
    call.happens(Said(call.state.turn))
    assert call.ends(TransferOutcome.CONNECTED) == (HangUp(ending),)


def test_a_number_that_stands_twice_among_the_operators_is_rung_once() -> None:
    policy = Policy(operators=(Operator("900"), Operator("900")), last_resort="900")
    call = Call(world(policy))
    call.rings()
    call.says("operator")
    call.happens(Said(call.state.turn))
    call.ends(TransferOutcome.BUSY)
    assert prompts(call.last) == ["nobody"]


def test_without_any_operator_the_caller_is_told_and_never_left_hanging() -> None:
    call = Call(world(Policy()))
    call.rings()
    call.says("operator")
    call.happens(Said(call.state.turn))
    assert prompts(call.last) == ["nobody"]
    assert call.happens(Said(call.state.turn)) == (HangUp(Ending.NOBODY),)


@pytest.mark.parametrize("text", ["operator", "a person", "help", "real person", "what can i say"])
def test_operator_a_person_and_help_reach_the_operator_at_once(call: Call, text: str) -> None:
    call.says(text)
    call.happens(Said(call.state.turn))
    assert transfers(call.actions) == ["900"]


@pytest.mark.parametrize("text", ["operator", "a person", "help"])
def test_operator_is_understood_in_a_question_too(call: Call, text: str) -> None:
    call.may_mean(tom=0.7)
    call.says(text)
    assert prompts(call.last) == ["operator"]


def test_a_department_called_like_a_command_is_a_department(call: Call) -> None:
    call.may_mean("customer services", housing=0.99)
    assert prompts(call.last) == ["connecting"]


EMERGENCIES = ["im having a heart attack", "ambulance", "please um i cant breathe come quickly"]


@pytest.mark.parametrize("text", EMERGENCIES)
@pytest.mark.parametrize("before", [(), ("jane smith",), ("xyzzy", "xyzzy"), ("tom okafor",)])
def test_words_of_distress_go_straight_to_a_person_with_a_flag(
    call: Call, before: tuple[str, ...], text: str
) -> None:
    for said in before:
        call.says(said)
    call.says(text)
    assert notes(call.last) == [Mark(Note.EMERGENCY), Mark(Note.FALLBACK, (), "emergency")]
    assert transfers(call.last) == ["900"]
    assert prompts(call.last) == []


def test_an_emergency_that_is_only_likely_goes_to_a_person_too(call: Call) -> None:
    call.may_mean(tom=0.6, emergency=0.3)
    assert Mark(Note.EMERGENCY) in call.last


def test_in_an_emergency_that_nobody_takes_the_caller_is_told_what_to_do(call: Call) -> None:
    call.says("ambulance")
    for _ in range(2):
        call.ends(TransferOutcome.BUSY)
        call.happens(Said(call.state.turn))
    call.ends(TransferOutcome.BUSY)
    assert prompts(call.last) == ["nobody_emergency"]


def test_a_department_called_like_an_emergency_is_no_emergency(call: Call) -> None:
    call.may_mean("police liaison office", tom=0.7)
    assert notes(call.last) == []


def test_silence_is_asked_once_more_with_an_example_and_then_the_operator() -> None:
    play(
        """
        rings
          answer
          ask name: greeting_external
        silence
          ask name: reprompt_silence
        noise
          note fallback: silence
          say operator
        """
    )


def test_only_silences_in_a_row_lead_to_the_operator(call: Call) -> None:
    call.is_silent()
    call.says("xyzzy")
    assert prompts(call.is_silent()) == ["reprompt_silence"]
    assert prompts(call.is_silent()) == ["operator"]


def test_silence_in_a_question_is_asked_once_more_and_then_the_operator(call: Call) -> None:
    call.says("jane smith")
    call.is_silent()
    assert prompts(call.last)[0] == "choose_again"
    call.is_silent()
    assert prompts(call.last) == ["operator"]


def test_an_engine_that_heard_no_speech_counts_as_silence(call: Call) -> None:
    call.happens(unheard(call.state.turn, Reason.NOT_SPEECH))
    assert prompts(call.last) == ["reprompt_silence"]


def test_nonsense_is_asked_once_more_with_an_example(call: Call) -> None:
    call.says("xyzzy")
    assert prompts(call.last) == ["reprompt_no_match"]


def test_repeat_cancel_and_goodbye_are_obeyed(call: Call) -> None:
    call.says("jane smith")
    asked = prompts(call.last)
    call.says("say that again")
    assert prompts(call.last) == asked
    call.says("go back")
    assert (prompts(call.last), notes(call.last)) == (["ask_name"], [Mark(Note.CANCELLED)])
    call.says("goodbye")
    assert prompts(call.last) == ["goodbye"]
    assert call.happens(Said(call.state.turn)) == (HangUp(Ending.SAID_GOODBYE),)


def test_a_sentence_that_sounds_like_goodbye_ends_no_call(call: Call) -> None:
    goodbye = Match((), {Command.GOODBYE: 0.6}, 0.4)
    call.happens(call.hears(goodbye, "um can i talk to steve beck"))
    assert prompts(call.last) == ["reprompt_no_match"]
    call.happens(call.hears(goodbye, "good boy then"))
    assert prompts(call.last) == ["goodbye"]


def test_whoever_was_taken_to_say_goodbye_still_reaches_a_person_by_0(call: Call) -> None:
    call.says("goodbye")
    assert prompts(call.presses("0")) == ["operator"]
    call.happens(Said(call.state.turn))
    assert transfers(call.last) == [POLICY.operators[0].number]


def test_wrong_person_declines_who_was_offered(call: Call) -> None:
    call.may_mean(tom=0.7)
    call.says("wrong person")
    assert Mark(Note.DECLINED, ("tom",)) in call.last


@pytest.mark.parametrize("kind", [FaultKind.RECOGNISER, FaultKind.AUDIO, FaultKind.INTERNAL])
def test_a_fault_is_told_and_goes_to_the_operator(call: Call, kind: FaultKind) -> None:
    call.happens(Fault(kind))
    assert prompts(call.last) == ["fault_operator"]


def test_a_fault_of_the_prompts_goes_to_the_operator_without_words(call: Call) -> None:
    call.happens(Fault(FaultKind.PROMPT))
    assert transfers(call.last) == ["900"]
    other = _fresh()
    other.says("operator")
    other.happens(Fault(FaultKind.PROMPT))
    assert transfers(other.last) == ["900"]


def test_engines_that_failed_go_to_the_operator(call: Call) -> None:
    call.happens(unheard(call.state.turn, Reason.ENGINE_FAILED, Action.OPERATOR))
    assert prompts(call.last) == ["fault_operator"]


def test_whoever_presses_0_while_a_phone_rings_is_put_through_to_an_operator_instead(
    call: Call,
) -> None:
    being_connected(call).presses("0")
    assert prompts(call.last) == ["operator"]
    assert notes(call.last) == [Mark(Note.FALLBACK, (), "asked_for_operator")]
    assert call.ends(TransferOutcome.CONNECTED) == ()  # of the transfer that was given up
    call.happens(Said(call.state.turn))
    assert transfers(call.last) == [POLICY.operators[0].number]


@pytest.mark.parametrize("step", ["closing", "fault internal", "keys 5"])
def test_what_happens_during_a_transfer_counts_once_it_fails(call: Call, step: str) -> None:
    being_connected(call).does(step)
    assert call.last == ()
    call.ends(TransferOutcome.BUSY)
    wanted = "offer_instead" if step == "keys 5" else "operator"
    assert prompts(call.last) == ["busy", wanted]


def test_closing_hands_over_at_once(call: Call) -> None:
    call.does("closing")
    assert prompts(call.last) == ["operator"]


def test_a_key_skips_what_is_being_said_on_the_way_to_the_operator(call: Call) -> None:
    call.says("operator")
    call.presses("5")
    assert transfers(call.last) == ["900"]


def test_a_caller_who_leaves_ends_the_call_in_every_phase(call: Call) -> None:
    for steps in ([], ['"tom okafor"'], ['"tom okafor"', "silence"], ['"operator"']):
        call = _fresh()
        for step in steps:
            call.does(step)
        assert call.happens(HungUp()) == (HangUp(Ending.CALLER_LEFT),)
        assert call.happens(HungUp()) == ()


def test_the_limit_of_turns_ends_at_the_operator() -> None:
    limits = replace(POLICY.limits, most_turns=3)
    call = Call(world(replace(POLICY, limits=limits)))
    call.rings()
    for _ in range(3):
        call.says("repeat")
    assert notes(call.last) == [Mark(Note.FALLBACK, (), "turn_limit")]
