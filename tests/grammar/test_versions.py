from __future__ import annotations

from dataclasses import replace

import pytest

from directory.model import Directory
from grammar.building import build
from grammar.versions import VersionError, diff, dump, load
from tests.grammar.small_council import DEPARTMENTS, PEOPLE, small_council, small_grammar


def test_a_stored_grammar_is_loaded_whole() -> None:
    grammar = small_grammar()
    assert load(dump(grammar)) == grammar


def test_a_version_is_named_after_its_content() -> None:
    grammar = small_grammar()
    assert grammar.version.startswith("g")
    assert len(grammar.version) == 13
    moved = replace(PEOPLE[2], extension="5999")
    changed = build(Directory((*PEOPLE[:2], moved, *PEOPLE[3:]), DEPARTMENTS))
    assert changed.version != build(small_council()).version == build(small_council()).version


@pytest.mark.parametrize(
    "damaged",
    [
        dump(small_grammar())[:-10],
        dump(small_grammar()).replace(b"5002", b"5003"),
        b"",
        b"[]\n",
        b"\xff\xfe\n",
    ],
    ids=["cut off", "changed", "empty", "no head", "no text"],
)
def test_a_damaged_grammar_is_refused(damaged: bytes) -> None:
    with pytest.raises(VersionError, match="publish it again"):
        load(damaged)


def test_a_grammar_of_another_format_is_refused() -> None:
    with pytest.raises(VersionError, match="format 99"):
        load(dump(small_grammar()).replace(b'{"grammar": 1', b'{"grammar": 99'))


def test_a_diff_tells_what_changes_for_callers() -> None:
    old = build(small_council())
    people = (replace(PEOPLE[2], extension="5999"), *PEOPLE[3:])
    new = build(
        Directory(people, DEPARTMENTS),
        aliases=[("my landlord", "d1")],
        pronunciations=[("smythe", "SMITH")],
    )
    changes = diff(old, new)
    assert [entry.key for entry in changes.entries_removed] == ["1", "2"]
    assert changes.entries_added == ()
    assert [(a.number, b.number) for a, b in changes.entries_changed] == [("5003", "5999")]
    assert "my landlord" in {form.text for form in changes.forms_added}
    assert "bill smith" in {form.text for form in changes.forms_removed}
    assert [word for word, _, _ in changes.pronunciations_changed] == ["smythe"]


def test_equal_grammars_have_no_difference() -> None:
    assert not diff(small_grammar(), small_grammar())
    assert diff(small_grammar(), build(small_council()))
