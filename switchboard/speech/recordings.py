"""The recordings in force: which there are, and their sound.

    recordings/
      current -> sets/<name>     one link, so that a whole set comes into force at once
      sets/<name>/manifest.json  what each file says
      sets/<name>/*.flac         16 kHz, trimmed

A recording belongs to the words that it says. When a prompt's text or a person's name changes, it
is out of date and no longer played, and the list for the voice artist asks for the new one.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import soundfile

from grammar.text import normalise
from switchboard.speech.levels import Wave, finished
from switchboard.speech.port import Samples

_log = logging.getLogger(__name__)

CURRENT = "current"
SETS = "sets"
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Recording:
    """One file of a set. `entry` is a key where the recording is of this entry alone, although
    others may bear the same name; else ""."""

    words: str
    file: str
    entry: str = ""
    source: str = ""
    """The name of the file that was imported."""


@dataclass(frozen=True, slots=True)
class RecordingSet:
    """What one manifest lists. Without any, `folder` is None."""

    folder: Path | None = None
    recordings: tuple[Recording, ...] = ()
    _by_words: dict[tuple[str, str], Recording] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        for recording in self.recordings:
            self._by_words[normalise(recording.words), recording.entry] = recording

    def find(self, words: str, entry: str = "") -> Recording | None:
        """Of this entry where there is one, else of anybody and anything that is said alike."""
        said = normalise(words)
        own = self._by_words.get((said, entry))
        return own if own is not None or not entry else self._by_words.get((said, ""))


def load_set(folder: Path) -> RecordingSet:
    """The set in force in a recordings folder; empty where there is none.

    Raises OSError or ValueError for a manifest that can't be read.
    """
    try:
        path = (folder / CURRENT).resolve(strict=True)
    except FileNotFoundError:
        return RecordingSet()
    rows = json.loads((path / MANIFEST).read_text("utf-8"))["recordings"]
    return RecordingSet(path, tuple(Recording(**row) for row in rows))


class Recordings:
    """The recordings folder while calls run: a new set is taken up as soon as it is in force."""

    def __init__(self, folder: Path, level_dbfs: float) -> None:
        self._folder = folder
        self._level_dbfs = level_dbfs
        self._lock = threading.Lock()
        self._link: Path | None = None
        self._set = RecordingSet()
        self._sounds: Mapping[tuple[str, int], Samples] = {}

    def find(self, words: str, entry: str, rate: int) -> Samples | None:
        """The recording's sound at 8000 or 16000 Hz, or None. Never raises."""
        with self._lock:
            self._look_again()
            recording = self._set.find(words, entry)
            folder = self._set.folder
            if recording is None or folder is None:
                return None
            known = self._sounds.get((recording.file, rate))
        if known is not None:
            return known
        try:
            wave: Wave
            wave, made_at = soundfile.read(folder / recording.file, dtype="float32")
            sound = finished(wave, made_at, rate, self._level_dbfs)
        except (OSError, ValueError, soundfile.LibsndfileError):
            _log.exception("a recording can't be read; its text is spoken instead")
            return None
        sound.setflags(write=False)
        with self._lock:
            if folder == self._set.folder:
                self._sounds = {**self._sounds, (recording.file, rate): sound}
        return sound

    def has(self, words: str, entry: str = "") -> bool:
        """Whether there is one in force."""
        with self._lock:
            self._look_again()
            return self._set.find(words, entry) is not None

    def _look_again(self) -> None:
        try:
            link = (self._folder / CURRENT).readlink()
        except OSError:
            link = None
        if link == self._link:
            return
        self._link = link
        self._sounds = {}
        try:
            self._set = load_set(self._folder)
        except (OSError, ValueError, TypeError, KeyError):
            self._set = RecordingSet()
            _log.exception("the recordings can't be read; everything is spoken instead")
