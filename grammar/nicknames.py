"""What a forename becomes in speech, and which forenames it may stand for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib import resources

from nicknames import NickNamer

from grammar.text import normalise


@cache
def _british() -> tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]]:
    """Nicknames of each common forename, and the forenames of each nickname."""
    nicknames: dict[str, frozenset[str]] = {}
    forenames: defaultdict[str, set[str]] = defaultdict(set)
    table = resources.files("grammar").joinpath("nicknames.tsv").read_text(encoding="utf-8")
    for line in table.splitlines():
        if not line or line.startswith("#"):
            continue
        names, short = line.split("\t")
        for forename in names.split():
            nicknames[forename] = nicknames.get(forename, frozenset()) | frozenset(short.split())
            for nickname in short.split():
                forenames[nickname].add(forename)
    return nicknames, {nickname: frozenset(of) for nickname, of in forenames.items()}


@cache
def _american() -> NickNamer:
    return NickNamer()


def other_names(forename: str) -> tuple[str, ...]:
    """Names by which callers may ask for someone of this forename, both ways, sorted.

    `forename` is normalised. For common names the shipped British table decides; for the rest the
    `nicknames` package, which is American and generous (it makes Ian of John and 18 names of
    Chris), so that common names aren't drowned in what nobody here says.
    """
    nicknames, forenames = _british()
    found = set(nicknames.get(forename, ())) | set(forenames.get(forename, ()))
    if not found:
        found = {
            normalise(name)
            for name in (
                *_american().nicknames_of(forename),
                *_american().canonicals_of(forename),
            )
        }
    return tuple(sorted(found - {forename, ""}))
