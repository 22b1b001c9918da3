"""Whom the engine in use can be made to hear: coverage with its words considered."""

from __future__ import annotations

import logging

from grammar.coverage import CoverageGap, Uncovered, coverage_gaps
from grammar.model import Grammar
from switchboard.errors import EngineError
from switchboard.recognition.engines import engine_spec
from switchboard.recognition.vosk.model_words import ModelWords
from switchboard.settings.sections import RecognitionSettings

log = logging.getLogger(__name__)


def gaps_in_reach(grammar: Grammar, settings: RecognitionSettings) -> tuple[CoverageGap, ...]:
    """Who can't be reached, with the names that the engine of the settings has no words for.

    Where that engine can't be used, that is logged and the other gaps are told all the same.
    """
    return coverage_gaps(grammar, uncovered=_uncovered(grammar, settings))


def _uncovered(grammar: Grammar, settings: RecognitionSettings) -> Uncovered | None:
    try:
        model = engine_spec(settings.engine, settings.vosk_model).options.get("model")
        return ModelWords(str(model)).uncovered(grammar) if model else None
    except EngineError as error:
        log.warning("names not compared with the engine's words", extra={"cause": str(error)})
        return None
