"""Which texts share most phone pairs with what was heard: a few out of perhaps a million.

Each utterance numbers the phone pairs that its queries have; a text is then a set of bits, and what
it shares with a query is a count of bits. Of large grammars only the rarest pairs are looked up,
which say most and cost least; all pairs are then counted for the likeliest of what they name.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grammar.phones import ALPHABET

RETRIEVED = 400
"""Texts an utterance that go on to edit distance. Raising it finds more at a cost in time."""

_LOOKED_UP = 60_000
"""Texts that an utterance's rarest pairs may name before its commoner pairs are left out: all pairs
count for most utterances up to 10,000 entries. Raising it ranks large grammars more exactly, and
takes longer."""

_COUNTED = 3_000
"""Texts found by the rarest pairs whose shared pairs are then all counted. Raising it finds more in
large grammars at a cost in time."""

_SHARED = 0.25
"""Least share of a query's phone pairs that a text must have to be looked at. Raising it is faster
and loses texts of which little was heard right."""

_BATCH = 20_000
"""Texts whose pairs are found at once: bounds the memory that building an index takes."""

_BITS = 52
"""Pairs a word of bits: sums of different powers of two up to here are exact in the floating-point
numbers that bincount adds."""

_MOST = 255
"""More pairs than a text or a query has."""

_EDGE = len(ALPHABET)
_CODES = _EDGE + 1
_ALL_PAIRS = _CODES * _CODES
_BEYOND = 1 + max(map(ord, ALPHABET))
_CODE = np.full(_BEYOND + 1, _EDGE, dtype=np.int64)
"""Codes of the phones by code point; what is no phone counts as an edge."""
_CODE[[ord(phone) for phone in ALPHABET]] = np.arange(_EDGE)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Likeness = NDArray[np.float32]


class _Pairs(NamedTuple):
    """The phone pairs of several texts, their edges included, each once a text: the pairs of text
    i are `codes[starts[i]:starts[i + 1]]`, in order."""

    codes: NDArray[np.int16]
    starts: Ints

    @property
    def sizes(self) -> Ints:
        return np.diff(self.starts)

    @property
    def owners(self) -> Ints:
        """The text of each pair."""
        return np.repeat(np.arange(len(self.starts) - 1), self.sizes)


@dataclass(frozen=True, slots=True)
class _Texts:
    """Texts with the pairs that they have of those looked up, from the text that has most on.

    `bits` has a row a word of bits, a column a text; `sizes` counts all pairs of each text, and
    `_MOST` less `lacking` are looked up. Single precision tells the fractions of so few apart.
    """

    numbers: Ints
    bits: Ints
    sizes: Likeness
    lacking: NDArray[np.uint8]

    @classmethod
    def ordered(cls, numbers: Ints, bits: Ints, sizes: Ints, least: int) -> _Texts:
        """Those that have at least so many of the pairs."""
        lacking = ~np.bitwise_count(bits).sum(0, dtype=np.uint8)
        order = np.argsort(lacking, kind="stable")
        order = order[: np.count_nonzero(lacking <= _MOST - least)]
        return cls(numbers[order], bits[:, order], sizes[order].astype(np.float32), lacking[order])

    def first(self, likeness: Likeness, most: int) -> Ints:
        """The likest texts, of equally like ones the first in the grammar."""
        alike = likeness > 0
        values = likeness[alike]
        if len(values) <= most:
            return np.sort(self.numbers[alike])
        values.sort()
        least = values[-most]
        liker = self.numbers[likeness > least]
        as_like = np.sort(self.numbers[likeness == least])
        return np.sort(np.append(liker, as_like[: most - len(liker)]))


@dataclass(frozen=True, slots=True)
class _Queries:
    """Which pairs are looked up, and which of them each query has."""

    codes: Ints
    """The pairs: number i is bit i % `_BITS` of word i // `_BITS`."""
    bits: Ints
    """One row a word of bits, one column a query."""
    sizes: Ints
    """How many pairs each query has."""
    used: Ints
    """How many of them are looked up."""

    @classmethod
    def of(cls, pairs: _Pairs, codes: Ints) -> _Queries:
        """The queries that have these pairs, if those with `codes`, in order, are looked up."""
        numbers = np.searchsorted(codes, pairs.codes)
        numbers[numbers == len(codes)] = 0
        looked_up = codes[numbers] == pairs.codes
        numbers, owners = numbers[looked_up], pairs.owners[looked_up]
        count = len(pairs.starts) - 1
        words = -(-len(codes) // _BITS)
        places = numbers // _BITS * count + owners
        bits = np.bincount(places, np.exp2(numbers % _BITS), words * count)
        used = np.bincount(owners, minlength=count)
        return cls(codes, bits.astype(np.int64).reshape(words, count), pairs.sizes, used)

    @property
    def least(self) -> int:
        """Looked-up pairs that a text must have to be like any query."""
        return _enough(int(self.used.min()))

    def likeness(self, texts: _Texts) -> Likeness:
        """How like (Dice) each text is to the query that it is likest, 0 where it shares too few
        pairs. The pairs that aren't looked up are taken to be shared as often as the others."""
        likest = np.zeros(len(texts.numbers), dtype=np.float32)
        alike: dict[tuple[int, int], list[int]] = {}
        for number, kind in enumerate(zip(self.sizes.tolist(), self.used.tolist(), strict=True)):
            alike.setdefault(kind, []).append(number)
        for (size, used), numbers in alike.items():
            enough = _enough(used)
            upto = int(np.searchsorted(texts.lacking, _MOST - enough, side="right"))
            shared = np.zeros(upto, dtype=np.uint8)
            for number in numbers:
                found = _shared(texts.bits[:, :upto], self.bits[:, number].tolist())
                np.maximum(shared, found, out=shared)
            shared *= shared >= enough
            dice = shared * np.float32(2 * size / used)
            dice /= texts.sizes[:upto] + np.float32(size)
            np.maximum(likest[:upto], dice, out=likest[:upto])
        return likest


def _shared(texts: Ints, query: Sequence[int]) -> NDArray[np.uint8]:
    """How many bits of the query each text has."""
    words = [np.bitwise_count(text & bits) for text, bits in zip(texts, query, strict=True) if bits]
    return np.asarray(sum(words[1:], start=words[0]))


def _enough(used: int) -> int:
    return math.ceil(used * _SHARED)


class PairIndex:
    """The phone pairs of many texts, by text and by pair. Immutable after construction."""

    def __init__(self, phones: Sequence[str]) -> None:
        self._pairs = _pairs(phones)
        self._sizes = self._pairs.sizes
        # A stable sort of short integers is a radix sort: the texts of each pair stay in order.
        order = np.argsort(self._pairs.codes, kind="stable")
        self._texts = np.repeat(np.arange(len(phones), dtype=np.int32), self._sizes)[order]
        self._common = np.bincount(self._pairs.codes, minlength=_ALL_PAIRS)
        self._ends = np.cumsum(self._common)

    def nearest(self, heard: Sequence[str]) -> Ints:
        """The texts that share most phone pairs (Dice) with any of these phones, in their own
        order, at most `RETRIEVED`."""
        if not heard or not len(self._sizes):
            return np.zeros(0, dtype=np.int64)
        pairs = _pairs(heard)
        rarest = _Queries.of(pairs, self._rarest(pairs))
        texts = self._having(rarest)
        if (rarest.used == rarest.sizes).all():
            return texts.first(rarest.likeness(texts), RETRIEVED)
        likely = texts.first(rarest.likeness(texts), _COUNTED)
        queries = _Queries.of(pairs, _distinct(pairs.codes))
        texts = self._counted(queries, likely)
        return texts.first(queries.likeness(texts), RETRIEVED)

    def _rarest(self, pairs: _Pairs) -> Ints:
        """Of the queries' pairs, those that fewest texts have: that name `_LOOKED_UP`, and at least
        the rarest of each query."""
        codes = _distinct(pairs.codes)
        rarest = codes[np.argsort(self._common[codes], kind="stable")]
        looked_up = np.zeros(_ALL_PAIRS, dtype=bool)
        looked_up[rarest[self._common[rarest].cumsum() <= _LOOKED_UP]] = True
        by_query = np.lexsort((self._common[pairs.codes], pairs.owners))
        looked_up[pairs.codes[by_query[pairs.starts[:-1]]]] = True
        return np.flatnonzero(looked_up)

    def _having(self, queries: _Queries) -> _Texts:
        """The texts that have enough of the pairs looked up, by the texts of each pair."""
        at = range(0, len(queries.codes), _BITS)
        words = [self._bits(queries.codes[start : start + _BITS]) for start in at]
        texts = np.flatnonzero(reduce(np.logical_or, [word > 0 for word in words]))
        bits = np.stack([word[texts] for word in words]).astype(np.int64)
        return _Texts.ordered(texts, bits, self._sizes[texts], queries.least)

    def _bits(self, codes: Ints) -> Floats:
        """The bits of all texts: which of the pairs each has."""
        ends, common = self._ends[codes], self._common[codes]
        texts = [
            self._texts[start:end]
            for start, end in zip((ends - common).tolist(), ends.tolist(), strict=True)
        ]
        values = np.repeat(np.exp2(np.arange(len(codes))), common)
        return np.asarray(np.bincount(np.concatenate(texts), values, len(self._sizes)), dtype=float)

    def _counted(self, queries: _Queries, texts: Ints) -> _Texts:
        """These texts, by the pairs of each text."""
        numbers = np.arange(len(queries.codes))
        values = np.zeros((len(queries.bits), _ALL_PAIRS), dtype=np.int64)
        values[numbers // _BITS, queries.codes] = 1 << numbers % _BITS
        sizes = self._sizes[texts]
        ends = sizes.cumsum()
        places = np.arange(sizes.sum()) + np.repeat(self._pairs.starts[texts] - ends + sizes, sizes)
        bits = np.add.reduceat(values[:, self._pairs.codes[places]], ends - sizes, axis=1)
        return _Texts.ordered(texts, bits, sizes, queries.least)


def _distinct(codes: NDArray[np.int16]) -> Ints:
    """Each code once, in order."""
    return np.flatnonzero(np.bincount(codes, minlength=_ALL_PAIRS))


def _pairs(phones: Sequence[str]) -> _Pairs:
    batches = [_batch(phones[at : at + _BATCH]) for at in range(0, len(phones), _BATCH)]
    codes = np.concatenate([np.zeros(0, dtype=np.int16), *(codes for codes, _ in batches)])
    return _Pairs(codes, np.cumsum([0, *chain.from_iterable(sizes for _, sizes in batches)]))


def _batch(phones: Sequence[str]) -> tuple[NDArray[np.int16], list[int]]:
    """The pairs of some texts, and how many each has."""
    text = "".join([f"\0{each}" for each in phones]) + "\0"
    points = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    codes = _CODE[np.minimum(points, _BEYOND)]
    pairs = codes[:-1] * _CODES + codes[1:]
    lengths = np.fromiter(map(len, phones), dtype=np.int64, count=len(phones)) + 1
    distinct = np.repeat(np.arange(len(phones)), lengths) * _ALL_PAIRS + pairs
    distinct.sort()
    distinct = distinct[np.diff(distinct, prepend=-1) > 0]
    sizes = np.bincount(distinct // _ALL_PAIRS, minlength=len(phones))
    return (distinct % _ALL_PAIRS).astype(np.int16), sizes.tolist()
