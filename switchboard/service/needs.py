"""All that the settings must hold, and the files that they name, before calls are taken."""

from __future__ import annotations

from collections.abc import Iterator

from switchboard.errors import EngineError, SettingsError
from switchboard.recognition.engines import engine_spec
from switchboard.settings import Settings
from switchboard.settings.checking import Problem
from switchboard.settings.serving import missing_for_calls
from switchboard.speech.opening import voices


def needs_for_calls(settings: Settings) -> Iterator[Problem]:
    """What is missing or wrong. Loads nothing."""
    yield from missing_for_calls(settings)
    try:
        voices(settings.prompts)
    except SettingsError as error:
        why = str(error).removeprefix("[prompts] piper_model: ")
        yield Problem(("prompts", "piper_model"), f"can't be used: {why}")
    engine, model = settings.recognition.engine, settings.recognition.vosk_model
    try:
        engine_spec(engine, model)
    except EngineError as error:
        key = "vosk_model" if model else "engine"
        yield Problem(("recognition", key), f"can't be used: {error}")
