"""Parses what was heard: what is carrier phrase, what is the name, what narrows it down.

"um hello can I speak to Jane Smith in planning please" is read as the core "jane smith" with the
qualifier "planning". A name may itself look like a carrier ("May", "Will Grant"), so each parse is
one reading among several, the whole text included, and the matcher takes the one that fits best.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from grammar.model import CarrierPhrase

QUALIFIERS = frozenset({"in", "from", "at", "of", "the", "for", "with"})
"""Words between a name and what narrows it down: "in planning", "the planning officer"."""

_LEADING_ON = QUALIFIERS - {"the"}
"""Words that no name begins with that is only looked for because nothing is known of what precedes
it: "susan jones from rotary" may ask for Rotary, not for From Rotary."""

_LONGEST_QUALIFIER = 6
"""Words. What is longer is a story, not a department."""

_ASKING_WORDS = 2
"""Words of the shortest carrier phrase that is looked for behind words that are none: "yes, could I
speak to". Single ones ("try", "its") stand in too many names and departments."""

_SURELY_CARRIER = 3
"""Words of carrier from which on a name that merely looks like one is listened for in the best
hypothesis only: whole sentences are what takes longest to look up, and seldom name anybody."""

_LONGEST_WINDOW = 4
"""Words at the end of a hypothesis that may be the name when what precedes is no known carrier."""

Words = tuple[str, ...]


class Reading(NamedTuple):
    """One way to read a hypothesis: its words `start` to `end` name whom the caller wants.

    `qualifier` is the text that narrows it down ("" for none). `unexplained` is the share of the
    words, in [0, 1], that are neither carrier nor core nor qualifier. `carried` when a carrier
    phrase stands right before the name.
    """

    core: str
    start: int
    end: int
    qualifier: str = ""
    unexplained: float = 0.0
    carried: bool = False


class CarrierParser:
    """Knows the carrier phrases of one grammar. Immutable after construction."""

    def __init__(self, carriers: Iterable[CarrierPhrase]) -> None:
        self._before: dict[str, list[Words]] = {}
        self._after: dict[str, list[Words]] = {}
        for carrier in carriers:
            words = tuple(carrier.text.split())
            if carrier.position == "before":
                self._before.setdefault(words[0], []).append(words)
            else:
                self._after.setdefault(words[-1], []).append(words)
        for phrases in (*self._before.values(), *self._after.values()):
            phrases.sort(key=len, reverse=True)

    def readings(self, text: str, *, best: bool = True) -> tuple[Reading, ...]:
        """The readings of normalised text, the most stripped first; () for "".

        `best` is whether this is the likeliest hypothesis: others are read in fewer ways.
        """
        words = tuple(text.split())
        start = self._skip_before(words)
        end = self._skip_after(words, start)
        found: dict[tuple[int, int, str], Reading] = {}
        added = {last: self._added(words, last) for last in (end, len(words))}

        def read(first: int, last: int, unexplained: float, *, carried: bool) -> None:
            """Add the words `first` to `last` as a core, and as cores with what may be added."""
            if first >= last or (first, last, "") in found:
                return
            core = " ".join(words[first:last])
            found[first, last, ""] = Reading(core, first, last, "", unexplained, carried)
            for at, qualifier in added[last]:
                if at > first:
                    core = " ".join(words[first:at])
                    reading = Reading(core, first, at, qualifier, unexplained, carried)
                    found.setdefault((first, at, qualifier), reading)

        for first in (start, 0) if best or start < _SURELY_CARRIER else (start,):
            for last in (end, len(words)):
                read(first, last, 0.0, carried=first > 0)
        asked = self._asked(words, start, end)
        if asked is not None:
            at, first = asked
            read(first, end, (at - start) / len(words), carried=True)
        for first in range(max(start + 1, end - _LONGEST_WINDOW), end):
            if words[first] not in _LEADING_ON:
                read(first, end, (first - start) / len(words), carried=False)
        return tuple(found.values())

    def _asked(self, words: Words, start: int, end: int) -> tuple[int, int] | None:
        """Where the last carrier phrase behind words that are none begins, and where what it leads
        to does: callers say more before they ask than any list holds. What is said after the name,
        from word `end` on, asks for nobody: "is that all right"."""
        for at in range(end - 1, start, -1):
            if len(self._before_at(words, at)) >= _ASKING_WORDS:
                return at, at + self._skip_before(words[at:])
        return None

    def _before_at(self, words: Words, at: int) -> Words:
        """The longest phrase said before a name that begins at that word; () for none."""
        for phrase in self._before.get(words[at], ()):
            end = at + len(phrase)
            if words[at:end] == phrase and not _ends_in_a_letter(phrase, words[end : end + 1]):
                return phrase
        return ()

    def _added(self, words: Words, last: int) -> list[tuple[int, str]]:
        """Each qualifier that ends with word `last`, and where what leads to it begins."""
        added = []
        for at in range(1, last - 1):
            if words[at] in QUALIFIERS:
                inner = self._inner(words[at + 1 : last])
                if 0 < len(inner) <= _LONGEST_QUALIFIER:
                    added.append((at, " ".join(inner)))
        return added

    def _skip_before(self, words: Words) -> int:
        at = 0
        while at < len(words) and (phrase := self._before_at(words, at)):
            at += len(phrase)
        return at

    def _skip_after(self, words: Words, start: int) -> int:
        end = len(words)
        while end > start:
            phrase = next(
                (
                    p
                    for p in self._after.get(words[end - 1], ())
                    if end - len(p) >= start and words[end - len(p) : end] == p
                ),
                None,
            )
            if phrase is None:
                break
            end -= len(phrase)
        return end

    def _inner(self, words: Words) -> Words:
        """A qualifier without its own article and trailing "department please"."""
        start = self._skip_before(words)
        return words[start : self._skip_after(words, start)]


def _ends_in_a_letter(phrase: Words, following: Words) -> bool:
    """Whether the "a" that ends a phrase is no article but the first of letters: "to A S B"."""
    return phrase[-1] == "a" and any(len(word) == 1 for word in following)
