"""Scripts for testers, drawn to cover the ways in which calls fail."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from rapidfuzz.distance import Indel
from rapidfuzz.process import extract_iter

from grammar.confusable import WHOLE_NAMES, ConfusablePair, confusable_pairs
from grammar.confusion import sound_similarity
from grammar.decision import anybody_listed
from grammar.model import Entry, EntryKind, FormKind, Grammar
from grammar.phones import phones
from grammar.text import normalise
from switchboard.uat.items import Item, ItemKind

SHARES: Mapping[ItemKind, int] = MappingProxyType(
    {
        ItemKind.CALLED: 5,
        ItemKind.CONFUSABLE: 3,
        ItemKind.OUT_OF_VOCABULARY: 3,
        ItemKind.LONG: 1,
        ItemKind.SAME_NAME: 2,
        ItemKind.DEPARTMENT: 3,
        ItemKind.NICKNAME: 2,
        ItemKind.DECOY: 3,
    }
)
"""Of every 22 items. Where the directory has none of a kind, the others take its place."""

_LONGEST_NAMES = 0.1
"""The share of the directory that counts as long names."""

_UNLIKE = 0.75
"""A decoy sounds less like anybody listed than this: similarity in [0, 1]. Raising it takes decoys
that even a person would take for somebody listed."""
_ROUGHLY = 0.55
"""Plain similarity of phones below which the weighted one isn't looked at: it only saves time."""
_FORMS_COMPARED = 40
_DECOYS_TRIED = 400


def draw_scripts(
    grammar: Grammar,
    testers: Sequence[str],
    each: int,
    *,
    seed: int,
    is_unknown: Callable[[str], bool],
    may_ask: Callable[[Entry], bool] = anybody_listed,
    pairs: Sequence[ConfusablePair] | None = None,
) -> dict[str, tuple[Item, ...]]:
    """A script of `each` items for every tester, in an order of its own.

    `is_unknown` says of a word that the engine doesn't know it, `may_ask` whom callers may reach.
    `pairs` are the grammar's confusable pairs where they are known already. Nothing is asked for
    twice before everything of its kind was. A small directory gives shorter scripts.
    """
    chance = random.Random(seed)  # noqa: S311  a lottery, no secret
    known = confusable_pairs(grammar) if pairs is None else pairs
    found = _pools(grammar, known, is_unknown, may_ask)
    pools = {kind: _shuffled(items, kind, chance) for kind, items in found}
    decoys = sum(each * SHARES[ItemKind.DECOY] // 10 + 1 for _ in testers)
    pools[ItemKind.DECOY] = _decoys(grammar, chance, decoys)
    drawn: defaultdict[str, list[Item]] = defaultdict(list)
    used: Counter[ItemKind] = Counter()
    order = [kind for kind, share in SHARES.items() for _ in range(share)]
    chance.shuffle(order)
    order = [kind for kind in order if pools[kind]]
    turn = 0
    for _ in range(each):
        for tester in testers:
            for _ in range(len(order)):
                kind = order[turn % len(order)]
                turn += 1
                item = pools[kind][used[kind] % len(pools[kind])]
                used[kind] += 1
                if all(item.say != other.say for other in drawn[tester]):
                    drawn[tester].append(item)
                    break
    for items in drawn.values():
        chance.shuffle(items)
    return {tester: tuple(drawn[tester]) for tester in testers}


def _pools(
    grammar: Grammar,
    pairs: Sequence[ConfusablePair],
    is_unknown: Callable[[str], bool],
    may_ask: Callable[[Entry], bool],
) -> Iterable[tuple[ItemKind, list[Item]]]:
    entries = {entry.key: entry for entry in grammar.entries}
    reachable = [entry for entry in grammar.entries if entry.number and not entry.has_left]
    listed = [entry for entry in reachable if may_ask(entry)]
    people = [entry for entry in listed if entry.kind is EntryKind.PERSON]
    calls = dict(grammar.call_counts)
    said: defaultdict[str, set[str]] = defaultdict(set)
    for form in grammar.forms:
        if form.kind is FormKind.FULL_NAME:
            said[form.text].add(form.entry)
    alone = {key for keys in said.values() if len(keys) == 1 for key in keys}
    alike = {e.key for pair in pairs if not pair.same_words for e in (pair.first, pair.second)}
    namesakes = {e.key for pair in pairs if pair.same_words for e in (pair.first, pair.second)}
    by_length = sorted(people, key=lambda entry: (-len(entry.name), entry.key))
    nicknames = sorted(
        (form.entry, form.text)
        for form in grammar.forms
        if form.kind in {FormKind.NICKNAME, FormKind.KNOWN_AS}
    )
    single = [entry for entry in people if entry.key in alone]
    yield ItemKind.CALLED, [_item(ItemKind.CALLED, e) for e in _by_calls(single, calls)]
    yield (
        ItemKind.CONFUSABLE,
        [_item(ItemKind.CONFUSABLE, e) for e in listed if e.key in alike],
    )
    yield (
        ItemKind.OUT_OF_VOCABULARY,
        [
            _item(ItemKind.OUT_OF_VOCABULARY, entry)
            for entry in single
            if any(map(is_unknown, normalise(entry.name).split()))
        ],
    )
    longest = by_length[: max(1, round(_LONGEST_NAMES * len(by_length)))]
    yield ItemKind.LONG, [_item(ItemKind.LONG, entry) for entry in longest]
    yield (
        ItemKind.SAME_NAME,
        [_item(ItemKind.SAME_NAME, e) for e in people if e.key in namesakes],
    )
    yield (
        ItemKind.DEPARTMENT,
        [_item(ItemKind.DEPARTMENT, e) for e in listed if e.kind is EntryKind.DEPARTMENT],
    )
    wanted = {entry.key for entry in people}
    yield (
        ItemKind.NICKNAME,
        [
            _item(ItemKind.NICKNAME, entries[key], text.title())
            for key, text in nicknames
            if key in wanted
        ],
    )


def _item(kind: ItemKind, entry: Entry, say: str = "") -> Item:
    person = entry.kind is EntryKind.PERSON
    about = [entry.job_title, entry.department, entry.site] if person else []
    department = entry.department if person else entry.name
    hint = ", ".join(part for part in about if part)
    return Item(kind, say or entry.name, (entry.key,), hint, department)


def _by_calls(entries: Iterable[Entry], calls: Mapping[str, int]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (-calls.get(entry.key, 0), entry.key))


def _shuffled(items: list[Item], kind: ItemKind, chance: random.Random) -> list[Item]:
    """At random; the often-called ones stay in their order, but for those never called."""
    if kind is ItemKind.CALLED and len(items) > 1:
        called = items[: max(1, len(items) // 4)]
        chance.shuffle(called)
        return called
    if kind is ItemKind.DEPARTMENT:
        return items
    mixed = list(items)
    chance.shuffle(mixed)
    return mixed


def _decoys(grammar: Grammar, chance: random.Random, count: int) -> list[Item]:
    """Names made of listed people's forenames and surnames that sound like nobody listed."""
    people = [entry.name.split() for entry in grammar.entries if entry.kind is EntryKind.PERSON]
    names = [words for words in people if len(words) > 1]
    if not names:
        return []
    listed = sorted({form.phones for form in grammar.forms if form.kind in WHOLE_NAMES})
    known = {form.text for form in grammar.forms}
    found: dict[str, Item] = {}
    for _ in range(_DECOYS_TRIED):
        if len(found) == count:
            break
        name = f"{chance.choice(names)[0]} {chance.choice(names)[-1]}"
        if normalise(name) not in known and _is_unlike(phones(normalise(name)), listed):
            found[name] = Item(ItemKind.DECOY, name)
    return list(found.values())


def _is_unlike(said: str, listed: Sequence[str]) -> bool:
    near = extract_iter(said, listed, scorer=Indel.normalized_similarity, score_cutoff=_ROUGHLY)
    closest = sorted(near, key=lambda hit: -hit[1])[:_FORMS_COMPARED]
    return all(sound_similarity(said, text) < _UNLIKE for text, _, _ in closest)
