"""What a grammar allows to be said, in words of the model; and back from words to forms."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice, product

from grammar.model import Grammar
from switchboard.recognition.vosk.respelling import Respeller

Spoken = tuple[str, ...]
"""Words of the model's vocabulary, in order."""

MOST_VARIANTS = 4
"""Ways of saying one text that go into the graph (respellings multiply)."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """What one sequence of words stands for: texts of forms or commands (several may share it)."""

    texts: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Parse:
    """A decoded phrase in the grammar's own spelling, and the texts in it that name something."""

    whole: str
    named: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhraseSet:
    phrases: Mapping[Spoken, Phrase]
    before: Mapping[Spoken, str]
    after: Mapping[Spoken, str]
    unsayable: frozenset[str]
    """Texts with a word that nothing in the vocabulary covers."""

    def parse(self, words: Spoken) -> Parse | None:
        """Read decoded words as `before* phrase after*`; None when they aren't in the grammar.

        With several readings, the longest phrase counts (a name may hold a carrier's words).
        """
        heads = _chains(words, self.before)
        tails = _chains(words[::-1], {spoken[::-1]: text for spoken, text in self.after.items()})
        spans = sorted(
            (
                (start, len(words) - back)
                for start in heads
                for back in tails
                if start < len(words) - back
            ),
            key=lambda span: (span[0] - span[1], span[0]),
        )
        for start, end in spans:
            phrase = self.phrases.get(words[start:end])
            if phrase is not None:
                tail = tails[len(words) - end][::-1]
                whole = " ".join((*heads[start], phrase.texts[0], *tail))
                return Parse(whole, phrase.texts)
        return None


def _chains(words: Spoken, phrases: Mapping[Spoken, str]) -> dict[int, tuple[str, ...]]:
    """Positions that can be reached from 0 by phrases one after the other, with their texts."""
    longest = max(map(len, phrases), default=0)
    reached: dict[int, tuple[str, ...]] = {0: ()}
    for start in range(len(words)):
        if start not in reached:
            continue
        for end in range(start + 1, min(len(words), start + longest) + 1):
            text = phrases.get(words[start:end])
            if text is not None:
                reached.setdefault(end, (*reached[start], text))
    return reached


class Speller:
    """Puts the grammar's words into the model's: itself, with its apostrophe, or respelled.

    `words` is the vocabulary. Respellings are asked of `respeller` once per word, by the word's
    `phones`; `respellings` then holds them, to be kept with the derived model.
    """

    def __init__(
        self, words: frozenset[str], respellings: Mapping[str, tuple[Spoken, ...]]
    ) -> None:
        self.words = words
        self.respellings = respellings
        self._apostrophes = {word.replace("'", ""): word for word in words if "'" in word}

    def variants(self, text: str) -> list[Spoken]:
        """Ways of saying a normalised text, at most MOST_VARIANTS; [] when a word has none."""
        options = [self._options(word) for word in self._joined(text.split())]
        if not options:
            return []
        return [
            tuple(word for part in parts for word in part)
            for parts in islice(product(*options), MOST_VARIANTS)
        ]

    def missing(self, texts: Iterable[str]) -> set[str]:
        """Words of these texts that the vocabulary lacks, apostrophes considered."""
        return {
            word
            for text in texts
            for word in self._joined(text.split())
            if word not in self.words and word not in self._apostrophes
        }

    def uncovered(self, text: str) -> frozenset[str]:
        """Words of a text that nothing in the vocabulary covers, so that it can't be heard."""
        return frozenset(word for word in self._joined(text.split()) if not self._options(word))

    def _options(self, word: str) -> tuple[Spoken, ...]:
        if word in self.words:
            return ((word,),)
        if word in self._apostrophes:
            return ((self._apostrophes[word],),)
        return self.respellings.get(word, ())

    def _joined(self, tokens: list[str]) -> list[str]:
        """ "o neill" as one word where the vocabulary has o'neill but not neill."""
        joined: list[str] = []
        for token in tokens:
            if joined and token not in self.words and joined[-1] + token in self._apostrophes:
                joined[-1] += token
            else:
                joined.append(token)
        return joined


def respell_all(
    missing: Iterable[str], phones: Mapping[str, str], respeller: Respeller
) -> dict[str, tuple[Spoken, ...]]:
    """Respellings of the words that a vocabulary lacks; those without any are left out."""
    found = {word: respeller.respell(word, phones[word]) for word in missing}
    return {word: tuple(way.words for way in ways) for word, ways in found.items() if ways}


def sayable_texts(grammar: Grammar) -> list[str]:
    """Every text in the grammar that must be put into the model's words."""
    return [
        *(form.text for form in grammar.forms),
        *(carrier.text for carrier in grammar.carriers),
        *(command.text for command in grammar.commands),
    ]


def build_phrase_set(grammar: Grammar, speller: Speller) -> PhraseSet:
    """Weights: an entry counts 1, and 1 more for each call it had, shared among its forms."""
    calls = dict(grammar.call_counts)
    forms_of = Counter(form.entry for form in grammar.forms)
    sayings = [
        (form.text, (1 + calls.get(form.entry, 0)) / forms_of[form.entry]) for form in grammar.forms
    ]
    sayings += [(command.text, 1.0) for command in grammar.commands]
    weights: dict[Spoken, float] = defaultdict(float)
    texts: dict[Spoken, dict[str, None]] = defaultdict(dict)  # a set that keeps the order
    unsayable: set[str] = set()
    for text, weight in sayings:
        variants = speller.variants(text)
        if not variants:
            unsayable.add(text)
        for spoken in variants:
            weights[spoken] += weight / len(variants)
            texts[spoken][text] = None
    carriers: dict[str, dict[Spoken, str]] = {"before": {}, "after": {}}
    for carrier in grammar.carriers:
        for spoken in speller.variants(carrier.text)[:1]:
            carriers[carrier.position][spoken] = carrier.text
    phrases = {spoken: Phrase(tuple(named), weights[spoken]) for spoken, named in texts.items()}
    return PhraseSet(phrases, carriers["before"], carriers["after"], frozenset(unsayable))
