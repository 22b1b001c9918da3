from __future__ import annotations

from dataclasses import replace

import pytest

from grammar.matching import Candidate, Match
from grammar.model import Entry, EntryKind
from switchboard.dialogue.actions import Ask, Expecting, Mark, Note
from switchboard.dialogue.differences import shared_name
from tests.dialogue.conversation import INTERNAL, Call, notes, play, prompts, transfers


@pytest.fixture
def call() -> Call:
    under_way = Call()
    under_way.rings()
    return under_way


def asked(call: Call) -> Ask:
    (question,) = [action for action in call.last if isinstance(action, Ask)]
    return question


def test_a_sure_name_is_announced_and_put_through() -> None:
    play(
        """
        rings
          answer
          ask name: greeting_external
        "tom okafor"
          ask yes_no: connecting_detail(entry=Thomas Okafor, detail=Planning)
        silence
          transfer 5001
        connected
          hang up: transferred
        """
    )


def test_whoever_says_no_to_the_announcement_is_not_connected(call: Call) -> None:
    call.says("tom okafor")
    call.says("no")
    assert prompts(call.last) == ["ask_name_after_no"]
    assert transfers(call.actions) == []


def test_whoever_names_another_during_the_announcement_gets_the_other(call: Call) -> None:
    call.says("tom okafor")
    call.says("jon reid")
    call.is_silent()
    assert transfers(call.actions) == ["5021"]


def test_thanks_during_the_announcement_do_not_stop_it(call: Call) -> None:
    call.says("tom okafor")
    call.says("lovely weather")
    assert transfers(call.last) == ["5001"]


def test_an_unsure_name_is_confirmed_by_voice(call: Call) -> None:
    call.may_mean(tom=0.7)
    assert prompts(call.last) == ["confirm_detail"]
    call.says("yes please")
    assert Mark(Note.ACCEPTED, ("tom",)) in call.last
    call.is_silent()
    assert transfers(call.actions) == ["5001"]


@pytest.mark.parametrize(
    ("key", "prompt"), [("1", "connecting_detail"), ("2", "ask_name_after_no")]
)
def test_an_unsure_name_is_confirmed_by_key(call: Call, key: str, prompt: str) -> None:
    call.may_mean(tom=0.7)
    call.presses(key)
    assert prompts(call.last) == [prompt]


@pytest.mark.parametrize("text", ["yeah go on", "Yes.", "um yes", "correct"])
def test_yes_is_understood_by_its_words_when_the_matcher_heard_nothing(
    call: Call, text: str
) -> None:
    call.may_mean(tom=0.7)
    call.says(text)
    assert prompts(call.last) == ["connecting_detail"]


def test_the_name_said_again_is_a_yes(call: Call) -> None:
    call.may_mean(tom=0.7)
    call.says("tom okafor")
    assert prompts(call.last) == ["connecting_detail"]


def test_the_name_said_again_but_unsure_is_asked_again(call: Call) -> None:
    call.may_mean(tom=0.7)
    call.may_mean(tom=0.5)
    assert prompts(call.last) == ["confirm_again", "confirm_detail"]


def test_no_i_meant_somebody_else_goes_to_the_other_and_declines_the_first(call: Call) -> None:
    call.may_mean(joan=0.7)
    call.may_mean("no i meant tom okafor", tom=0.99)
    assert Mark(Note.DECLINED, ("joan",)) in call.last
    assert prompts(call.last) == ["connecting_detail"]
    call.is_silent()
    assert transfers(call.actions) == ["5001"]


def test_another_sure_name_instead_of_yes_or_no_declines_what_was_offered(call: Call) -> None:
    call.may_mean(joan=0.7)
    call.says("tom okafor")
    assert Mark(Note.DECLINED, ("joan",)) in call.last
    assert prompts(call.last) == ["connecting_detail"]


def test_another_unsure_name_is_asked_about_without_declining_the_first(call: Call) -> None:
    call.may_mean(joan=0.7)
    call.may_mean(tom=0.8)
    assert notes(call.last) == []
    assert asked(call).lines[0].entries == {"entry": "tom"}


def test_another_name_that_is_hardly_likely_leaves_the_question_as_it_was(call: Call) -> None:
    call.may_mean(tom=0.7)
    call.may_mean(jon=0.3)
    assert prompts(call.last) == ["confirm_again", "confirm_detail"]
    assert asked(call).lines[1].entries == {"entry": "tom"}


def test_a_candidate_that_was_declined_is_not_offered_again(call: Call) -> None:
    call.may_mean(jon=0.6)
    call.says("no")
    call.may_mean(jon=0.9, joan=0.05)
    assert asked(call).lines[0].entries == {"entry": "joan"}


def test_a_declined_destination_is_not_offered_under_another_name_either(call: Call) -> None:
    call.may_mean(shared_1=0.6)
    call.says("no")
    call.says("rosa vance")
    assert prompts(call.last) == ["offer_spelling"]


def test_who_is_left_when_the_declined_are_out_is_never_put_through_unasked(call: Call) -> None:
    call.may_mean(jon=0.6)
    call.says("no")
    call.may_mean(jon=0.9, joan=0.099)
    assert prompts(call.last) == ["confirm_detail"]


def test_neither_yes_nor_no_is_asked_once_more_and_then_goes_to_the_operator() -> None:
    call = Call()
    call.rings()
    call.may_mean(tom=0.7)
    play(
        """
        "blah"
          ask yes_no: confirm_again | confirm_detail(entry=Thomas Okafor, detail=Planning)
        "blah"
          note fallback: tom not_understood
          say not_understood_operator
        said
          transfer 900
        """,
        call,
    )


def test_namesakes_are_told_apart_by_what_differs() -> None:
    play(
        """
        rings
          answer
          ask name: greeting_external
        "jane smith"
          ask choice: choose(name=Jane Smith) | option(detail=Housing, key=1)\
 | option(detail=Planning, key=2) | choose_none
        "planning"
          note accepted: jane-p
          ask yes_no: connecting_detail(entry=Jane Smith, detail=Planning)
        silence
          transfer 5004
        """
    )


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("the first", "jane-h"),
        ("the second one please", "jane-p"),
        ("number two", "jane-p"),
        ("one", "jane-h"),
        ("the last one", "jane-p"),
        ("the one in planning", "jane-p"),
        ("building control", "jane-p"),
        ("howsing", "jane-h"),
    ],
)
def test_a_choice_is_understood_by_its_place_or_by_what_differs(
    call: Call, text: str, entry: str
) -> None:
    call.says("jane smith")
    call.says(text)
    assert Mark(Note.ACCEPTED, (entry,)) in call.last


def test_a_choice_is_made_by_key_at_once(call: Call) -> None:
    call.says("jane smith")
    call.presses("2")
    assert Mark(Note.ACCEPTED, ("jane-p",)) in call.last


def test_a_later_hypothesis_answers_a_choice_when_the_first_makes_no_sense(call: Call) -> None:
    call.says("jane smith")
    call.says("plane ink", "planning")
    assert Mark(Note.ACCEPTED, ("jane-p",)) in call.last


@pytest.mark.parametrize("text", ["neither", "none of these", "no"])
def test_none_of_the_options_declines_them_all(call: Call, text: str) -> None:
    call.says("jane smith")
    call.says(text)
    assert Mark(Note.DECLINED, ("jane-h", "jane-p")) in call.last
    assert prompts(call.last) == ["ask_name_after_no"]


def test_somebody_else_named_in_a_choice_is_taken_up(call: Call) -> None:
    call.says("jane smith")
    call.says("tom okafor")
    assert prompts(call.last) == ["connecting_detail"]


def test_no_with_somebody_else_in_a_choice_declines_the_list(call: Call) -> None:
    call.says("jane smith")
    call.may_mean("no tom okafor", tom=0.99)
    assert Mark(Note.DECLINED, ("jane-h", "jane-p")) in call.last
    assert prompts(call.last) == ["connecting_detail"]


def test_a_pair_that_sounds_alike_is_told_apart_by_name_department_and_job(call: Call) -> None:
    call.may_mean(jon=0.5, joan=0.45)
    details = [line.words.get("detail") for line in asked(call).lines]
    assert prompts(call.last) == [
        "choose_sound_alike",
        "option_entry_detail",
        "option_entry_detail",
        "choose_none",
    ]
    assert details[1:3] == ["Planning; Clerk", "Parking; Warden"]


def test_a_name_that_may_as_well_be_the_other_of_a_pair_chooses_neither(call: Call) -> None:
    call.may_mean(jon=0.5, joan=0.45)
    call.may_mean(jon=0.6, joan=0.35)
    assert prompts(call.last)[0] == "choose_again"


def test_several_of_one_surname_are_told_apart_by_their_whole_names(call: Call) -> None:
    call.presses("7343#")  # REID
    assert prompts(call.last) == ["confirm_detail"]
    call.may_mean("smith", jane_h=0.4, tom=0.3)
    assert prompts(call.last)[:2] == ["choose_sound_alike", "option_entry_detail"]
    named = shared_name([Entry(n, EntryKind.PERSON, n, None) for n in ("Jo Scott", "Al Scott")])
    assert named == "Scott"


def test_namesakes_whom_nothing_tells_apart_go_to_the_operator(call: Call) -> None:
    call.says("ann doyle")
    assert notes(call.last) == [Mark(Note.FALLBACK, ("twin-1", "twin-2"), "not_told_apart")]


def test_more_than_four_of_one_name_are_asked_for_their_department() -> None:
    play(
        """
        rings
          answer
          ask name: greeting_external
        "john brown"
          ask department: ask_department(name=John Brown)
        "it's planning"
          ask yes_no: confirm_detail(entry=John Brown, detail=Planning)
        "yes"
          note accepted: b2
          ask yes_no: connecting_detail(entry=John Brown, detail=Planning)
        """
    )


def test_two_in_that_department_are_told_apart_by_their_jobs() -> None:
    play(
        """
        rings
          answer
          ask name: greeting_external
        "john brown"
          ask department: ask_department(name=John Brown)
        "housing"
          ask choice: choose(name=John Brown) | option(detail=Clerk, key=1)\
 | option(detail=Surveyor, key=2) | choose_none
        keys 2
          note accepted: b1
          ask yes_no: connecting_detail(entry=John Brown, detail=Housing)
        """
    )


def test_a_job_answers_the_question_for_the_department_too(call: Call) -> None:
    call.says("john brown")
    call.says("the librarian")
    assert asked(call).lines[0].entries == {"entry": "b4"}


def test_a_department_that_has_nobody_of_the_name_is_asked_again_then_the_operator(
    call: Call,
) -> None:
    call.says("john brown")
    call.says("blah")
    assert prompts(call.last) == ["ask_department_again"]
    call.says("blah")
    assert prompts(call.last) == ["not_understood_operator"]


def test_the_question_for_the_department_listens_for_departments(call: Call) -> None:
    call.says("john brown")
    assert asked(call).expecting is Expecting.DEPARTMENT
    assert "legal services" in asked(call).phrases


def test_for_a_leaver_the_department_is_offered_and_no_goes_to_the_operator() -> None:
    play(
        """
        rings
          answer
          ask name: greeting_external
        "jocasta pargeter"
          ask yes_no: left_offer(entry=Jocasta Pargeter, instead=Housing)
        "no"
          note declined: housing
          note fallback: declined
          say operator
        """
    )


def test_for_a_leaver_without_a_department_the_operator_helps(call: Call) -> None:
    call.says("fay thistlewood")
    assert prompts(call.last) == ["left_operator"]


def test_for_somebody_without_a_number_the_department_is_offered(call: Call) -> None:
    call.says("basil underhill")
    assert prompts(call.last) == ["no_number_offer"]
    call.says("yes")
    call.is_silent()
    assert transfers(call.actions) == ["5102"]


def test_who_is_ex_directory_is_not_spoken_of(call: Call) -> None:
    call.says("iris castellane")
    assert prompts(call.last) == ["cannot_connect"]
    assert not any(line.entries for a in call.actions if hasattr(a, "lines") for line in a.lines)


def test_an_ex_directory_leaver_is_not_spoken_of_either(call: Call) -> None:
    call.says("odile zellweger")
    assert prompts(call.last) == ["cannot_connect"]


def test_who_is_not_for_external_callers_is_reached_from_inside_only(call: Call) -> None:
    call.says("una marchbank")
    assert prompts(call.last) == ["cannot_connect"]
    inside = Call(caller=INTERNAL)
    inside.rings()
    inside.says("una marchbank")
    inside.is_silent()
    assert transfers(inside.actions) == ["5042"]


def test_who_has_another_number_than_the_call_s_grammar_says_is_not_put_through(
    call: Call,
) -> None:
    moved = Candidate((replace(call.world.entries["tom"], number="5999"),), 0.99, "tom okafor")
    call.happens(call.hears(Match((moved,), {}, 0.01), "tom okafor"))
    assert prompts(call.last) == ["cannot_connect"]


@pytest.mark.parametrize(
    "said", ["i dont want to talk to machine", "human being", "the member of staff", "i dont know"]
)
def test_a_command_is_understood_without_its_articles_where_nobody_else_is_meant(said: str) -> None:
    under_way = Call()
    under_way.rings()
    under_way.may_mean(said)
    assert prompts(under_way.last) == ["operator"]
