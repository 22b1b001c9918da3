from __future__ import annotations

from dataclasses import replace

from directory.model import Department, Directory, Person
from grammar.building import build
from grammar.confusable import ConfusablePair, confusable_pairs
from tests.grammar.small_council import small_grammar


def names(pairs: tuple[ConfusablePair, ...]) -> list[tuple[str, str]]:
    return [(pair.first_form, pair.second_form) for pair in pairs]


def test_namesakes_at_different_desks_come_first() -> None:
    worst = confusable_pairs(small_grammar())[0]
    assert worst.similarity == 1
    assert worst.same_words
    assert {worst.first.key, worst.second.key} in ({"3", "4"}, {"6", "8"})


def test_names_of_one_sound_are_paired_though_spelt_otherwise() -> None:
    pairs = confusable_pairs(
        build(
            Directory(
                (
                    Person("1", "Stewart", "Alan", extension="1"),
                    Person("2", "Stuart", "Allan", extension="2"),
                    Person("3", "Okonkwo", "Grace", extension="3"),
                )
            )
        )
    )
    assert len(pairs) == 1
    assert names(pairs) == [("alan stewart", "allan stuart")]
    assert pairs[0].similarity == 1
    assert not pairs[0].same_words


def test_a_shared_desk_is_no_confusion() -> None:
    pair = (
        Person("1", "Smith", "Jane", extension="5001"),
        Person("2", "Smith", "Jane", extension="5001"),
    )
    assert confusable_pairs(build(Directory(pair))) == ()
    apart = (pair[0], replace(pair[1], extension="5002"))
    assert len(confusable_pairs(build(Directory(apart)))) == 1


def test_a_person_may_sound_like_a_department() -> None:
    directory = Directory(
        (Person("1", "Libby", "Rory", extension="1"),),
        (Department("d", "Rory Libbie", extension="2"),),
    )
    assert names(confusable_pairs(build(directory))) == [("rory libby", "rory libbie")]


def test_of_equally_similar_pairs_the_most_called_comes_first() -> None:
    people = tuple(
        Person(str(number), surname, "Jane", extension=str(number))
        for number, surname in enumerate(("Pargeter", "Pargeter", "Wozencraft", "Wozencraft"))
    )
    called = confusable_pairs(build(Directory(people), call_counts=[("3", 50)]))
    assert {called[0].first.key, called[0].second.key} == {"2", "3"}


def test_raising_the_similarity_lists_fewer_pairs() -> None:
    grammar = small_grammar()
    some, few = confusable_pairs(grammar, at_least=0.7), confusable_pairs(grammar, at_least=1.0)
    assert len(few) < len(some)
    assert set(names(few)) <= set(names(some))
