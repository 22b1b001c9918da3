"""The texts of a grammar as a trie of Whisper's tokens, kept as one sorted array.

A node is a range of rows that agree in their first `depth` tokens, so that half a million texts
need no objects of their own; children are worked out when a search first comes by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

_END = -1


@dataclass(frozen=True, slots=True)
class Node:
    """Rows `first` to `last` (exclusive) of the sorted texts, which share `depth` tokens."""

    first: int
    last: int
    depth: int


@dataclass(frozen=True, slots=True)
class Branches:
    """What follows a node: the next tokens with their nodes, and the texts that end here."""

    tokens: NDArray[np.int64]
    nodes: tuple[Node, ...]
    ending: tuple[int, ...]


class PhraseTrie:
    """Token sequences, each with the number of the text that it writes."""

    def __init__(self, phrases: Sequence[tuple[Sequence[int], int]]) -> None:
        longest = max((len(tokens) for tokens, _ in phrases), default=0)
        rows = np.full((len(phrases), longest + 1), _END, dtype=np.int64)
        for row, (tokens, _) in enumerate(phrases):
            rows[row, : len(tokens)] = tokens
        order = np.lexsort(rows.T[::-1])
        self._rows = rows[order]
        self._texts = np.array([text for _, text in phrases], dtype=np.int64)[order]
        self._branches: dict[Node, Branches] = {}
        self.root = Node(0, len(phrases), 0)
        self.depth = longest + 1
        self.tokens = np.unique(self._rows[self._rows != _END])

    def branches(self, node: Node) -> Branches:
        known = self._branches.get(node)
        if known is None:
            known = self._branches[node] = self._split(node)
        return known

    def path(self, tokens: Sequence[int]) -> list[Node]:
        """The nodes after each of the tokens; [] when no text of the trie begins with them."""
        nodes = [self.root]
        for token in tokens:
            branches = self.branches(nodes[-1])
            at = int(np.searchsorted(branches.tokens, token))
            if at == len(branches.tokens) or branches.tokens[at] != token:
                return []
            nodes.append(branches.nodes[at])
        return nodes[1:]

    def contexts(self, length: int) -> list[tuple[int, ...]]:
        """The last tokens, at most `length`, that lead to each node. Those from which a search sets
        out are last, before them those of most nodes."""
        rows = self._rows
        # Rows are sorted: what a row doesn't share with the one before it, it is the first to have.
        new = np.logical_or.accumulate(rows[1:] != rows[:-1], axis=1)
        new = np.vstack([np.ones_like(rows[:1], dtype=np.bool_), new]) & (rows != _END)
        counts: dict[tuple[int, ...], int] = {}
        for depth in range(1, self.depth):
            recent = rows[new[:, depth - 1], max(0, depth - length) : depth]
            each, nodes = np.unique(recent, axis=0, return_counts=True)
            for context, count in zip(map(tuple, each.tolist()), nodes.tolist(), strict=True):
                counts[context] = counts.get(context, 0) + count
        return sorted(counts, key=lambda context: (-len(context), counts[context]))

    def _split(self, node: Node) -> Branches:
        column = self._rows[node.first : node.last, node.depth]
        tokens, starts = np.unique(column, return_index=True)
        bounds = [*(node.first + starts), node.last]
        ending: tuple[int, ...] = ()
        if len(tokens) and tokens[0] == _END:
            ending = tuple(map(int, dict.fromkeys(self._texts[bounds[0] : bounds[1]])))
            tokens, bounds = tokens[1:], bounds[1:]
        nodes = tuple(
            Node(int(first), int(last), node.depth + 1) for first, last in pairwise(bounds)
        )
        return Branches(tokens, nodes, ending)
