"""What a forename becomes in speech, and which forenames it may stand for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from nicknames import NickNamer

from grammar.shipped import rows
from grammar.text import normalise


@cache
def _british() -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
    """Nicknames of each common forename, and the forenames of each nickname."""
    nicknames: defaultdict[str, list[str]] = defaultdict(list)
    forenames: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows("grammar", "nicknames.tsv"):
        spellings, short = (column.split() for column in row)
        for forename in spellings:
            nicknames[forename].extend(short)
        for nickname in short:
            forenames[nickname].append(spellings[0])
    return (
        {forename: tuple(short) for forename, short in nicknames.items()},
        {nickname: tuple(full) for nickname, full in forenames.items()},
    )


@cache
def _american() -> NickNamer:
    return NickNamer()


@cache
def other_names(forename: str) -> tuple[str, ...]:
    """Names by which callers may ask for someone of this forename, both ways, sorted.

    `forename` is normalised. For common names the shipped British table decides; for the rest the
    `nicknames` package, which is American and generous (it makes Ian of John and 18 names of
    Chris), so that common names aren't drowned in what nobody here says.
    """
    nicknames, forenames = _british()
    if forename in nicknames or forename in forenames:
        found = {*nicknames.get(forename, ()), *forenames.get(forename, ())}
    else:
        american = _american()
        found = {
            normalise(name)
            for name in (*american.nicknames_of(forename), *american.canonicals_of(forename))
        }
    return tuple(sorted(found - {forename, ""}))
