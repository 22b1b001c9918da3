"""Words that the recogniser is likely to stumble over."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from grammar.model import Grammar
from switchboard.errors import EngineError
from switchboard.recognition.engines import engine_spec
from switchboard.recognition.vosk.vocabulary import load_vocabulary
from switchboard.settings.sections import RecognitionSettings

log = logging.getLogger(__name__)


def unknown_words(settings: RecognitionSettings, grammar: Grammar) -> Callable[[str], bool]:
    """Says of a normalised word that the engine's vocabulary lacks it, or that its spelling
    misleads (its pronunciation had to be set). Whisper has no vocabulary: there only the latter."""
    misleading = {word for word, _ in grammar.pronunciations}
    known: frozenset[str] = frozenset()
    try:
        model = engine_spec(settings.engine, settings.vosk_model).options.get("model")
        if model:
            known = load_vocabulary(Path(str(model))).words
    except EngineError:  # a script can be drawn on a machine that recognises nothing
        log.warning("engine's vocabulary unknown")
    return lambda word: word in misleading or (bool(known) and word not in known)
