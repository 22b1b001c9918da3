from __future__ import annotations

import pytest

from grammar.gaps.clusters import Cluster, common_name, contains, middle, nearest
from grammar.gaps.kinds import Finding, GapKind
from grammar.phones import phones


def _finding(text: str, kind: GapKind = GapKind.MISSING_ALIAS) -> Finding:
    return Finding(kind, text, phones(text))


def _cluster(number: int, text: str, meant: str = "d1", **more: object) -> Cluster:
    kind = more.pop("kind", GapKind.MISSING_ALIAS)
    return Cluster(number, kind, meant, phones(text), **more)  # type: ignore[arg-type]


def _heard(*texts: str) -> list[tuple[str, str]]:
    return [(text, phones(text)) for text in texts]


def test_what_sounds_alike_about_one_entry_is_one_gap() -> None:
    clusters = [_cluster(1, "the tip"), _cluster(2, "bin men")]
    found = nearest(_finding("been men"), "d1", clusters)
    assert found is not None
    assert found.id == 2


def test_the_same_words_about_two_entries_are_two_gaps() -> None:
    assert nearest(_finding("bin men"), "d2", [_cluster(1, "bin men")]) is None


def test_a_carrier_phrase_is_one_gap_whoever_was_meant() -> None:
    kept = _cluster(1, "told to ask about", "", kind=GapKind.CARRIER_PHRASE, position="before")
    again = Finding(
        GapKind.CARRIER_PHRASE, "told to ask about", phones("told to ask about"), "before"
    )
    assert nearest(again, "p7", [kept]) == kept
    after = Finding(
        GapKind.CARRIER_PHRASE, "told to ask about", phones("told to ask about"), "after"
    )
    assert nearest(after, "p7", [kept]) is None


def test_an_unlabelled_call_joins_the_only_labelled_gap_that_sounds_like_it() -> None:
    one = _cluster(1, "bin men", "d1")
    assert nearest(_finding("bin men"), "", [one]) == one
    assert nearest(_finding("bin men"), "", [one, _cluster(2, "bin men", "d2")]) is None


def test_words_that_were_heard_badly_around_a_name_do_not_make_another_gap() -> None:
    found = nearest(_finding("could you pat me through to bin men"), "d1", [_cluster(1, "bin men")])
    assert found is not None


def test_the_name_is_what_several_callers_have_in_common() -> None:
    heard = _heard("could you pat me through to bin men", "bin men place", "steve to bin men")
    assert common_name(heard, phones, frozenset({"to", "me"}))[0] == "bin men"


def test_one_utterance_alone_is_its_own_middle() -> None:
    assert common_name(_heard("bin men"), phones, frozenset())[0] == "bin men"
    assert middle(_heard("bin men", "been men", "bin men"))[0] == "bin men"
    with pytest.raises(ValueError, match="at least one"):
        middle([])


def test_short_sounds_are_contained_in_nothing_but_themselves() -> None:
    assert not contains(phones("bin men"), phones("in"))
    assert contains(phones("bin men"), phones("bin men"))
