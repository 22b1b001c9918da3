"""What the words of a grammar are in a model's own, without loading the engine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import platformdirs

from grammar.model import Grammar
from grammar.phones import phones as english_phones
from grammar.phones import prepare as prepare_phones
from switchboard.recognition.vosk import derived
from switchboard.recognition.vosk.phrase_set import Speller, Spoken, respell_all, sayable_texts
from switchboard.recognition.vosk.respelling import Phones, Respeller
from switchboard.recognition.vosk.vocabulary import load_vocabulary, vocabulary_phones

COMPILER = 1
"""Goes up when the compiled graph changes for the same grammar."""


def grammar_phones(words: list[str]) -> list[str]:
    """The phones of each word, as the rest of the switchboard hears it."""
    prepare_phones(words)
    return [english_phones(word) for word in words]


class ModelWords:
    """The vocabulary of one model folder, and the folders that are derived from the model."""

    def __init__(
        self, model: str, *, cache: str | None = None, phones: Phones = grammar_phones
    ) -> None:
        """Raises EngineError for what isn't a usable model. `cache` holds derived folders."""
        self.folder = Path(model).expanduser().resolve()
        self.cache = Path(cache) if cache else platformdirs.user_cache_path("switchboard") / "vosk"
        self.vocabulary = load_vocabulary(self.folder)
        self._phones = phones

    def derived_folder(self, grammar: Grammar) -> Path:
        """Where a grammar is compiled to: another model or compiler makes it another one."""
        content = f"{COMPILER} {self.vocabulary.digest} {self.folder} {grammar.version}"
        return self.cache / hashlib.sha256(content.encode()).hexdigest()[:24]

    def speller(
        self, grammar: Grammar, respellings: Mapping[str, tuple[Spoken, ...]] | None
    ) -> Speller:
        """`respellings`: found before for this grammar; None to find them."""
        words = self.vocabulary.words
        if respellings is None:
            missing = sorted(Speller(words, {}).missing(sayable_texts(grammar)))
            phones = dict(zip(missing, self._phones(missing), strict=True))
            phones |= dict(grammar.pronunciations)
            respellings = respell_all(missing, phones, Respeller(self.known())) if missing else {}
        return Speller(words, respellings)

    def known(self) -> dict[str, str]:
        """The phones of every word that the model knows."""
        return vocabulary_phones(self.vocabulary, self._phones, self.cache)

    def uncovered(self, grammar: Grammar) -> Callable[[str], frozenset[str]]:
        """Says which words of a text of this grammar the model can't hear, respelled or not."""
        notes = derived.read_notes(self.derived_folder(grammar))
        return self.speller(grammar, notes.respellings if notes else None).uncovered
