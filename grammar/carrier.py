"""Parses what was heard: what is carrier phrase, what is the name, what narrows it down.

"um hello can I speak to Jane Smith in planning please" is read as the core "jane smith" with the
qualifier "planning". A name may itself look like a carrier ("May", "Will Grant"), so each parse is
one reading among several, the whole text included, and the matcher takes the one that fits best.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grammar.model import CarrierPhrase

QUALIFIERS = frozenset({"in", "from", "at", "of", "the", "for", "with"})
"""Words between a name and what narrows it down: "in planning", "the planning officer"."""

_LONGEST_QUALIFIER = 6
"""Words. What is longer is a story, not a department."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a hypothesis: its words `start` to `end` name whom the caller wants.

    `qualifier` is the text that narrows it down ("" for none); `stripped` the share of the words
    that were read as carrier.
    """

    core: str
    start: int
    end: int
    qualifier: str
    stripped: float


class CarrierParser:
    """Knows the carrier phrases of one grammar. Immutable after construction."""

    def __init__(self, carriers: Iterable[CarrierPhrase]) -> None:
        self._before: dict[str, list[tuple[str, ...]]] = {}
        self._after: dict[str, list[tuple[str, ...]]] = {}
        for carrier in carriers:
            words = tuple(carrier.text.split())
            if carrier.position == "before":
                self._before.setdefault(words[0], []).append(words)
            else:
                self._after.setdefault(words[-1], []).append(words)
        for phrases in (*self._before.values(), *self._after.values()):
            phrases.sort(key=len, reverse=True)

    def readings(self, text: str) -> tuple[Reading, ...]:
        """The readings of normalised text, the most stripped first; () for ""."""
        words = text.split()
        start = self._skip_before(words)
        end = self._skip_after(words, start)
        found: dict[tuple[int, int, str], Reading] = {}
        for first, last in ((start, end), (start, len(words)), (0, end), (0, len(words))):
            if first >= last:
                continue
            self._add(found, words, first, last, "")
            for at in range(first + 1, last - 1):
                if words[at] not in QUALIFIERS:
                    continue
                qualifier = self._inner(words[at + 1 : last])
                if 0 < len(qualifier) <= _LONGEST_QUALIFIER:
                    self._add(found, words, first, at, " ".join(qualifier))
        return tuple(found.values())

    def _skip_before(self, words: Sequence[str]) -> int:
        at = 0
        while at < len(words):
            phrase = next(
                (p for p in self._before.get(words[at], ()) if tuple(words[at : at + len(p)]) == p),
                None,
            )
            if phrase is None:
                break
            at += len(phrase)
        return at

    def _skip_after(self, words: Sequence[str], start: int) -> int:
        end = len(words)
        while end > start:
            phrase = next(
                (
                    p
                    for p in self._after.get(words[end - 1], ())
                    if end - len(p) >= start and tuple(words[end - len(p) : end]) == p
                ),
                None,
            )
            if phrase is None:
                break
            end -= len(phrase)
        return end

    def _inner(self, words: Sequence[str]) -> list[str]:
        """A qualifier without its own article and trailing "department please"."""
        start = self._skip_before(words)
        return list(words[start : self._skip_after(words, start)])

    def _add(
        self,
        found: dict[tuple[int, int, str], Reading],
        words: Sequence[str],
        first: int,
        last: int,
        qualifier: str,
    ) -> None:
        kept = last - first + len(qualifier.split())
        found.setdefault(
            (first, last, qualifier),
            Reading(
                core=" ".join(words[first:last]),
                start=first,
                end=last,
                qualifier=qualifier,
                stripped=1 - kept / len(words),
            ),
        )
