"""Pairs of destinations that sound alike: whom callers will get for whom, before they do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz.distance import Indel

from grammar.confusion import sound_similarity
from grammar.model import Entry, FormKind, Grammar

WHOLE_NAMES = frozenset(
    {
        FormKind.FULL_NAME,
        FormKind.KNOWN_AS,
        FormKind.JOB_TITLE,
        FormKind.DEPARTMENT,
        FormKind.ALIAS,
        FormKind.ADDED,
    }
)
"""Forms that are meant to name one entry. Surnames and initials are ambiguous by nature."""

SOUNDS_ALIKE = 0.85
"""Similarity from which a pair is worth an administrator's look. At 0.85 "jon smith" and "joan
smith" count, "john smith" and "jane smyth" don't. Raising it leaves the worst pairs only."""

_ROUGHLY = 0.6
"""Plain similarity of phones below which the weighted one is never above SOUNDS_ALIKE in practice;
it only saves time."""

_CLASSES = str.maketrans(
    {
        **dict.fromkeys("pb", "P"),
        **dict.fromkeys("tdʔ", "T"),
        **dict.fromkeys("kɡx", "K"),
        **dict.fromkeys("fvθð", "F"),
        **dict.fromkeys("sz", "S"),
        **dict.fromkeys("ʃʒʧʤ", "C"),
        **dict.fromkeys("mnŋ", "N"),
        **dict.fromkeys("lɬ", "L"),
        **dict.fromkeys("hjiɪɛaɒʊʌəuɑɔɜEIYWORC", None),
    }
)
"""The skeleton that blocking compares: consonants without voicing, vowels left out."""


@dataclass(frozen=True, slots=True)
class ConfusablePair:
    """Two entries at different destinations, and the forms of theirs that sound most alike.

    `similarity` is in [0, 1], 1 for the same sound. `same_words`: namesakes, who are always asked
    about, as against two spellings of one sound.
    """

    first: Entry
    second: Entry
    first_form: str
    second_form: str
    similarity: float
    same_words: bool


def destination(entry: Entry) -> str:
    """What a transfer reaches: entries that share a number are one destination."""
    return entry.number or f"entry {entry.key}"


def confusable_pairs(
    grammar: Grammar, *, at_least: float = SOUNDS_ALIKE
) -> tuple[ConfusablePair, ...]:
    """Pairs that sound alike, worst first: by similarity, then by how often the two are called.

    Leavers count: callers go on asking for them. Blocked by consonants, so that 10,000 entries
    take seconds.
    """
    entries = {entry.key: entry for entry in grammar.entries}
    calls = dict(grammar.call_counts)
    spoken: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for form in grammar.forms:
        if form.kind in WHOLE_NAMES:
            spoken[form.phones].add((form.entry, form.text))
    best: dict[tuple[str, str], ConfusablePair] = {}
    for first_phones, second_phones in _near(spoken):
        similarity = sound_similarity(first_phones, second_phones)
        if similarity < at_least:
            continue
        for pair in _pairs(entries, spoken[first_phones], spoken[second_phones], similarity):
            key = (pair.first.key, pair.second.key)
            if key not in best or _rank(pair, calls) < _rank(best[key], calls):
                best[key] = pair
    return tuple(sorted(best.values(), key=lambda pair: _rank(pair, calls)))


def _rank(pair: ConfusablePair, calls: Mapping[str, int]) -> tuple[object, ...]:
    called = calls.get(pair.first.key, 0) + calls.get(pair.second.key, 0)
    return (
        -pair.similarity,
        -called,
        not pair.same_words,
        pair.first_form,
        pair.second_form,
        pair.first.key,
        pair.second.key,
    )


def _pairs(
    entries: Mapping[str, Entry],
    firsts: Iterable[tuple[str, str]],
    seconds: Iterable[tuple[str, str]],
    similarity: float,
) -> Iterator[ConfusablePair]:
    for one in firsts:
        for other in seconds:
            (key, text), (other_key, other_text) = sorted((one, other))
            first, second = entries[key], entries[other_key]
            if key != other_key and destination(first) != destination(second):
                yield ConfusablePair(
                    first, second, text, other_text, similarity, same_words=text == other_text
                )


def _near(spoken: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs of phones whose skeletons differ by at most one consonant, each with itself too."""
    texts = list(spoken)
    yield from ((text, text) for text in texts)
    blocks: defaultdict[str, list[int]] = defaultdict(list)
    for index, text in enumerate(texts):
        skeleton = text.translate(_CLASSES)
        for key in {skeleton} | {skeleton[:i] + skeleton[i + 1 :] for i in range(len(skeleton))}:
            blocks[key].append(index)
    seen: set[tuple[int, int]] = set()
    for block in blocks.values():
        for pair in combinations(block, 2):
            if pair in seen:
                continue
            seen.add(pair)
            one, other = texts[pair[0]], texts[pair[1]]
            if Indel.normalized_similarity(one, other, score_cutoff=_ROUGHLY):
                yield one, other
