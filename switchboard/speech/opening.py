"""Speech as the settings say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from grammar.model import Grammar
from switchboard.dialogue.actions import Line
from switchboard.errors import SettingsError, UserError
from switchboard.settings.sections import PromptSettings
from switchboard.speech.ahead import Ahead
from switchboard.speech.behind_calls import BehindCalls
from switchboard.speech.cache import SoundCache
from switchboard.speech.pieces import NotSayableError
from switchboard.speech.port import (
    Samples,
    Sound,
    Speaker,
    Synthesiser,
    SynthesisError,
    Text,
)
from switchboard.speech.prompt_texts import prompts
from switchboard.speech.recordings import Recordings
from switchboard.speech.synthesis import SynthesisProcess, VoiceSpec, espeak, piper
from switchboard.speech.voice import Voice

_BEHIND_CALLS = 10
"""Niceness of what is spoken ahead: recognition and live calls come first."""

_UNHURRIED_S = 60.0


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


def open_speech(settings: PromptSettings, busy: Callable[[], bool] = lambda: False) -> Speech:
    """Ready to speak: its processes start behind it. `busy` tells when nothing should be spoken
    ahead. Raises SettingsError for a voice that isn't there."""
    ahead = open_ahead(settings)
    synthesisers = tuple(SynthesisProcess(spec) for spec in voices(settings))
    for synthesiser in synthesisers:
        synthesiser.start_behind()
    behind = BehindCalls(ahead, busy)
    voice = _voice(ahead, synthesisers, settings.longest_wait_s, behind.later)
    return Speech(voice, behind, synthesisers)


def one_line(settings: PromptSettings, line: Line, rate: int, grammar: Grammar) -> Samples:
    """A line as callers hear it, however long speaking it takes. Words may stand for entries.

    Raises UserError where callers would hear a generic sound.
    """
    with unhurried(settings) as voice:
        return voice.sound(line, rate, grammar)


@contextmanager
def unhurried(settings: PromptSettings) -> Iterator[Voice]:
    """A voice for listening to single things, however long speaking them takes. Processes are
    started when something has to be spoken, and ended with the block.

    Raises UserError where callers would hear a generic sound.
    """
    ahead = open_ahead(settings)
    processes = tuple(SynthesisProcess(spec) for spec in voices(settings))
    try:
        yield _voice(ahead, tuple(map(_Waking, processes)), _UNHURRIED_S)
    except NotSayableError as error:
        raise UserError(f"The prompt can't be said: {error}.") from error
    except SynthesisError as error:
        raise UserError(
            f"The prompt can't be spoken: {error}. Check [prompts] voice and piper_model."
        ) from error
    finally:
        for process in processes:
            process.close()


@dataclass(frozen=True, slots=True)
class _Waking:
    """A synthesiser whose process is waited for, where a call would go on without it."""

    process: SynthesisProcess

    @property
    def identity(self) -> str:
        return self.process.identity

    def speak(self, text: Text, seconds: float) -> Sound:
        self.process.start()
        return self.process.speak(text, seconds)

    def close(self) -> None:
        self.process.close()


def _voice(
    ahead: Ahead,
    synthesisers: Sequence[Synthesiser],
    longest_wait_s: float,
    later: Callable[[Text], None] = lambda _text: None,
) -> Voice:
    return Voice(
        ahead.prompts,
        ahead.recordings,
        ahead.cache,
        synthesisers,
        level_dbfs=ahead.level_dbfs,
        longest_wait_s=longest_wait_s,
        later=later,
    )


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
