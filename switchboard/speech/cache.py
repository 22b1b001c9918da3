"""What has been spoken once, kept: in memory for the next call, on disk for the next start.

A file is named by the digest of all that made it: voice and settings, level, words, their
pronunciation, rate. So nothing in it is ever out of date. A disk that is full or can't be written
costs the file only; a damaged file is spoken anew.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np
import soundfile

from switchboard.speech.port import Samples, Text

_log = logging.getLogger(__name__)

_MAKING = 1
"""To be counted up when the same text and settings are made into another sound."""

_MOST_BYTES = 64 << 20
"""Of sound in memory: about 2,000 sentences at 8 kHz."""

UNUSED_DAYS = 30.0
"""Files that nothing has asked for since are removed: names of people who left are among them."""


def digest(identity: str, level_dbfs: float, text: Text, rate: int) -> str:
    """Names the sound of a text: equal digests, equal sounds."""
    made_of = [_MAKING, identity, level_dbfs, text.words, sorted(text.ipa.items()), rate]
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()


class SoundCache:
    """Sounds by digest. Thread-safe; several processes may share the folder."""

    def __init__(self, folder: Path, *, most_bytes: int = _MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._bytes = 0
        self._memory: OrderedDict[str, Samples] = OrderedDict()
        self._lock = threading.Lock()
        self._told = False

    def get(self, name: str) -> Samples | None:
        with self._lock:
            if name in self._memory:
                self._memory.move_to_end(name)
                return self._memory[name]
        path = self._path(name)
        try:
            samples: Samples = soundfile.read(path, dtype="int16")[0]
            with suppress(OSError):  # a folder that may only be read
                os.utime(path)
        except (OSError, soundfile.LibsndfileError):
            return None
        if samples.ndim != 1 or not len(samples):
            return None
        self._remember(name, samples)
        return samples

    def has(self, name: str) -> bool:
        """Whether it needn't be spoken again; marks it as in use."""
        with self._lock:
            if name in self._memory:
                return True
        try:
            os.utime(self._path(name))
        except OSError:
            return self._path(name).is_file()
        return True

    def put(self, name: str, samples: Samples, rate: int, *, at_hand: bool = True) -> bool:
        """Keep it on disk, and `at_hand` in memory; False when the disk didn't take it."""
        if at_hand:
            self._remember(name, samples)
        path = self._path(name)
        try:
            # Sound of people's names: other users of the machine have no business with it.
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(path, samples, rate)
        except OSError as error:
            if not self._told:
                self._told = True
                _log.warning(
                    "what is spoken can't be kept on disk", extra={"reason": error.strerror}
                )
            return False
        self._told = False
        return True

    def remove_unused(self, in_use: Iterable[str], days: float = UNUSED_DAYS) -> int:
        """Remove files that are not in use and haven't been for `days`; returns how many."""
        kept = set(in_use)
        oldest = time.time() - days * 86400
        removed = 0
        with suppress(OSError):
            for path in self._folder.glob("??/*"):
                with suppress(OSError):
                    if path.stem not in kept and path.stat().st_mtime < oldest:
                        path.unlink()
                        removed += 1
        return removed

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / f"{name}.flac"

    def _remember(self, name: str, samples: Samples) -> None:
        samples.setflags(write=False)
        with self._lock:
            old = self._memory.pop(name, None)
            self._bytes += samples.nbytes - (0 if old is None else old.nbytes)
            self._memory[name] = samples
            while self._bytes > self._most_bytes and len(self._memory) > 1:
                _, oldest = self._memory.popitem(last=False)
                self._bytes -= oldest.nbytes


def write_whole(path: Path, samples: Samples, rate: int) -> None:
    """Write a FLAC file so that nobody ever sees half of it. Raises OSError."""
    content = io.BytesIO()  # libsndfile would not say why a disk refuses
    soundfile.write(content, np.asarray(samples), rate, format="FLAC", subtype="PCM_16")
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content.getbuffer())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
