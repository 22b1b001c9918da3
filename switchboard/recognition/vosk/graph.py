"""The closed phrase set as a weighted automaton over words.

           ┌─before─┐                          ┌─after─┐
           ▼        │                          ▼       │
    start ─●────────┘──ε──▶ ● ──form or command──▶ ◉ ──┘
                            (trie)              final

Carrier phrases are shared by all forms instead of multiplied with them, so that the size is the sum
of both. Each state's outgoing probabilities add up to one (costs as early as possible), so that the
decoder's beam sees from the first word on how likely the rest is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from switchboard.recognition.vosk.openfst import EPSILON, Acceptor, Arc

Words = tuple[int, ...]

BEFORE_PROBABILITY = 0.4
"""That a carrier phrase, or one more, comes before the name. Raising it takes more of what is heard
for carriers and less for names. Set by judgement: no English model was at hand to measure it on."""
AFTER_PROBABILITY = 0.3
"""That politeness, or some more, follows the name."""


@dataclass(slots=True)
class _Trie:
    """Phrases from a `root` state to an `exit` state. `share` of the root's probability."""

    children: list[dict[int, int]] = field(default_factory=lambda: [{}])
    exits: list[dict[int, float]] = field(default_factory=lambda: [{}])

    def add(self, words: Words, weight: float) -> None:
        node = 0
        for word in words[:-1]:
            following = self.children[node].get(word)
            if following is None:
                following = self.children[node][word] = len(self.children)
                self.children.append({})
                self.exits.append({})
            node = following
        self.exits[node][words[-1]] = self.exits[node].get(words[-1], 0.0) + weight

    def masses(self) -> list[float]:
        """Each node's weight: the sum over all phrases that go through it."""
        masses = [0.0] * len(self.children)
        for node in reversed(range(len(self.children))):  # children come after their parents
            masses[node] = sum(self.exits[node].values()) + sum(
                masses[child] for child in self.children[node].values()
            )
        return masses


def build(
    phrases: Mapping[Words, float], before: Iterable[Words], after: Iterable[Words]
) -> Acceptor:
    """An acceptor of `before* phrase after*`. Words are ids; weights are positive, any scale."""
    start, names, end = 0, 1, 2
    arcs: list[list[Arc]] = [[], [], []]
    befores = dict.fromkeys(before, 1.0)
    afters = dict.fromkeys(after, 1.0)
    enter = 1.0 - BEFORE_PROBABILITY if befores else 1.0
    finish = 1.0 - AFTER_PROBABILITY if afters else 1.0
    arcs[start].append(Arc(EPSILON, -math.log(enter), names))
    _add(arcs, start, start, befores, 1.0 - enter)
    _add(arcs, names, end, phrases, 1.0)
    _add(arcs, end, end, afters, 1.0 - finish)
    return Acceptor(arcs, {end: -math.log(finish)})


def allows(acceptor: Acceptor, words: Iterable[int]) -> bool:
    """Whether some phrase of the acceptor begins with these words, or is them.

    Audio that ends within a phrase is decoded to its beginning: that, too, keeps to the graph.
    """
    reached = _past_epsilons(acceptor, {0})
    for word in words:
        steps = (arc for state in reached for arc in acceptor.arcs[state] if arc.label == word)
        reached = _past_epsilons(acceptor, {arc.target for arc in steps})
    return bool(reached)


def _past_epsilons(acceptor: Acceptor, states: set[int]) -> set[int]:
    """The states with all that can be reached from them without a word."""
    reached, waiting = set(states), list(states)
    while waiting:
        for arc in acceptor.arcs[waiting.pop()]:
            if arc.label == EPSILON and arc.target not in reached:
                reached.add(arc.target)
                waiting.append(arc.target)
    return reached


def _add(
    arcs: list[list[Arc]], root: int, leave: int, phrases: Mapping[Words, float], share: float
) -> None:
    """Add phrases from the state `root` to the state `leave`, with `share` of root's probability.

    Where one phrase begins another ("can i", "can i speak to"), both arcs bear the same label.
    """
    trie = _Trie()
    for words, weight in phrases.items():
        trie.add(words, weight)
    masses = trie.masses()
    states = [root, *range(len(arcs), len(arcs) + len(trie.children) - 1)]
    arcs.extend([] for _ in states[1:])
    for node, state in enumerate(states):
        here = share if node == 0 else 1.0
        for word, child in trie.children[node].items():
            cost = -math.log(here * masses[child] / masses[node])
            arcs[state].append(Arc(word, cost, states[child]))
        for word, weight in trie.exits[node].items():
            arcs[state].append(Arc(word, -math.log(here * weight / masses[node]), leave))
