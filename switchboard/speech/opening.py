"""Speech as the settings say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import platformdirs

from grammar.model import Grammar
from switchboard.errors import SettingsError
from switchboard.settings.sections import PromptSettings
from switchboard.speech.ahead import Ahead
from switchboard.speech.behind_calls import BehindCalls
from switchboard.speech.cache import SoundCache
from switchboard.speech.port import Speaker
from switchboard.speech.prompt_texts import prompts
from switchboard.speech.recordings import Recordings
from switchboard.speech.synthesis import SynthesisProcess, VoiceSpec, espeak, piper
from switchboard.speech.voice import Voice

_BEHIND_CALLS = 10
"""Niceness of what is spoken ahead: recognition and live calls come first."""


@dataclass(frozen=True, slots=True)
class Speech:
    """Speech while calls run. `speaker` is for calls."""

    speaker: Speaker
    _behind: BehindCalls
    _synthesisers: tuple[SynthesisProcess, ...]

    def prepare(self, grammar: Grammar) -> None:
        """Speak what calls need of a grammar, behind them: at the start, and when one is published.
        Returns at once; calls needn't wait for it."""
        self._behind.grammar(grammar)

    def wait(self, seconds: float) -> bool:
        """Until all that was to be spoken ahead is; False when that takes longer."""
        return self._behind.wait(seconds)

    def close(self) -> None:
        """End the processes."""
        self._behind.close()
        for synthesiser in self._synthesisers:
            synthesiser.close()


def open_speech(settings: PromptSettings) -> Speech:
    """Ready to speak: its processes start behind it. Raises SettingsError for a voice that isn't
    there."""
    ahead = open_ahead(settings)
    synthesisers = tuple(SynthesisProcess(spec) for spec in voices(settings))
    for synthesiser in synthesisers:
        synthesiser.start_behind()
    behind_calls = BehindCalls(ahead)
    speaker = Voice(
        ahead.prompts,
        ahead.recordings,
        ahead.cache,
        synthesisers,
        level_dbfs=settings.level_dbfs,
        longest_wait_s=settings.longest_wait_s,
        later=behind_calls.later,
    )
    return Speech(speaker, behind_calls, synthesisers)


def open_ahead(settings: PromptSettings) -> Ahead:
    """For speaking ahead without calls. Close its synthesiser in the end. Raises SettingsError."""
    return Ahead(
        prompts(settings.organisation),
        Recordings(recordings_folder(settings), settings.level_dbfs),
        SoundCache(cache_folder(settings)),
        SynthesisProcess(voices(settings, niceness=_BEHIND_CALLS)[0]),
        settings.level_dbfs,
    )


def voices(settings: PromptSettings, *, niceness: int = 0) -> tuple[VoiceSpec, ...]:
    """In the order of preference. Raises SettingsError."""
    plain = espeak(settings.pace, niceness=niceness)
    if settings.voice == "espeak":
        return (plain,)
    model = Path(settings.piper_model).expanduser() if settings.piper_model else None
    if model is not None and not (model.is_file() and Path(f"{model}.json").is_file()):
        raise SettingsError(
            f"[prompts] piper_model: there is no voice at {model} with {model.name}.json beside "
            "it; give the full path of a Piper voice, or leave it empty for the packaged one."
        )
    return (piper(str(model or ""), settings.pace, niceness=niceness), plain)


def recordings_folder(settings: PromptSettings) -> Path:
    if settings.recordings:
        return Path(settings.recordings).expanduser()
    return platformdirs.user_data_path("switchboard", appauthor=False) / "recordings"


def cache_folder(settings: PromptSettings) -> Path:
    if settings.cache:
        return Path(settings.cache).expanduser()
    return platformdirs.user_cache_path("switchboard", appauthor=False) / "speech"
