from __future__ import annotations

import pytest

from grammar.model import CarrierPhrase, Command
from grammar.phrases import PhraseError, carrier, merged, parse, shipped
from grammar.text import normalise


def test_the_shipped_phrases_are_generous_and_normalised() -> None:
    carriers, commands = shipped()
    assert len(carriers) >= 80
    assert {phrase.position for phrase in carriers} == {"before", "after"}
    assert {phrase.command for phrase in commands} == set(Command)
    assert all(normalise(phrase.text) == phrase.text for phrase in (*carriers, *commands))
    assert list(carriers) == sorted(carriers, key=lambda phrase: (phrase.position, phrase.text))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"between": {}}, r"\[between\] is not a table"),
        ({"commands": {"dance": ["dance"]}}, "“dance” is not a command"),
        ({"commands": {"yes": ["right"], "no": ["Right!"]}}, "both yes and no"),
        ({"before": {"speak": "can I"}}, "before.speak is not a list"),
        ({"after": {"thanks": ["..."]}}, "no words"),
    ],
)
def test_a_faulty_phrases_file_is_told_in_a_sentence(content: dict[str, object], told: str) -> None:
    with pytest.raises(PhraseError, match=told):
        parse(content)


def test_added_carriers_join_the_shipped_ones_once() -> None:
    base = (CarrierPhrase("can i speak to", "before"),)
    added = [carrier("Gizza", "before"), carrier("Can I speak to", "before")]
    assert merged(base, added) == (*base, CarrierPhrase("gizza", "before"))


def test_a_carrier_stands_before_or_after() -> None:
    with pytest.raises(PhraseError, match="not a position"):
        carrier("please", "around")
