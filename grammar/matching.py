"""Who is meant: hypotheses and evidence become candidates with calibrated probabilities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from grammar.calibration import Calibration
from grammar.carrier import CarrierParser
from grammar.destinations import Destinations, Meanings
from grammar.features import (
    NO_FEATURES,
    Floats,
    Heard,
    TextFeatures,
    hear,
    none_features,
    text_features,
)
from grammar.hearing import FormEvidence, Hypothesis
from grammar.model import Command, Entry, Grammar
from grammar.places import Places
from grammar.shortlist import FormIndex, Said

TEXTS_COMPARED = 40
"""Nearest texts that compete. Raising it finds more of what was heard badly, and takes longer."""

_QUALIFIER_PULL = 8.0
"""How strongly "in planning" tells namesakes apart: nats from not fitting at all to fitting."""


class Candidate(NamedTuple):
    """A destination that may be meant. `entries` at it are ranked, likeliest first."""

    entries: tuple[Entry, ...]
    probability: float
    said: str
    """The text of the grammar that fits best."""
    features: Mapping[str, float] = NO_FEATURES
    qualifier_fit: float = 0.0
    """How well what the caller added to the name fits the entry, in [0, 1]; 0 for nothing added."""
    sound: str = ""
    """The phones of `said`; "" where they are not known."""

    @property
    def entry(self) -> Entry:
        return self.entries[0]


@dataclass(frozen=True, slots=True)
class Match:
    """What one utterance may have meant; all probabilities sum to 1.

    `candidates` are destinations, likeliest first; `commands` the universal commands; `none` the
    probability that it was nothing in the grammar. `qualifier` is what the caller added to the
    name of the best candidate ("" for nothing).
    """

    candidates: tuple[Candidate, ...]
    commands: Mapping[Command, float]
    none: float
    qualifier: str = ""

    @property
    def command(self) -> tuple[Command, float] | None:
        """The likeliest command with its probability, if any was in the running."""
        return max(self.commands.items(), key=lambda item: item[1], default=None)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The texts that compete for one utterance: row i of `texts` are the features of `said[i]`.

    `fits` says for each of the `meanings` how well what the caller added fits it, in [0, 1].
    """

    said: tuple[Said, ...]
    qualifiers: tuple[str, ...]
    meanings: Meanings
    fits: Floats
    texts: Floats
    none: Floats


class Matcher:
    """Matches against one grammar. Immutable after construction; safe to share among threads."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.index = FormIndex(grammar)
        self._parser = CarrierParser(grammar.carriers)
        self._pronunciations = dict(grammar.pronunciations)
        self._entries = {entry.key: entry for entry in grammar.entries}
        self._destinations = Destinations(grammar, self.index.said)
        self._places = Places(grammar, self._pronunciations)

    def hear(self, hypotheses: Sequence[Hypothesis], also: Sequence[int] = ()) -> Heard:
        return hear(hypotheses, self.index, self._parser, self._pronunciations, also)

    def match(
        self,
        hypotheses: Sequence[Hypothesis],
        evidence: Sequence[FormEvidence],
        speech_probability: float | None,
        calibration: Calibration,
    ) -> Match:
        """Candidates at destinations, with probabilities calibrated for the engine."""
        prepared = self.prepare(hypotheses, evidence, speech_probability)
        if prepared is None:
            return Match((), {}, 1.0)
        shares, none = calibration.probabilities(prepared.texts, prepared.none)
        return self._at_destinations(prepared, shares, none)

    def prepare(
        self,
        hypotheses: Sequence[Hypothesis],
        evidence: Sequence[FormEvidence],
        speech_probability: float | None,
        left_out: frozenset[str] = frozenset(),
    ) -> Prepared | None:
        """The competing texts with their features; None when nothing sounds like anything.

        Texts that lead to one of the numbers `left_out` don't compete: as if they weren't listed.
        """
        by_text = {item.text: item for item in evidence}
        numbers = [self.index.find(text) for text in by_text]
        scored = [number for number in numbers if number is not None]
        heard = self.hear(hypotheses, scored)
        if not heard.similarities.texts.size or not heard.queries:
            return None
        order = heard.order()
        rest = order[TEXTS_COMPARED:]
        named = np.zeros(len(order), dtype=bool)
        named[np.searchsorted(heard.similarities.texts, scored)] = True
        of_evidence = rest[named[rest]]
        columns = np.append(order[:TEXTS_COMPARED], of_evidence)
        texts = heard.similarities.texts[columns]
        if left_out:
            leading_to = [self.numbers(self.index.said[text]) for text in texts.tolist()]
            competing = [not found & left_out for found in leading_to]
            columns, texts = columns[competing], texts[competing]
        if not len(columns):
            return None
        said = tuple(self.index.said[text] for text in texts.tolist())
        rows = heard.nearness[:, columns].argmax(0)
        qualifiers = tuple(heard.readings[row].qualifier for row in rows.tolist())
        meanings = self._destinations.meanings(texts)
        fits = self._places.fits(qualifiers, meanings)
        features = text_features(
            heard,
            columns,
            said,
            evidence=by_text,
            qualifier_fits=_best_fits(qualifiers, meanings, fits),
            calls=self._destinations.log_calls(meanings),
        )
        none = none_features(hypotheses, speech_probability)
        return Prepared(said, qualifiers, meanings, fits, features, none)

    def numbers(self, text: Said) -> frozenset[str]:
        """The numbers that a text may lead to."""
        found = (self._entries[key].number for key in text.entries)
        return frozenset(number for number in found if number)

    def _at_destinations(self, prepared: Prepared, shares: Floats, none: float) -> Match:
        commands: dict[Command, float] = defaultdict(float)
        sounds: dict[str, int] = {}
        probabilities = shares.tolist()
        for row in np.argsort(-shares, kind="stable").tolist():
            text = prepared.said[row]
            sounds.setdefault(text.phones, len(sounds))
            if text.command is not None:
                commands[text.command] += probabilities[row]
        likely = self._destinations.likely(
            prepared.meanings,
            _QUALIFIER_PULL * prepared.fits,
            np.array([sounds[text.phones] for text in prepared.said]),
            shares,
        )
        meant = [each.meaning for each in likely]
        rows = prepared.meanings.rows[meant].tolist()
        features = [TextFeatures(values) for values in prepared.texts]
        entries = self._destinations.entries
        candidates = [
            Candidate(
                tuple([entries[number] for number in each.entries]),
                each.probability,
                prepared.said[row].text,
                features[row],
                fit,
                prepared.said[row].phones,
            )
            for each, row, fit in zip(likely, rows, prepared.fits[meant].tolist(), strict=True)
        ]
        qualifier = prepared.qualifiers[rows[0]] if rows else ""
        return Match(tuple(candidates), dict(commands), none, qualifier)


def _best_fits(qualifiers: Sequence[str], meanings: Meanings, fits: Floats) -> Floats:
    """How well what was added to each text fits the best of its meanings, beside half fitting; 0
    for nothing added."""
    best = np.zeros(len(qualifiers))
    np.maximum.at(best, meanings.rows, fits)
    added = np.array([bool(each) for each in qualifiers]) & (meanings.counts > 0)
    return np.where(added, best - 0.5, 0.0)
