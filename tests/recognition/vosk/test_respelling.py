"""Covering words that the model lacks, in English, with an excerpt of a vocabulary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grammar.phones import phones
from switchboard.recognition.vosk.respelling import MOST_RESPELLINGS, MOST_WORDS, Respeller

EXCERPT = """
boss hard bar car cart carter jane smith shiv on shove awn chum lee lay cheese stone house fan
shore well is mac donald cow ski call he me may knee nor vac a the toe mash of cove all
"""
WORDS = EXCERPT.split()
RESPELLER = Respeller({word: phones(word) for word in WORDS})


def respelled(word: str) -> list[str]:
    return [" ".join(way.words) for way in RESPELLER.respell(word, phones(word))]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bosshard", "boss hard"),
        ("fanshawe", "fan shore"),
        ("smyth", "smith"),
        ("kowalski", "cow all ski"),
        ("carterstone", "carter stone"),
    ],
)
def test_a_missing_name_is_covered_by_words_that_sound_alike(name: str, expected: str) -> None:
    assert expected in respelled(name), (respelled(name), phones(name))


def test_a_perfect_homophone_comes_first_and_costs_least() -> None:
    ways = RESPELLER.respell("smyth", phones("smyth"))
    assert ways[0].words == ("smith",)
    assert [way.cost for way in ways] == sorted(way.cost for way in ways)


def test_what_sounds_like_nothing_is_not_covered() -> None:
    assert RESPELLER.respell("zzyzx", "zzʒzz") == ()
    assert RESPELLER.respell("silent", "") == ()
    assert Respeller({}).respell("smith", "smɪθ") == ()


@given(st.text(alphabet="smɪθbɒhɑdkavlʧn", max_size=12))
def test_respellings_are_few_short_ordered_and_sound_different(sound: str) -> None:
    ways = RESPELLER.respell("name", sound)
    assert len(ways) <= MOST_RESPELLINGS
    assert all(1 <= len(way.words) <= MOST_WORDS and set(way.words) <= set(WORDS) for way in ways)
    assert [way.cost for way in ways] == sorted(way.cost for way in ways)
    assert len({way.sound for way in ways}) == len(ways)
    assert all(way.sound == "".join(map(phones, way.words)) for way in ways)
