from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.model import Directory, Person
from grammar.building import build
from grammar.decision import Costs
from switchboard.dialogue.actions import Ask, Listen, Mark, Note
from switchboard.dialogue.events import Key
from switchboard.dialogue.letter_keys import LetterKeys, keys_for
from switchboard.dialogue.operators import Why
from switchboard.dialogue.world import world_of
from tests.dialogue.conversation import INTERNAL, Call, notes, play, prompts, transfers
from tests.dialogue.council import DEPARTMENTS, PEOPLE, POLICY, grammar


@pytest.fixture
def call() -> Call:
    under_way = Call()
    under_way.rings()
    return under_way


QUESTIONS = {
    "greeting": (),
    "confirm": ("?tom",),
    "choice": ("jane smith",),
    "department": ("john brown",),
    "announcement": ("tom okafor",),
    "offer of spelling": ("xyzzy", "xyzzy"),
    "spelling": ("xyzzy", "xyzzy", "yes"),
}


@pytest.mark.parametrize("said", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_0_reaches_the_operator_at_every_question(call: Call, said: tuple[str, ...]) -> None:
    for text in said:
        if text.startswith("?"):
            call.may_mean(**{text[1:]: 0.7})
        else:
            call.says(text)
    call.presses("0")
    assert Mark(Note.FALLBACK, (), Why.ASKED.value) in call.last
    assert prompts(call.last) == ["operator"]


@pytest.mark.parametrize("said", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_star_puts_every_question_once_more(call: Call, said: tuple[str, ...]) -> None:
    for text in said:
        if text.startswith("?"):
            call.may_mean(**{text[1:]: 0.7})
        else:
            call.says(text)
    before = prompts(call.last)[-1]
    call.presses("*")
    assert prompts(call.last)[-1] in {before, "ask_name"}
    assert isinstance(call.last[-1], Ask)


def test_an_extension_is_put_through_as_soon_as_it_is_whole(call: Call) -> None:
    play("keys 500\n  listen\nkeys 1\n  ask yes_no:"
         " connecting_detail(entry=Thomas Okafor, detail=Planning)", call)  # fmt: skip
    call.is_silent()
    assert transfers(call.actions) == ["5001"]


def test_an_extension_that_also_begins_a_name_waits_for_the_pause(call: Call) -> None:
    # 5022 is J-O-A-A: no name; 5003 is none either. Peter Quill's surname begins 784.
    assert call.world.letter_keys.goes_on("784")
    call.presses("784")
    assert call.last == (Listen(call.state.turn),)


def test_an_extension_with_which_a_name_begins_may_still_become_the_name() -> None:
    ida = Person("ida", "Quayle", "Ida", department="Planning", extension=keys_for("jane"))
    call = Call(world_of(build(Directory((*PEOPLE, ida), DEPARTMENTS)), POLICY, Costs()))
    call.rings()
    call.presses(keys_for("jane"))
    assert call.last == (Listen(call.state.turn),)
    call.presses(keys_for("smith") + "#")
    assert prompts(call.last)[0] == "choose"


@pytest.mark.parametrize("extension", ["5999", "5041", "5042", "5050"])
def test_an_extension_that_is_not_held_or_not_for_this_caller_is_one_and_the_same(
    call: Call, extension: str
) -> None:
    call.presses(extension)
    call.pauses()
    assert prompts(call.last) == ["extension_unknown", "ask_name"]
    assert transfers(call.actions) == []


def test_an_extension_for_internal_callers_is_put_through_from_inside() -> None:
    inside = Call(caller=INTERNAL)
    inside.rings()
    inside.presses("5042")
    inside.is_silent()
    assert transfers(inside.actions) == ["5042"]


def test_a_direct_line_is_no_extension_and_no_outside_number_is_dialled(call: Call) -> None:
    for keys in ("7777", "900442079460000", "9"):
        call.presses(keys)
        call.pauses()
    assert transfers(call.actions) == []


def test_a_surname_on_the_letter_keys_is_asked_about(call: Call) -> None:
    call.presses(keys_for("okafor"))
    call.pauses()
    assert prompts(call.last) == ["confirm_detail"]
    assert call.last[-1].lines[0].entries == {"entry": "tom"}  # type: ignore[union-attr]


def test_a_full_name_on_the_letter_keys_is_asked_about(call: Call) -> None:
    call.presses(keys_for("jon reid") + "#")
    assert prompts(call.last) == ["confirm_detail"]


def test_the_beginning_of_a_name_is_enough_and_several_are_a_choice(call: Call) -> None:
    call.presses(keys_for("smi"))
    call.pauses()
    assert prompts(call.last)[0] == "choose"


def test_many_of_one_name_on_the_letter_keys_are_asked_for_their_department(call: Call) -> None:
    call.presses(keys_for("brown"))
    call.pauses()
    assert prompts(call.last) == ["ask_department"]


def test_different_names_on_the_same_keys_are_told_apart(call: Call) -> None:
    # REID and REED are 7343 and 7333; both begin 73 only. "73" is too short, so nothing is known.
    call.presses("73")
    call.pauses()
    assert prompts(call.last)[0] == "extension_unknown"


def test_hidden_names_and_no_names_on_the_letter_keys_sound_the_same(call: Call) -> None:
    call.presses(keys_for("castellane"))
    call.pauses()
    hidden = prompts(call.last)
    other = Call()
    other.rings()
    other.presses(keys_for("nobodyhere"))
    other.pauses()
    assert hidden == prompts(other.last) == ["name_keys_unknown", "ask_name"]


def test_hash_ends_an_entry_and_alone_does_nothing(call: Call) -> None:
    call.presses("#")
    assert call.last == (Listen(call.state.turn),)
    call.presses("5001#")
    assert prompts(call.actions)[-1] == "connecting_detail"


def test_letters_of_a_military_keypad_do_nothing(call: Call) -> None:
    assert call.presses("ABCD") == (Listen(call.state.turn),)


def test_1_connects_at_once_during_the_announcement_and_2_stops_it(call: Call) -> None:
    call.says("tom okafor")
    call.presses("2")
    assert prompts(call.last) == ["ask_name_after_no"]
    other = Call()
    other.rings()
    other.says("tom okafor")
    other.presses("1")
    assert transfers(other.last) == ["5001"]


def test_speech_after_keys_takes_their_place(call: Call) -> None:
    call.presses("50")
    call.says("tom okafor")
    call.pauses()
    assert transfers(call.last) == ["5001"]


def test_a_flood_of_keys_ends_at_the_operator(call: Call) -> None:
    for _ in range(200):
        call.happens(Key("7"))
    assert [mark.detail for mark in notes(call.actions)] == ["key_flood"]
    assert transfers(call.actions) == ["900"]


def test_a_flood_of_repeats_ends_at_the_operator(call: Call) -> None:
    call.presses("*" * 100)
    assert [mark.detail for mark in notes(call.actions)] == ["turn_limit"]


@given(st.text(max_size=30))
def test_no_text_as_a_key_breaks_the_call(keys: str) -> None:
    call = Call()
    call.rings()
    for key in keys:
        call.happens(Key(key))


@given(st.sampled_from([form for form in grammar().forms if form.kind.value == "surname"]))
def test_every_surname_is_found_by_its_letter_keys(form: object) -> None:
    index = LetterKeys(grammar())
    assert form.entry in index.named(keys_for(form.text))  # type: ignore[attr-defined]
