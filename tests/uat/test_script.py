from __future__ import annotations

from collections import Counter

from grammar.building import build
from grammar.confusable import WHOLE_NAMES
from grammar.confusion import sound_similarity
from grammar.phones import phones
from grammar.text import normalise
from switchboard.uat.items import ItemKind
from switchboard.uat.script import draw_scripts
from tests.grammar.small_council import small_grammar
from tests.uat.council import larger_council

TESTERS = ("ada", "ben", "cyd")


def _drawn(each: int = 22, seed: int = 7) -> dict[str, tuple]:
    return draw_scripts(
        build(larger_council()), TESTERS, each, seed=seed, is_unknown=lambda word: word == "ngozi"
    )


def test_every_way_in_which_calls_fail_is_in_the_scripts() -> None:
    kinds = Counter(item.kind for items in _drawn().values() for item in items)
    assert set(kinds) == set(ItemKind)


def test_testers_get_scripts_of_the_length_asked_for_without_repeats() -> None:
    for items in _drawn().values():
        assert len(items) == 22
        assert len({item.say for item in items}) == 22


def test_the_same_seed_draws_the_same_scripts_and_another_one_others() -> None:
    assert _drawn(seed=1) == _drawn(seed=1)
    assert _drawn(seed=1) != _drawn(seed=2)


def test_decoys_sound_like_nobody_listed() -> None:
    grammar = build(larger_council())
    listed = [form.phones for form in grammar.forms if form.kind in WHOLE_NAMES]
    decoys = {i.say for items in _drawn().values() for i in items if i.kind is ItemKind.DECOY}
    assert decoys
    for name in decoys:
        said = phones(normalise(name))
        assert max(sound_similarity(said, text) for text in listed) < 0.8


def test_namesakes_come_with_what_tells_them_apart() -> None:
    found = [i for items in _drawn().values() for i in items if i.kind is ItemKind.SAME_NAME]
    assert {item.say for item in found} == {"Jane Smith"}
    assert all(item.hint for item in found)


def test_unknown_words_are_what_the_engine_says() -> None:
    kind = ItemKind.OUT_OF_VOCABULARY
    found = {i.say for items in _drawn().values() for i in items if i.kind is kind}
    assert found == {"Ngozi Pemberton"}


def test_leavers_and_the_ex_directory_are_not_asked_for() -> None:
    drawn = draw_scripts(small_grammar(), TESTERS, 30, seed=3, is_unknown=lambda _: False)
    wanted = {key for items in drawn.values() for item in items for key in item.wanted}
    assert wanted & {"5", "6", "d4"} == set()


def test_a_small_directory_gives_short_scripts() -> None:
    drawn = draw_scripts(small_grammar(), ("ada",), 500, seed=3, is_unknown=lambda _: False)
    assert 3 < len(drawn["ada"]) < 100
