"""Which texts share most phone pairs with what was heard: a few out of perhaps a million.

Each utterance numbers the phone pairs that its queries have; a text is then a set of bits, and what
it shares with a query is a count of bits. Of large grammars only the rarest pairs are looked up,
which say most and cost least; all pairs are then counted for the likeliest of what they name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grammar.phones import ALPHABET

RETRIEVED = 250
"""Texts an utterance that go on to edit distance. Raising it costs time: for 893 tuning calls 400
gave the same accuracy among 1,300 and 11,000 entries, and no better one among 52,000. With 150 the
recogniser is no longer told of some names that were heard badly."""

_LOOKED_UP = 200_000
"""Texts that an utterance's rarest pairs may name before its commoner pairs are left out: all pairs
count up to 10,000 entries, where 97 utterances named 52,000 (median) to 134,000. Raising it ranks
large grammars more exactly, and takes longer."""

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

_BIT = np.exp2(np.arange(_BITS))

_AT_ONCE = 4_000
"""Texts whose likeness is found at once: bounds the memory that a search takes."""

_MORE = 200
"""Texts compared first besides as many as are to be found. Raising it compares more texts at first
and fewer of the others."""

_ROUNDING = 1e-3
"""Pairs: more than rounding takes off a bound on how many a text may have."""

_MOST = 255
"""More pairs than a text has."""

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


class _Texts(NamedTuple):
    """Texts with the pairs that they have of those looked up: `bits` has a row a word of bits, a
    column a text; `sizes` counts all pairs of each text."""

    bits: Ints
    sizes: NDArray[np.int16]


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
        numbers = np.full(_ALL_PAIRS, -1)
        numbers[codes] = np.arange(len(codes))
        numbers = numbers[pairs.codes]
        looked_up = numbers >= 0
        numbers, owners = numbers[looked_up], pairs.owners[looked_up]
        count = len(pairs.starts) - 1
        words = _words(codes)
        bits = np.bincount(numbers // _BITS * count + owners, _BIT[numbers % _BITS], words * count)
        used = np.bincount(owners, minlength=count)
        return cls(codes, bits.astype(np.int64).reshape(words, count), pairs.sizes, used)

    @property
    def enough(self) -> Ints:
        """How many of the pairs looked up a text must have to be like each query."""
        return np.asarray(np.ceil(self.used * _SHARED), dtype=np.int64)

    @property
    def scale(self) -> Floats:
        """What makes of the looked-up pairs that are shared twice all that are shared: those that
        aren't looked up are taken to be shared as often as the others."""
        return 2 * self.sizes / self.used

    def likeness(self, texts: _Texts) -> Likeness:
        """How like (Dice) each text is to the query that it is likest, 0 where it shares too few
        pairs. Single precision tells the fractions of so few apart."""
        first, *others = zip(texts.bits, self.bits[:, :, None], strict=True)
        shared = np.bitwise_count(np.bitwise_and(*first))
        for each in others:
            shared += np.bitwise_count(np.bitwise_and(*each))
        shared *= shared >= np.minimum(self.enough, _MOST).astype(np.uint8)[:, None]
        likeness = shared * self.scale.astype(np.float32)[:, None]
        likeness /= np.add.outer(self.sizes.astype(np.float32), texts.sizes.astype(np.float32))
        return np.asarray(likeness.max(0))

    def longest(self, shared: int, likeness: float) -> Floats:
        """How many pairs a text may have to be so like each query, if it has at most so many of
        those looked up."""
        both = np.minimum(self.used, shared)
        pairs = both * self.scale / likeness - self.sizes + _ROUNDING
        return np.where(both < self.enough, 0, pairs)

    def of_those(self, asked: NDArray[np.bool_]) -> _Queries:
        """Only those queries."""
        return _Queries(self.codes, self.bits[:, asked], self.sizes[asked], self.used[asked])


class PairIndex:
    """The phone pairs of many texts, by text and by pair. Immutable after construction."""

    def __init__(self, phones: Sequence[str]) -> None:
        self._pairs = _pairs(phones)
        self._sizes = self._pairs.sizes.astype(np.int16)
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
        codes = _distinct(pairs.codes)
        queries = _Queries.of(pairs, codes)
        if self._common[codes].sum() <= _LOOKED_UP:
            return self._likest(queries, RETRIEVED)
        likely = self._likest(_Queries.of(pairs, self._rarest(pairs)), _COUNTED)
        return _first(likely, queries.likeness(self._counted(queries, likely)), RETRIEVED)

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

    def _likest(self, queries: _Queries, most: int) -> Ints:
        """The texts that are likest to any query, in their own order.

        Those that have most of the pairs looked up are compared first. How like the last of them
        is that would be found says how long others may be to be found as well, and with which
        queries they need comparing: with the short ones.
        """
        at = range(0, len(queries.codes), _BITS)
        bits = np.stack([self._bits(queries.codes[start : start + _BITS]) for start in at])
        shared = np.bitwise_count(bits).sum(0, dtype=np.uint8)
        least, fewest = int(queries.enough.min()), int(shared.max())
        while fewest > least and np.count_nonzero(shared >= fewest) < most + _MORE:
            fewest -= 1
        texts = np.flatnonzero(shared >= fewest)
        likeness = self._likeness(queries, bits, texts)
        for number in range(fewest - 1, least - 1, -1):
            some, asked, last = np.flatnonzero(shared == number), queries, 0.0
            if len(texts) >= most:
                last = float(np.partition(likeness, -most)[-most])
            if last:
                longest = queries.longest(number, last)
                some = some[self._sizes[some] <= longest.max()]
                asked = queries.of_those(longest >= self._sizes[some].min(initial=_MOST))
            found = self._likeness(asked, bits, some)
            liker = found >= last
            texts, likeness = np.append(texts, some[liker]), np.append(likeness, found[liker])
        return _first(texts, likeness, most)

    def _likeness(self, queries: _Queries, bits: Ints, texts: Ints) -> Likeness:
        if not len(queries.sizes):
            return np.zeros(len(texts), dtype=np.float32)
        found = [np.zeros(0, dtype=np.float32)]
        for at in range(0, len(texts), _AT_ONCE):
            some = texts[at : at + _AT_ONCE]
            found.append(queries.likeness(_Texts(bits[:, some], self._sizes[some])))
        return np.concatenate(found)

    def _bits(self, codes: Ints) -> Ints:
        """The bits of all texts: which of the pairs each has."""
        ends, common = self._ends[codes], self._common[codes]
        texts = [
            self._texts[start:end]
            for start, end in zip((ends - common).tolist(), ends.tolist(), strict=True)
        ]
        values = np.repeat(_BIT[: len(codes)], common)
        found = np.bincount(np.concatenate(texts), values, len(self._sizes))
        return found.astype(np.int64)

    def _counted(self, queries: _Queries, texts: Ints) -> _Texts:
        """These texts, by the pairs of each text."""
        numbers = np.arange(len(queries.codes))
        values = np.zeros((_words(queries.codes), _ALL_PAIRS), dtype=np.int64)
        values[numbers // _BITS, queries.codes] = 1 << numbers % _BITS
        sizes = self._sizes[texts]
        ends = sizes.cumsum()
        places = np.arange(sizes.sum()) + np.repeat(self._pairs.starts[texts] - ends + sizes, sizes)
        bits = np.add.reduceat(values[:, self._pairs.codes[places]], ends - sizes, axis=1)
        return _Texts(bits, sizes)


def _first(texts: Ints, likeness: Likeness, most: int) -> Ints:
    """The likest texts, in order; of equally like ones the first in the grammar."""
    alike = np.flatnonzero(likeness)
    texts, likeness = texts[alike], likeness[alike]
    if len(texts) <= most:
        return np.sort(texts)
    least = np.partition(likeness, -most)[-most]
    liker = texts[likeness > least]
    as_like = np.sort(texts[likeness == least])
    return np.sort(np.append(liker, as_like[: most - len(liker)]))


def _words(codes: Ints) -> int:
    """How many words of bits so many pairs take."""
    return -(-len(codes) // _BITS)


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
    distinct = distinct[np.append(True, distinct[1:] > distinct[:-1])]
    sizes = np.bincount(distinct // _ALL_PAIRS, minlength=len(phones))
    return (distinct % _ALL_PAIRS).astype(np.int16), sizes.tolist()
