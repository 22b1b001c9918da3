"""What is known of each text that may have been said: the input of the calibrated probability."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grammar.carrier import CarrierParser, Reading
from grammar.hearing import FormEvidence, Hypothesis
from grammar.model import FormKind
from grammar.phones import phones, prepare
from grammar.shortlist import FormIndex, Query, Said, Similarities
from grammar.text import normalise

Floats = NDArray[np.float64]

TEXT_FEATURES = (
    "phones",
    "broad",
    "letters",
    "phones_high",
    "letters_high",
    "nearest",
    "unexplained",
    "unexplained_by_best",
    "relative",
    "relative_near",
    "support",
    "behind_best",
    "per_token",
    "ending",
    "fits_best",
    "length",
    "short",
    "qualifier_fits",
    "calls",
    *(f"is_{kind.value}" for kind in FormKind if kind is not FormKind.FULL_NAME),
    "is_command",
)
"""Columns of a text's features. Similarities in [0, 1]; acoustic ones in units of 5 nats."""

NONE_FEATURES = ("bias", "no_speech", "heard_poorly", "words")
"""Columns for the alternative that no text of the grammar was said."""

_COLUMN = {name: column for column, name in enumerate(TEXT_FEATURES)}

_KINDS = tuple(kind for kind in FormKind if kind is not FormKind.FULL_NAME)
_KIND_COLUMN: dict[FormKind | None, int] = {
    kind: column for column, kind in enumerate((*_KINDS, None))
}
"""Of the columns that say what kind a text is; None is a command."""

_NATS = 5.0
_HIGH = 0.75
_NEAR = -2.0
_FAR = -6.0
_USUAL_LENGTH = 10
_SHORT_LENGTH = 6
_ASSUMING = 0.3
"""How much a wholly unexplained reading takes off a similarity when the nearest is chosen."""


class TextFeatures(Mapping[str, float]):
    """The features of one text by name. Few are ever read, so they stay in their row."""

    __slots__ = ("_row",)

    def __init__(self, row: Floats) -> None:
        self._row = row

    def __getitem__(self, name: str) -> float:
        return float(self._row[_COLUMN[name]])

    def __iter__(self) -> Iterator[str]:
        return iter(_COLUMN)

    def __len__(self) -> int:
        return len(_COLUMN)


NO_FEATURES: Mapping[str, float] = {}


@dataclass(frozen=True, slots=True)
class Heard:
    """The queries that the hypotheses gave, and how near each is to each retrieved text."""

    hypotheses: tuple[Hypothesis, ...]
    queries: tuple[Query, ...]
    readings: tuple[Reading, ...]
    sources: tuple[int, ...]
    """Index of the hypothesis that each reading is of."""
    similarities: Similarities
    nearness: Floats
    """(queries, texts): the similarities in one number, less what the reading assumes."""
    in_best: Mapping[int, float]
    """The queries that the best hypothesis gives, with the share of its words that each leaves
    unexplained: of two hypotheses "Jess Brown" and "just Brown" only the second explains Brown."""

    def best(self) -> float:
        """The nearness of the nearest text to what was heard, 0 where nothing sounds like any."""
        return float(self.nearness.max(initial=0.0))

    def order(self) -> NDArray[np.int64]:
        """Columns of the texts, nearest first; ties by the order of the grammar."""
        if not self.nearness.size:
            return np.zeros(0, dtype=np.int64)
        return np.argsort(-self.nearness.max(0), kind="stable")


def hear(
    hypotheses: Sequence[Hypothesis],
    index: FormIndex,
    parser: CarrierParser,
    pronunciations: Mapping[str, str],
    also: Sequence[int] = (),
) -> Heard:
    """Read the hypotheses in every way, and look every reading up by sound.

    `also` names texts of the index to compare besides those that sound like a reading.
    """
    queries: dict[str, tuple[Query, Reading, int]] = {}
    in_best: dict[str, float] = {}
    texts = [normalise(hypothesis.text) for hypothesis in hypotheses]
    prepare(" ".join(texts).split())
    for number, text in enumerate(texts):
        if texts.index(text) < number:
            continue  # two that differ in stops or capitals only
        for reading in parser.readings(text, best=number == 0):
            if number == 0:
                least = min(reading.unexplained, in_best.get(reading.core, 1.0))
                in_best[reading.core] = least
            known = queries.get(reading.core)
            if known is None or _assumes_less(reading, known[1]):
                query = Query(reading.core, phones(reading.core, pronunciations))
                queries[reading.core] = (query, reading, number)
    chosen = tuple(query for query, _, _ in queries.values())
    readings = tuple(reading for _, reading, _ in queries.values())
    similarities = index.similarities(chosen, also)
    unexplained = np.array([reading.unexplained for reading in readings]).reshape(-1, 1)
    nearness = (
        0.5 * similarities.phones
        + 0.2 * similarities.broad
        + 0.3 * similarities.letters
        - _ASSUMING * unexplained
    )
    sources = tuple(source for _, _, source in queries.values())
    rows = {core: row for row, core in enumerate(queries)}
    of_best = {rows[core]: share for core, share in in_best.items()}
    return Heard(tuple(hypotheses), chosen, readings, sources, similarities, nearness, of_best)


def _assumes_less(new: Reading, old: Reading) -> bool:
    return (new.unexplained, not new.qualifier) < (old.unexplained, not old.qualifier)


def text_features(
    heard: Heard,
    columns: Sequence[int] | NDArray[np.int64],
    said: Sequence[Said],
    *,
    evidence: Mapping[str, FormEvidence],
    qualifier_fits: Sequence[float] | Floats,
    calls: Sequence[float] | Floats,
) -> Floats:
    """Features of the texts `said`, in `columns` of `heard`: (len(said), len(TEXT_FEATURES)).

    `qualifier_fits` and `calls` are given per column: how well what the caller added ("in
    planning") fits, in [0, 1] with 0 also for nothing said, and the log of how often the entries
    are called.
    """
    found = heard.similarities
    nearness = heard.nearness[:, columns]
    nearest = nearness.max(0)
    assumed = np.array([reading.unexplained for reading in heard.readings])
    unexplained = assumed[nearness.argmax(0)]
    rows = list(heard.in_best)
    in_best = np.array(list(heard.in_best.values()))
    by_best = nearness[rows] + _ASSUMING * (assumed[rows] - in_best)[:, None]
    unexplained_by_best = in_best[by_best.argmax(0)] if rows else np.zeros(len(said))
    phones_ = found.phones[:, columns].max(0)
    letters = found.letters[:, columns].max(0)
    relative, support, per_token, ending = _acoustics(said, evidence).T
    lengths = np.array([max(1, len(text.phones)) for text in said])
    own = np.array([_KIND_COLUMN.get(text.kind, -1) for text in said])
    named = (
        phones_,
        found.broad[:, columns].max(0),
        letters,
        np.maximum(0, phones_ - _HIGH),
        np.maximum(0, letters - _HIGH),
        nearest >= nearest.max() - 1e-9,
        unexplained,
        unexplained_by_best,
        relative,
        np.maximum(_NEAR, relative),
        support,
        support - support.max(),
        per_token,
        ending,
        support >= support.max() - 1e-9,
        np.log(lengths / _USUAL_LENGTH),
        np.minimum(lengths, _SHORT_LENGTH) / _SHORT_LENGTH,
        qualifier_fits,
        calls,
    )
    values = np.empty((len(said), len(TEXT_FEATURES)))
    for number, column in enumerate(named):
        values[:, number] = column
    values[:, len(named) :] = own[:, None] == np.arange(len(_KIND_COLUMN))
    return values


def none_features(hypotheses: Sequence[Hypothesis], speech_probability: float | None) -> Floats:
    """Features of the alternative that nothing in the grammar was said."""
    best = hypotheses[0] if hypotheses else None
    words = len(best.text.split()) if best else 0
    return np.array(
        [
            1.0,
            0.0 if speech_probability is None else 1 - speech_probability,
            min(0.0, best.log_likelihood) / (2 * _NATS) if best else 0.0,
            np.log1p(words) - 1,
        ]
    )


def _acoustics(said: Sequence[Said], evidence: Mapping[str, FormEvidence]) -> Floats:
    """Relative, support, support per token and ending of each text, shape (texts, 4).

    In units of `_NATS`, bounded. Texts without evidence, where others have some, count as fitting
    as badly as the worst of them.
    """
    rows = {text: row for row, text in enumerate(evidence)}
    of_said = np.array([rows.get(text.text, -1) for text in said])
    known = of_said[of_said >= 0]
    if not len(known):
        return np.zeros((len(said), 4))
    found = np.array(
        [(each.relative, each.support, each.per_token, each.ending) for each in evidence.values()]
    )
    # What has no evidence has the number of the last row.
    values = np.concatenate([found, found[known].min(0, keepdims=True)])[of_said] / _NATS
    return np.asarray(np.maximum(_FAR, np.minimum(-_FAR, values)))
