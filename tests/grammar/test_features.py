"""What the hypotheses are read as, before anything is made of it."""

from __future__ import annotations

from directory.model import Directory, Person
from grammar.building import build
from grammar.hearing import Hypothesis
from grammar.matching import Matcher


def test_a_reading_is_of_the_hypothesis_whose_words_it_counts() -> None:
    """Else "Ashley" is taken for what "actually" is, and searched behind: nobody but a Harris."""
    people = (
        Person("1", "Harris", "Ashley", extension="5001"),
        Person("2", "Harris", "Emma", extension="5002"),
    )
    matcher = Matcher(build(Directory(people, ())))
    texts = ("Ashley Harris.", "actually Harris.")
    heard = matcher.hear([Hypothesis(text, -float(n)) for n, text in enumerate(texts)])
    carried = [
        (reading.core, texts[source])
        for source, reading in zip(heard.sources, heard.readings, strict=True)
        if reading.carried
    ]
    assert carried == [("harris", "actually Harris.")]
