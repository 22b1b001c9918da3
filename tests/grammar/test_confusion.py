from __future__ import annotations

import itertools

from grammar.confusion import omission_cost, sound_similarity, substitution_cost
from grammar.phones import ALPHABET, phones


def test_costs_are_bounded_symmetric_and_zero_only_for_the_same_phone() -> None:
    for one, other in itertools.combinations_with_replacement(ALPHABET, 2):
        cost = substitution_cost(one, other)
        assert 0 <= cost <= 1
        assert (cost == 0) == (one == other)
        assert cost == substitution_cost(other, one)


def test_what_the_telephone_blurs_costs_less_than_what_it_keeps() -> None:
    assert substitution_cost("m", "n") < substitution_cost("m", "s")
    assert substitution_cost("f", "s") < substitution_cost("p", "b") < substitution_cost("p", "n")
    assert substitution_cost("ɪ", "i") < substitution_cost("i", "ɑ")
    assert substitution_cost("s", "i") == 1


def test_every_phone_of_the_alphabet_has_features() -> None:
    for phone in ALPHABET:
        assert any(substitution_cost(phone, other) < 1 for other in ALPHABET if other != phone)


def test_leaving_out_a_weak_vowel_costs_less_than_a_consonant() -> None:
    assert omission_cost("ə") < omission_cost("m") == 1


def test_similar_sounding_names_are_more_similar_than_others() -> None:
    def alike(one: str, other: str) -> float:
        return sound_similarity(phones(one), phones(other))

    assert alike("jane smith", "jane smith") == 1
    assert alike("kerry dean", "kelly dean") > alike("kerry dean", "mary dean")
    assert alike("sean field", "tom okafor") < 0.5
    assert sound_similarity("", "") == 1
    assert sound_similarity("", "sam") == 0
