"""How a name sounds to callers: its recording, or what the voice makes of its pronunciation."""

from __future__ import annotations

import io
import threading
from collections.abc import Mapping

import soundfile

from grammar.phones import to_ipa
from switchboard.audio.files import WIDE_RATE
from switchboard.settings.sections import PromptSettings
from switchboard.speech.naming import Names
from switchboard.speech.opening import recordings_folder, unhurried
from switchboard.speech.pieces import Piece
from switchboard.speech.port import Samples
from switchboard.speech.recordings import Recordings


class Hearing:
    """Of one admin. One name is spoken at a time: each takes a core for a second or two."""

    def __init__(self, settings: PromptSettings) -> None:
        self._settings = settings
        self._recordings = Recordings(recordings_folder(settings), settings.level_dbfs)
        self._turn = threading.Lock()

    def recorded(self, name: str, key: str) -> bool:
        """Whether callers hear a recording of it."""
        return self._recordings.has(name, key)

    def name(self, name: str, key: str, spoken_as: Mapping[str, str]) -> bytes:
        """A WAV of the entry's name as callers hear it. `spoken_as` are phones by word.

        Raises UserError.
        """
        text = _names(spoken_as).text(name)
        with self._turn, unhurried(self._settings) as voice:
            return _wav(voice.piece(Piece(name, text, key), WIDE_RATE))

    def spoken(self, words: str, spoken_as: Mapping[str, str]) -> bytes:
        """A WAV of words as the voice speaks them, whatever is recorded. Raises UserError."""
        text = _names(spoken_as).text(words)
        with self._turn, unhurried(self._settings) as voice:
            return _wav(voice.text(text, WIDE_RATE))


def _names(spoken_as: Mapping[str, str]) -> Names:
    return Names({}, {word: to_ipa(phones) for word, phones in spoken_as.items()})


def _wav(samples: Samples) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, WIDE_RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()
