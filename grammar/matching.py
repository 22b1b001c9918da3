"""Who is meant: hypotheses and evidence become candidates with calibrated probabilities."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from grammar.calibration import Calibration
from grammar.carrier import CarrierParser
from grammar.features import TEXT_FEATURES, Floats, Heard, hear, none_features, text_features
from grammar.hearing import FormEvidence, Hypothesis
from grammar.model import Command, Entry, EntryKind, Grammar
from grammar.phones import phones, prepare
from grammar.shortlist import FormIndex, Query, Said
from grammar.text import normalise

TEXTS_COMPARED = 60
"""Nearest texts that compete. Raising it finds more of what was heard badly, and takes longer."""

_QUALIFIER_PULL = 8.0
"""How strongly "in planning" tells namesakes apart: nats from not fitting at all to fitting."""

_CALLS_PULL = 0.5
"""How far, among entries that one text may mean, the more often called is likelier: a power."""


_PARTLY = 0.9
"""What a qualifier that names a place by some of its words ("planning" for "planning policy") is
worth beside one that names it whole."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A destination that may be meant. `entries` at it are ranked, likeliest first."""

    entries: tuple[Entry, ...]
    probability: float
    said: str
    """The text of the grammar that fits best."""
    features: Mapping[str, float] = field(default_factory=dict)
    qualifier_fit: float = 0.0
    """How well what the caller added to the name fits the entry, in [0, 1]; 0 for nothing added."""

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

    `fits` says for each entry of a text how well what the caller added fits it, in [0, 1].
    """

    said: tuple[Said, ...]
    qualifiers: tuple[str, ...]
    fits: tuple[Mapping[str, float], ...]
    texts: Floats
    none: Floats

    def named(self) -> tuple[dict[str, float], ...]:
        """The features of each text by name, for explanations."""
        return tuple(dict(zip(TEXT_FEATURES, row, strict=True)) for row in self.texts.tolist())


class Matcher:
    """Matches against one grammar. Immutable after construction; safe to share among threads."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.index = FormIndex(grammar)
        self._parser = CarrierParser(grammar.carriers)
        self._pronunciations = dict(grammar.pronunciations)
        self._entries = {entry.key: entry for entry in grammar.entries}
        self._calls = dict(grammar.call_counts)
        self._places = _places(grammar, self._pronunciations)

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
        of_evidence = rest[np.isin(heard.similarities.texts[rest], scored)]
        columns = [
            int(column)
            for column in (*order[:TEXTS_COMPARED], *of_evidence)
            if not (left_out and self.numbers(self._said(heard, column)) & left_out)
        ]
        if not columns:
            return None
        said = [self._said(heard, column) for column in columns]
        qualifiers = [self._qualifier(heard, column) for column in columns]
        fits = self._fits(said, qualifiers)
        features = text_features(
            heard,
            columns,
            said,
            evidence=by_text,
            qualifier_fits=[max(fit.values(), default=0.0) - 0.5 if fit else 0.0 for fit in fits],
            calls=[self._log_calls(text) for text in said],
        )
        none = none_features(hypotheses, speech_probability)
        return Prepared(tuple(said), tuple(qualifiers), tuple(fits), features, none)

    def numbers(self, text: Said) -> frozenset[str]:
        """The numbers that a text may lead to."""
        found = (self._entries[key].number for key in text.entries)
        return frozenset(number for number in found if number)

    def _said(self, heard: Heard, column: int) -> Said:
        return self.index.said[int(heard.similarities.texts[column])]

    def _qualifier(self, heard: Heard, column: int) -> str:
        row = int(heard.nearness[:, column].argmax())
        return heard.readings[row].qualifier

    def _fits(self, said: Sequence[Said], qualifiers: Sequence[str]) -> list[dict[str, float]]:
        """How well what the caller added fits each entry of each text; {} for nothing added."""
        fits: list[dict[str, float]] = []
        known: dict[tuple[str, Placing], float] = {}
        queries = {text: Query(text, phones(text, self._pronunciations)) for text in {*qualifiers}}
        for text, qualifier in zip(said, qualifiers, strict=True):
            found: dict[str, float] = {}
            for key in text.entries if qualifier else ():
                placing = _placing(self._entries[key])
                fit = known.get((qualifier, placing))
                if fit is None:
                    fit = _fit(queries[qualifier], self._places[placing])
                    known[qualifier, placing] = fit
                found[key] = fit
            fits.append(found)
        return fits

    def _log_calls(self, text: Said) -> float:
        if not self._calls:
            return 0.0
        calls = sum(self._calls.get(key, 0) for key in text.entries)
        return float(np.log1p(calls) - np.log1p(sum(self._calls.values()) / len(self._entries)))

    def _weight(self, key: str, fits: Mapping[str, float]) -> float:
        """How likely an entry is among those that one sound may mean: not a probability yet."""
        called = (1 + self._calls.get(key, 0)) ** _CALLS_PULL
        return math.exp(_QUALIFIER_PULL * fits.get(key, 0.0)) * float(called)

    def _shares(self, prepared: Prepared, rows: Sequence[int]) -> dict[str, tuple[float, int]]:
        """How the probability of texts that sound the same divides among all that they may mean:
        each entry's share and the likeliest text that means it.

        Whisper writes Gray or Grey as it likes, so which of the two it heard says nothing.
        """
        weights: dict[str, tuple[float, int]] = {}
        for row in rows:
            for key in prepared.said[row].entries:
                weights.setdefault(key, (self._weight(key, prepared.fits[row]), row))
        total = sum(weight for weight, _ in weights.values())
        return {key: (weight / total, row) for key, (weight, row) in weights.items()}

    def _at_destinations(self, prepared: Prepared, shares: Floats, none: float) -> Match:
        by_entry: dict[str, float] = defaultdict(float)
        best_row: dict[str, int] = {}
        commands: dict[Command, float] = defaultdict(float)
        features = prepared.named()
        probabilities = shares.tolist()
        by_sound: dict[str, list[int]] = defaultdict(list)
        for row in np.argsort(-shares, kind="stable").tolist():
            text = prepared.said[row]
            if text.command is not None:
                commands[text.command] += probabilities[row]
            else:
                by_sound[text.phones].append(row)
        for rows in by_sound.values():
            together = sum(probabilities[row] for row in rows)
            for key, (share, row) in self._shares(prepared, rows).items():
                by_entry[key] += share * together
                best_row.setdefault(key, row)
        at_number: dict[str, list[str]] = defaultdict(list)
        for key in sorted(by_entry, key=lambda key: (-by_entry[key], key)):
            at_number[self._entries[key].number or f"no number: {key}"].append(key)
        candidates = []
        for keys in at_number.values():
            row = best_row[keys[0]]
            candidates.append(
                Candidate(
                    tuple(self._entries[key] for key in keys),
                    sum(by_entry[key] for key in keys),
                    prepared.said[row].text,
                    features[row],
                    prepared.fits[row].get(keys[0], 0.0),
                )
            )
        candidates.sort(key=lambda found: (-found.probability, found.entry.key))
        best = best_row[candidates[0].entry.key] if candidates else None
        return Match(
            tuple(candidates),
            dict(commands),
            none,
            prepared.qualifiers[best] if best is not None else "",
        )


Placing = tuple[EntryKind, str, str, str, str]
"""What says where an entry belongs: its kind, department, team, site and job title."""


def _placing(entry: Entry) -> Placing:
    return (entry.kind, entry.department, entry.team, entry.site, entry.job_title)


def _places(
    grammar: Grammar, pronunciations: Mapping[str, str]
) -> dict[Placing, tuple[Query, ...]]:
    """What a caller may add to the name of an entry, by where it belongs; () for departments."""
    placings = {_placing(entry) for entry in grammar.entries}
    fields = {text for _, *texts in placings for text in texts if text}
    normalised = {text: normalise(text) for text in fields}
    aliases = _department_texts(grammar)
    every = {*normalised.values(), *(text for texts in aliases.values() for text in texts)}
    prepare(word for text in every for word in text.split())
    spoken = {text: Query(text, phones(text, pronunciations)) for text in every if text}

    def of(placing: Placing) -> Iterable[str]:
        kind, department, *others = placing
        if kind is EntryKind.DEPARTMENT:
            return
        name = normalised.get(department, "")
        yield from aliases.get(name, (name,))
        yield from (normalised.get(text, "") for text in others)

    return {
        placing: tuple(spoken[text] for text in dict.fromkeys(of(placing)) if text)
        for placing in placings
    }


def _fit(qualifier: Query, places: Sequence[Query]) -> float:
    """How well what the caller added fits the best of an entry's places, in [0, 1]."""
    fits = (
        max(
            Levenshtein.normalized_similarity(qualifier.phones, place.phones),
            _PARTLY * fuzz.token_set_ratio(qualifier.text, place.text) / 100,
        )
        for place in places
    )
    return max(fits, default=0.0)


def _department_texts(grammar: Grammar) -> dict[str, tuple[str, ...]]:
    """All names of each department, by its normalised name."""
    names = {e.key: normalise(e.name) for e in grammar.entries if e.kind is EntryKind.DEPARTMENT}
    texts: dict[str, list[str]] = {name: [name] for name in names.values()}
    for form in grammar.forms:
        if form.entry in names:
            texts[names[form.entry]].append(form.text)
    return {name: tuple(dict.fromkeys(found)) for name, found in texts.items()}
