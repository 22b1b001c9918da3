"""The words that a Vosk model knows."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from switchboard.errors import EngineError
from switchboard.recognition.vosk.openfst import SymbolTable, read_output_symbols
from switchboard.recognition.vosk.respelling import Phones

log = logging.getLogger(__name__)

_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
"""What can be said. The rest (<eps>, !SIL, #0, [unk], <UNK>, "$") means something to the decoder,
and `<eps>` in a phrase ends the process."""

LONGEST_WORD = 24

_NEEDED = ("am/final.mdl", "conf/mfcc.conf", "conf/model.conf")
"""Looked for before the grammar is compiled: the engine itself says only that it can't load."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`symbols` is the model's whole table; `words` what of it can be said."""

    symbols: SymbolTable
    words: frozenset[str]

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.symbols.blob).hexdigest()[:16]


def load_vocabulary(model: Path) -> Vocabulary:
    """The vocabulary of a model folder. Raises EngineError for what isn't a usable model."""
    graph = model / "graph"
    if not (model / "am").is_dir() or not (model / "conf").is_dir() or not graph.is_dir():
        raise EngineError(
            f"{model} holds no Vosk model (am, conf and graph are expected in it); "
            "fetch one with `switchboard models fetch`"
        )
    if not (graph / "Gr.fst").is_file() or not (graph / "HCLr.fst").is_file():
        raise EngineError(
            f"the Vosk model in {model} has a static graph and can't be restricted to your "
            "directory; use vosk-model-small-en-us-0.15 or vosk-model-en-us-0.22-lgraph"
        )
    if missing := [part for part in _NEEDED if not (model / part).is_file()]:
        raise EngineError(
            f"the Vosk model in {model} is not whole: {' and '.join(missing)} missing; fetch it "
            "again with `switchboard models fetch`"
        )
    symbols = read_output_symbols(graph / "Gr.fst")
    words = frozenset(
        word for word in symbols.ids if len(word) <= LONGEST_WORD and _WORD.fullmatch(word)
    )
    return Vocabulary(symbols, words)


def vocabulary_phones(vocabulary: Vocabulary, phones: Phones, cache: Path) -> dict[str, str]:
    """The phones of every word; kept in `cache`, as G2P of 200,000 words takes a while."""
    source = f"{getattr(phones, '__module__', '')}.{getattr(phones, '__qualname__', '')}"
    name = hashlib.sha256(f"{vocabulary.digest} {source}".encode()).hexdigest()[:16]
    path = cache / f"phones-{name}.tsv"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return dict(line.split("\t") for line in lines)
    except (OSError, ValueError):
        pass  # not there yet, or broken: made anew
    words = sorted(vocabulary.words)
    found = dict(zip(words, phones(words), strict=True))
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=cache, suffix=".part", delete=False
        ) as file:
            file.writelines(f"{word}\t{said}\n" for word, said in found.items())
        os.replace(file.name, path)  # noqa: PTH105 one call, and atomic
    except OSError as error:
        log.warning("vocabulary phones can't be kept", extra={"cause": error.strerror})
    return found
