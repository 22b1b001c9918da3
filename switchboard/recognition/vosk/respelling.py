"""Words that a model's vocabulary lacks, covered by words that it has and that sound alike.

"bosshard" is said as "boss hard". Vosk drops an out-of-vocabulary word with only a warning, and the
person can no longer be reached; so every word is checked, and covered here when it is missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from grammar.confusion import omission_cost, substitution_cost

Phones = Callable[[list[str]], list[str]]
"""The phones of each word, one character a phone."""

MOST_WORDS = 3
MOST_RESPELLINGS = 3
WORD_COST = 0.4
"""For each word in a respelling: each joint lets in a pause and a stress that the name lacks.
Raising it prefers one inexact word to several exact ones."""
SHORT_COST = 0.3
"""For a piece of a single phone: hardly a word at all ("a", "i", "eh")."""
WORST_COST_A_PHONE = 0.34
"""A respelling that costs more is none: raising it covers more names, less audibly."""
WORST_MARGIN = 0.8
"""Further respellings may cost this much more than the best."""


@dataclass(frozen=True, slots=True)
class Respelling:
    """`cost` in edits of phones, with what the joints cost; 0.4 is a perfect homophone.

    `sound`: the phones of the words, as they are said.
    """

    words: tuple[str, ...]
    cost: float
    sound: str


class Respeller:
    """Finds respellings over one vocabulary (an index of its phones; about 200,000 words)."""

    def __init__(self, vocabulary: Mapping[str, str]) -> None:
        """`vocabulary` maps words to phones."""
        self._by_phones: dict[str, list[str]] = defaultdict(list)
        for word, phones in vocabulary.items():
            if phones:
                self._by_phones[phones].append(word)
        self._alphabet = sorted({phone for phones in self._by_phones for phone in phones})

    def respell(self, word: str, phones: str) -> tuple[Respelling, ...]:
        """The best respellings, best first; () when nothing sounds near enough.

        A shortest-path search over positions in `phones`: `paths[n][j]` holds the cheapest ways to
        cover the first j phones with n words.
        """
        pieces = {
            (start, end): piece
            for start in range(len(phones))
            for end in range(start + 1, len(phones) + 1)
            if (piece := self._piece(phones[start:end], word)) is not None
        }
        paths: list[dict[int, list[Respelling]]] = [{0: [Respelling((), 0.0, "")]}]
        for _ in range(MOST_WORDS):
            longer: dict[int, list[Respelling]] = defaultdict(list)
            for (start, end), piece in pieces.items():
                longer[end] += [
                    Respelling(
                        path.words + piece.words, path.cost + piece.cost, path.sound + piece.sound
                    )
                    for path in paths[-1].get(start, ())
                ]
            paths.append({end: _best(ways) for end, ways in longer.items()})
        complete = _best([way for level in paths for way in level.get(len(phones), ())])
        if not phones or not complete:
            return ()
        limit = min(complete[0].cost + WORST_MARGIN, WORD_COST + WORST_COST_A_PHONE * len(phones))
        return tuple(way for way in complete if way.cost <= limit)

    def _piece(self, phones: str, word: str) -> Respelling | None:
        """The vocabulary's word nearest to a stretch of phones, at most one edit away."""
        short = SHORT_COST if len(phones) == 1 else 0.0
        exact = self._by_phones.get(phones)
        if exact:
            return Respelling((_most_like(exact, word),), WORD_COST + short, phones)
        if short:
            return None
        near = [
            Respelling((_most_like(self._by_phones[variant], word),), WORD_COST + cost, variant)
            for variant, cost in self._one_edit_away(phones)
            if variant in self._by_phones
        ]
        return min(
            near,
            key=lambda each: (each.cost, _unlike(each.words[0], word), each.words),
            default=None,
        )

    def _one_edit_away(self, phones: str) -> Iterable[tuple[str, float]]:
        for at, old in enumerate(phones):
            head, tail = phones[:at], phones[at + 1 :]
            yield head + tail, omission_cost(old)
            for new in self._alphabet:
                yield head + new + tail, substitution_cost(old, new)


def _best(ways: list[Respelling]) -> list[Respelling]:
    """The cheapest few; of those that sound the same ("boss hard", "bo s hard") only the first."""
    by_sound: dict[str, Respelling] = {}
    for way in sorted(ways, key=lambda way: (way.cost, len(way.words), way.words)):
        by_sound.setdefault(way.sound, way)
    return list(by_sound.values())[:MOST_RESPELLINGS]


def _unlike(said: str, word: str) -> float:
    """How far a word is from being spelled as a part of the name: tells homophones apart."""
    return 0.0 if said in word else Levenshtein.normalized_distance(said, word)


def _most_like(words: Iterable[str], word: str) -> str:
    return min(words, key=lambda said: (_unlike(said, word), said))
