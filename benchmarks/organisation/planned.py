"""The people whom every sample has: hard names, namesakes and sound-alikes, given to posts."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache

from benchmarks.organisation.names import HERE, Name, is_female
from benchmarks.organisation.units import Post

Placed = dict[int, tuple[Name, tuple[str, ...]]]
"""By place in the list of posts: the name, and the facts about it."""


@cache
def _tables() -> dict[str, str]:
    with (HERE / "planned.toml").open("rb") as file:
        return tomllib.load(file)


def _lines(key: str) -> Iterator[str]:
    return (line for line in _tables()[key].splitlines() if line)


def _plain(forename: str, surname: str) -> Name:
    female = is_female(forename)
    return Name(forename, surname, female, title="Ms" if female else "Mr")


def place_planned_people(posts: Sequence[Post], rng: random.Random) -> Placed:
    """Give each planned person a post that is nobody's yet; never the head of a department."""
    free = [place for place, post in enumerate(posts) if not post.head]
    rng.shuffle(free)
    placed: Placed = {}

    def seat(name: Name, fact: str, place: int) -> None:
        free.remove(place)
        placed[place] = (name, (fact,))

    for line in _lines("namesakes"):
        forename, surname, count, *where = line.split("|")
        choose = _same_department if where else _different_departments
        for place in choose(posts, free, int(count)):
            seat(_plain(forename, surname), "namesake", place)
    for line in _lines("near_misses"):
        full_names = line.split(", ")
        for full_name, place in zip(
            full_names, _same_department(posts, free, len(full_names)), strict=True
        ):
            forename, surname = full_name.rsplit(" ", 1)
            seat(_plain(forename, surname), "near_miss", place)
    for line in _lines("tricky"):
        forename, surname, title, known_as = line.split("|")
        female = title in {"Mrs", "Ms", "Miss"}
        seat(Name(forename, surname, female, title=title, known_as=known_as), "tricky", free[0])
    for line in _lines("sound_alikes"):
        for full_name in line.split(", "):
            forename, surname = full_name.split(" ", 1)
            seat(_plain(forename, surname), "sound_alike", free[0])
    return placed


def _different_departments(posts: Sequence[Post], free: list[int], count: int) -> list[int]:
    by_unit = {posts[place].unit.name: place for place in reversed(free)}
    first = posts[free[0]].unit.name
    return [by_unit.pop(first), *list(by_unit.values())[: count - 1]]


def _same_department(posts: Sequence[Post], free: list[int], count: int) -> list[int]:
    """Posts in one department with different job titles."""
    for first in free:
        jobs = {posts[first].job_title: first}
        for place in free:
            if posts[place].unit == posts[first].unit:
                jobs.setdefault(posts[place].job_title, place)
        if len(jobs) >= count:
            return list(jobs.values())[:count]
    raise RuntimeError("no department is large enough for namesakes: ask for more people")
