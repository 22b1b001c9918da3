from __future__ import annotations

import pytest

from directory.model import Department, Directory, Person
from directory.search import SearchIndex, find

JANE = Person("p1", "O'Neill", "Siobhán", known_as="Shiv", department="Planning", extension="5001")
WILL = Person("p2", "Smith", "William", job_title="Planning Officer", department="Housing")
GONE = Person("p3", "Smith", "Adam", left=True)
LINE = Person("p4", "Ash", "Tom", direct_line="+442083135777")
PLANNING = Department("d1", "Planning", aliases=("Development Control",), extension="6001")
EVERYBODY = Directory(people=(JANE, WILL, GONE, LINE), departments=(PLANNING,))


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("siobhan oneill", ["p1"]),
        ("O’Neill", ["p1"]),
        ("shi", ["p1"]),
        ("planning", ["d1", "p1", "p2"]),
        ("development", ["d1"]),
        ("smith housing", ["p2"]),
        ("500", ["p1"]),
        ("02083135777", ["p4"]),
        ("p4", ["p4"]),
        ("", []),
        ("--", []),
    ],
)
def test_every_word_of_the_query_must_be_in_the_entry(query: str, keys: list[str]) -> None:
    assert [entry.key for entry in find(EVERYBODY, query)] == keys


def test_those_who_left_come_last() -> None:
    assert [entry.key for entry in find(EVERYBODY, "smith")] == ["p2", "p3"]


def test_a_misspelt_name_finds_the_nearest() -> None:
    assert [entry.key for entry in find(EVERYBODY, "Wiliam Smiht")] == ["p2"]
    assert find(EVERYBODY, "xyzzy") == ()


def test_a_long_list_is_given_part_by_part_with_its_length() -> None:
    index = SearchIndex(EVERYBODY)
    parts = [index.find("planning", 2, offset) for offset in (0, 2, 4)]
    assert [[entry.key for entry in part.entries] for part in parts] == [["d1", "p1"], ["p2"], []]
    assert {part.total for part in parts} == {3}


def test_no_more_are_given_than_asked_for() -> None:
    assert len(find(EVERYBODY, "planning", limit=2)) == 2
