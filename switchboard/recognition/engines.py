"""Which engine recognises: chosen by name, made by the workers."""

from __future__ import annotations

import logging
from pathlib import Path

from switchboard.errors import EngineError
from switchboard.recognition.messages import EngineSpec
from switchboard.recognition.models import best_model, find_model, is_folder, is_model

log = logging.getLogger(__name__)

AUTO, VOSK, WHISPER = "auto", "vosk", "whisper"
ENGINES = (AUTO, VOSK, WHISPER)
_WHISPER = "switchboard.recognition.whisper.engine:WhisperRecogniser"


def engine_spec(engine: str = AUTO, vosk_model: str = "") -> EngineSpec:
    """How a worker makes the engine of that name.

    "auto" takes Vosk when a model is on this machine, else the packaged Whisper. `vosk_model` is a
    model's folder or its name; "" for the best one that was fetched. Raises EngineError for an
    unknown engine, and for a model that was asked for and isn't there.
    """
    if engine not in ENGINES:
        raise EngineError(f"There is no engine “{engine}”; name one of {', '.join(ENGINES)}.")
    folder = None if engine == WHISPER else _vosk_folder(vosk_model)
    if folder is not None:
        log.info("recognising with Vosk", extra={"model": str(folder)})
        return EngineSpec(
            "switchboard.recognition.vosk.engine:VoskRecogniser", {"model": str(folder)}
        )
    if engine == VOSK:
        raise EngineError(
            "No Vosk model is on this machine; run `switchboard models fetch`, name a model's "
            'folder in [recognition] vosk_model, or use the engine "whisper".'
        )
    log.info("recognising with the packaged Whisper")
    return EngineSpec(_WHISPER)


def second_spec(engine: EngineSpec) -> EngineSpec | None:
    """How a worker makes the engine that is asked where this one leaves doubt; None for Vosk, whose
    evidence isn't of Whisper's kind."""
    if engine.factory != _WHISPER:
        return None
    return EngineSpec(_WHISPER, {"name": "base", "model": "base"})


def _vosk_folder(vosk_model: str) -> Path | None:
    if not vosk_model:
        return best_model()
    named = Path(vosk_model).expanduser()
    folder = named if is_folder(named) else find_model(vosk_model)
    if folder is None:
        raise EngineError(
            f"The Vosk model {vosk_model} is not there; correct [recognition] vosk_model, or run "
            "`switchboard models fetch`."
        )
    if not is_model(folder):
        raise EngineError(
            f"{folder} holds no Vosk model (am, conf and graph are expected in it); name the "
            "folder that the archive unpacked to, or run `switchboard models fetch`."
        )
    return folder
