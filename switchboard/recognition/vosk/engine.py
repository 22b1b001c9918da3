"""The Vosk engine behind the recognition port."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import vosk

from grammar.model import Grammar
from switchboard.errors import EngineError
from switchboard.recognition.port import FormEvidence, Hypothesis, Recognition, Utterance
from switchboard.recognition.vosk import derived, graph
from switchboard.recognition.vosk.decoding import Decoded, at_rate, decode, load_model, word_id
from switchboard.recognition.vosk.free_words import free_words
from switchboard.recognition.vosk.model_words import ModelWords, grammar_phones
from switchboard.recognition.vosk.phrase_set import PhraseSet, Speller, Spoken, build_phrase_set
from switchboard.recognition.vosk.respelling import Phones
from switchboard.recognition.vosk.selftest import self_test

log = logging.getLogger(__name__)

CLOSED_ALTERNATIVES = 10
FREE_ALTERNATIVES = 3
SILENCE_SECONDS = 0.2
"""Appended, so that the decoder can leave the last word."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """`listed` is set where the closed graph failed its self-test: then `model` is the shipped one,
    restricted to Vosk's bigram over these phrases, and what that mixes up is thrown away."""

    phrases: PhraseSet
    model: vosk.Model
    free_words: tuple[str, ...]
    listed: tuple[str, ...] | None


class VoskRecogniser:
    """Decodes twice: closed over the grammar's phrases, and free over words.

    The difference in log-likelihood between the two is the evidence: near 0 or above where one of
    the phrases was said, strongly negative where something else was.
    """

    def __init__(
        self, model: str, *, cache: str | None = None, phones: Phones = grammar_phones
    ) -> None:
        """`model` is the folder of a dynamic-graph model. `cache` holds the derived ones."""
        self._words = ModelWords(model, cache=cache, phones=phones)
        self._folder = self._words.folder
        self._rate = derived.sample_rate(self._folder)
        self._prepared: dict[str, _Prepared] = {}
        self.name = "vosk"

    def prepare(self, grammar: Grammar) -> None:
        folder = self._words.derived_folder(grammar)
        notes = derived.read_notes(folder)
        if notes is None:
            derived.make_room(folder)
        speller = self._words.speller(grammar, notes.respellings if notes else None)
        phrases = build_phrase_set(grammar, speller)
        if not phrases.phrases:
            raise EngineError(
                "the grammar holds nothing that the Vosk model can hear; import a directory, or "
                "use a model of its language"
            )
        if notes is None:
            notes = self._derive(folder, phrases, speller)
        if notes.fault:
            log.warning("closed graph failed its self-test", extra={"fault": notes.fault})
        log.info(
            "vosk grammar prepared",
            extra={
                "grammar_version": grammar.version,
                "phrases": len(phrases.phrases),
                "respelled_words": len(speller.respellings),
                "unsayable_forms": len(phrases.unsayable),
            },
        )
        self._prepared[grammar.version] = _Prepared(
            phrases,
            load_model(self._folder if notes.fault else folder),
            notes.free_words,
            _listed(phrases) if notes.fault else None,
        )

    def work_ahead(self) -> bool:
        return False

    def recognise(self, utterance: Utterance, grammar: Grammar) -> Recognition:
        started = time.process_time()
        prepared = self._prepared.get(grammar.version)
        if prepared is None:
            raise EngineError("the recogniser was asked about a grammar that it hasn't prepared")
        samples = at_rate(utterance.samples, utterance.rate, self._rate)
        silence = np.zeros(int(self._rate * SILENCE_SECONDS), dtype=np.int16)
        samples = np.concatenate([samples, silence])
        closed, free = (
            decode(prepared.model, samples, self._rate, alternatives=alternatives, phrases=phrases)
            for phrases, alternatives in (
                (prepared.listed, CLOSED_ALTERNATIVES),
                (prepared.free_words, FREE_ALTERNATIVES),
            )
        )
        hypotheses, evidence = weigh(prepared.phrases, closed, free)
        return Recognition(
            self.name,
            grammar.version,
            hypotheses,
            evidence,
            cpu_seconds=time.process_time() - started,
        )

    def _derive(self, folder: Path, phrases: PhraseSet, speller: Speller) -> derived.Notes:
        said = {
            word
            for each in (phrases.phrases, phrases.before, phrases.after)
            for spoken in each
            for word in spoken
        }
        symbols = self._words.vocabulary.symbols
        self._check_ids(said)

        def numbered(spoken: Spoken) -> graph.Words:
            return tuple(symbols.ids[word] for word in spoken)

        acceptor = graph.build(
            {numbered(spoken): phrase.weight for spoken, phrase in phrases.phrases.items()},
            map(numbered, phrases.before),
            map(numbered, phrases.after),
        )
        return derived.derive(
            folder,
            model=self._folder,
            acceptor=acceptor,
            symbols=symbols,
            notes=derived.Notes(dict(speller.respellings), free_words(self._words.known(), said)),
            self_test=lambda built: self_test(
                built, self._rate, lambda words: graph.allows(acceptor, numbered(words))
            ),
        )

    def _check_ids(self, words: set[str]) -> None:
        """Ask the engine itself about every word: -1, or another id, would drop it in silence."""
        model, symbols = load_model(self._folder), self._words.vocabulary.symbols
        if any(word_id(model, word) != symbols.ids[word] for word in words):
            raise EngineError(
                f"the Vosk model in {self._folder} numbers its words in two ways; fetch it again "
                "with `switchboard models fetch`"
            )


def _listed(phrases: PhraseSet) -> tuple[str, ...]:
    spoken = (*phrases.phrases, *phrases.before, *phrases.after)
    return tuple(" ".join(words) for words in spoken)


def weigh(
    phrases: PhraseSet, closed: Sequence[Decoded], free: Sequence[Decoded]
) -> tuple[tuple[Hypothesis, ...], tuple[FormEvidence, ...]]:
    """Closed hypotheses (in the grammar's own spelling), then free ones; evidence, best first.

    What was decoded closed but isn't in the phrase set (the audio ended within a phrase, or the
    bigram mixed two) counts for nothing.
    """
    best_free = max((each.log_likelihood for each in free), default=None)
    hypotheses: dict[tuple[str, str], Hypothesis] = {}
    evidence: dict[str, FormEvidence] = {}
    for each in closed:
        parse = phrases.parse(each.words)
        if parse is None:
            continue
        hypotheses.setdefault(
            ("closed", parse.whole), Hypothesis(parse.whole, each.log_likelihood, "closed")
        )
        relative = 0.0 if best_free is None else each.log_likelihood - best_free
        for text in parse.named:
            per_token = relative / len(text.split())
            evidence.setdefault(text, FormEvidence(text, relative, relative, per_token))
    for each in free:
        text = " ".join(each.words)
        hypotheses.setdefault(("free", text), Hypothesis(text, each.log_likelihood, "free"))
    return tuple(hypotheses.values()), tuple(evidence.values())
