from __future__ import annotations

import pytest

from grammar.carrier import CarrierParser, Reading
from grammar.phrases import shipped
from grammar.text import normalise

PARSER = CarrierParser(shipped()[0])


def readings(text: str) -> tuple[Reading, ...]:
    return PARSER.readings(normalise(text))


def cores(text: str) -> list[str]:
    return [reading.core for reading in readings(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Can I speak to Jane Smith, please?",
        "Um, hello, could I speak to Jane Smith?",
        "put me through to jane smith",
        "I'm trying to reach Jane Smith please",
        "Jane Smith",
    ],
)
def test_carrier_phrases_and_politeness_are_taken_off(text: str) -> None:
    assert cores(text)[0] == "jane smith"


def test_the_whole_text_stays_a_reading_for_names_that_look_like_a_carrier() -> None:
    text = normalise("can I have a word")
    assert text in cores(text)


def test_what_narrows_a_name_down_is_told_apart_from_it() -> None:
    found = [
        (r.core, r.qualifier) for r in readings("can I speak to Jane Smith in planning please")
    ]
    assert ("jane smith", "planning") in found


def test_a_qualifier_loses_its_article_and_the_politeness_after_it() -> None:
    found = [(r.core, r.qualifier) for r in readings("Jane Smith from the planning team please")]
    assert any(core == "jane smith" and "planning" in qualifier for core, qualifier in found)
    assert not any("please" in qualifier for _, qualifier in found)


def test_a_name_after_words_that_are_no_known_carrier_is_found_at_a_price() -> None:
    found = {r.core: r for r in readings("blah blah blah jane smith")}
    assert found["jane smith"].unexplained == pytest.approx(3 / 5)
    assert found["blah blah blah jane smith"].unexplained == 0


def test_what_is_said_before_asking_does_not_hide_who_is_asked_for() -> None:
    found = PARSER.readings("my neighbour told me to ring could i speak to susan jones please")
    asked = next(each for each in found if each.core == "susan jones")
    assert asked.carried
    assert 0 < asked.unexplained < 0.7


def test_what_is_said_after_the_name_asks_for_nobody() -> None:
    found = PARSER.readings("er susan jones please is that all right")
    assert "susan jones" in {each.core for each in found}
    assert not any(each.start > 2 and each.carried for each in found)


def test_a_name_without_a_carrier_phrase_before_it_is_not_carried() -> None:
    assert not any(each.carried for each in PARSER.readings("susan jones in planning"))


def test_a_reading_says_which_words_it_takes() -> None:
    text = normalise("can I speak to Jane Smith please")
    for reading in PARSER.readings(text):
        assert text.split()[reading.start : reading.end] == reading.core.split()


def test_an_a_before_a_letter_is_a_letter_and_no_article() -> None:
    assert "a s b" in cores("could you put me through to a s b")
    [first, *_] = PARSER.readings("could you put me through to a b smith")
    assert first.core == "a b smith"
    assert PARSER.readings("could you put me through to a person")[0].core == "person"


def test_nothing_heard_has_no_reading() -> None:
    assert PARSER.readings("") == ()


def test_only_a_carrier_has_no_core_but_itself() -> None:
    text = normalise("can I speak to")
    assert all(reading.core for reading in PARSER.readings(text))


def test_behind_a_long_carrier_only_the_best_hypothesis_is_also_read_whole() -> None:
    text = "could you put me through to susan jones"
    assert text in cores(text)
    others = [reading.core for reading in PARSER.readings(text, best=False)]
    assert "susan jones" in others
    assert text not in others


def test_behind_a_short_carrier_every_hypothesis_is_also_read_whole() -> None:
    text = "hello susan jones"
    assert text in [reading.core for reading in PARSER.readings(text, best=False)]


def test_no_name_is_looked_for_from_a_word_on_that_leads_to_what_narrows_it_down() -> None:
    assert "from rotary" not in cores("julie pisser from rotary")
    assert "rotary" in cores("julie pisser from rotary")
    assert "the rotary" in cores("julie pisser from the rotary")
    assert "from rotary" in cores("from rotary")
