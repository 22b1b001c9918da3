"""Which spoken forms sound like what was heard: a few out of perhaps a million, in milliseconds.

Two steps: an index of phone pairs finds the texts that share enough pairs with a query; edit
distance over phones, broad classes of phones, and letters then says how near each of those is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel, Levenshtein
from rapidfuzz.process import cdist

from grammar.model import Command, FormKind, Grammar
from grammar.pair_index import PairIndex
from grammar.phones import phones

_BROAD = str.maketrans(
    {
        **dict.fromkeys("pbtdkɡʔ", "T"),
        **dict.fromkeys("fvθðszʃʒhxɬ", "S"),
        **dict.fromkeys("ʧʤ", "C"),
        **dict.fromkeys("mnŋ", "N"),
        **dict.fromkeys("lɹjw", "L"),
        **dict.fromkeys("ɪɛiER", "I"),
        **dict.fromkeys("aʌɑIW", "A"),
        **dict.fromkeys("ɒʊuɔYOC", "O"),
        **dict.fromkeys("əɜ", "E"),
    }
)
"""Phones to broad classes: by manner for consonants (the telephone band, 300 to 3400 Hz, blurs
place and voicing first: Miller & Nicely 1955), by region for vowels."""

KEPT = 80
"""Texts that are compared in every way. Raising it costs time; 150 gave no better decisions for the
calls that `pair_index.RETRIEVED` was chosen by."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class _Metric(Protocol):
    normalized_similarity: Callable[..., float]


class Query(NamedTuple):
    """Something heard that may name an entry: normalised text and its phones."""

    text: str
    phones: str


@dataclass(frozen=True, slots=True)
class Said:
    """One text of the grammar with all that it may mean: entries (by key) or a command."""

    text: str
    phones: str
    kind: FormKind | None
    entries: tuple[str, ...] = ()
    command: Command | None = None


@dataclass(frozen=True, slots=True)
class Similarities:
    """One row a query, one column a shortlisted text; every value in [0, 1].

    `texts` are indices into `FormIndex.said`. `phones`: edit similarity over phones; `broad`:
    over broad phone classes, where what a telephone confuses counts as alike; `letters`: over
    spelling.
    """

    texts: Ints
    phones: Floats
    broad: Floats
    letters: Floats


class FormIndex:
    """All texts of a grammar, ready to be looked up by sound. Immutable after construction."""

    def __init__(self, grammar: Grammar) -> None:
        self.said = _texts(grammar)
        self._numbers = {said.text: number for number, said in enumerate(self.said)}
        # Arrays of strings: an array picks hundreds of them in a tenth of the time of a loop.
        phones_ = [said.phones for said in self.said]
        self._phones = np.array(phones_, dtype=object)
        self._broad = np.array([each.translate(_BROAD) for each in phones_], dtype=object)
        self._letters = np.array([said.text for said in self.said], dtype=object)
        self._pairs = PairIndex(phones_)

    def find(self, text: str) -> int | None:
        """The number of a text of the grammar, or None."""
        return self._numbers.get(text)

    def similarities(self, queries: Sequence[Query], also: Sequence[int] = ()) -> Similarities:
        """How near each query is to the texts that they retrieve, and to those `also` named.

        The texts nearest by phones are kept, at most `KEPT` besides those named.
        """
        heard = [query.phones for query in queries]
        found = self._pairs.nearest(list(dict.fromkeys(heard)))
        named = np.array(also, dtype=np.int64)
        texts = np.sort(np.append(found, named))
        texts = texts[np.append(True, texts[1:] > texts[:-1])[: len(texts)]]
        by_phones = _similarity(heard, self._phones[texts].tolist(), Levenshtein)
        if len(texts) > KEPT + len(also):
            nearest = np.argsort(-by_phones.max(0), kind="stable")[:KEPT]
            kept = np.zeros(len(texts), dtype=bool)
            kept[nearest] = True
            kept[np.searchsorted(texts, named)] = True
            texts, by_phones = texts[kept], by_phones[:, kept]
        broad = [phones.translate(_BROAD) for phones in heard]
        said = [query.text for query in queries]
        return Similarities(
            texts,
            by_phones,
            _similarity(broad, self._broad[texts].tolist(), Levenshtein),
            _similarity(said, self._letters[texts].tolist(), Indel),
        )


def _texts(grammar: Grammar) -> tuple[Said, ...]:
    """Each text once. A command wins over an entry that is called the same."""
    pronunciations = dict(grammar.pronunciations)
    commands = {
        phrase.text: Said(
            phrase.text, phones(phrase.text, pronunciations), None, (), phrase.command
        )
        for phrase in grammar.commands
    }
    entries: dict[str, list[str]] = {}
    first: dict[str, tuple[str, FormKind]] = {}
    for form in grammar.forms:
        if form.text not in commands:
            entries.setdefault(form.text, []).append(form.entry)
            first.setdefault(form.text, (form.phones, form.kind))
    return (
        *commands.values(),
        *(Said(text, *first[text], tuple(keys)) for text, keys in entries.items()),
    )


def _similarity(heard: Sequence[str], said: Sequence[str], metric: _Metric) -> Floats:
    if not heard or not said:
        return np.zeros((len(heard), len(said)))
    rows = {text: row for row, text in enumerate(dict.fromkeys(heard))}
    found = cdist(list(rows), said, scorer=metric.normalized_similarity, dtype=np.float64)
    return np.asarray(found if len(rows) == len(heard) else found[[rows[text] for text in heard]])
