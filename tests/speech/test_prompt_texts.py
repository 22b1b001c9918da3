"""The texts, against what the dialogue says."""

from __future__ import annotations

from importlib.resources import as_file, files

import pytest
import soundfile

from switchboard.dialogue import prompts as dialogue
from switchboard.speech.prompt_texts import (
    STUCK,
    Fragment,
    Placeholder,
    generic_texts,
    prompts,
)

PROMPTS = prompts("Example Council")


def test_every_prompt_of_the_dialogue_has_a_text_and_no_text_is_left_over() -> None:
    assert set(PROMPTS) == {str(prompt) for prompt in dialogue.Prompt}


@pytest.mark.parametrize("prompt", dialogue.Prompt)
def test_a_text_has_no_placeholder_that_its_prompt_is_not_given(prompt: dialogue.Prompt) -> None:
    has = {part.name for part in PROMPTS[prompt].parts if isinstance(part, Placeholder)}
    assert has <= dialogue.PLACEHOLDERS.get(prompt, frozenset()) - {dialogue.ORGANISATION}


@pytest.mark.parametrize("prompt", dialogue.Prompt)
def test_a_prompt_that_is_about_an_entry_names_it(prompt: dialogue.Prompt) -> None:
    given = dialogue.PLACEHOLDERS.get(prompt, frozenset()) & {"entry", "instead"}
    has = {part.name for part in PROMPTS[prompt].parts if isinstance(part, Placeholder)}
    assert given <= has


def test_greetings_say_who_answers() -> None:
    for name, prompt in PROMPTS.items():
        if name.startswith("greeting"):
            assert "Example Council" in prompt.text


def test_an_organisation_with_braces_makes_no_placeholder() -> None:
    assert prompts("The {entry} {} Trust")["greeting_external"].plain


def test_prompts_are_short_enough_for_a_telephone() -> None:
    longest = max(len(prompt.text.split()) for prompt in PROMPTS.values())
    assert longest <= 30


def test_fragments_hold_words_and_no_punctuation_of_what_stood_before() -> None:
    parts = PROMPTS["option_entry_detail"].parts
    assert [part.words for part in parts if isinstance(part, Fragment)] == ["For", "press"]


def test_every_generic_sound_ships_and_is_used() -> None:
    assert {prompt.generic for prompt in PROMPTS.values()} == set(generic_texts())
    for name in generic_texts():
        with as_file(files("switchboard.speech").joinpath("generic", f"{name}.flac")) as path:
            about = soundfile.info(path)
        assert (about.samplerate, about.channels) == (16000, 1)
        assert about.duration > 0.5


def test_a_prompt_that_asks_about_a_name_or_lists_choices_is_stuck_without_them() -> None:
    for name, prompt in PROMPTS.items():
        if name.startswith(("confirm", "option", "choose", "left_offer", "offer_instead")):
            assert prompt.generic in {STUCK, "yes_no"}
