"""Bringing a new set of recordings into force: all of it, or none."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from grammar.text import normalise
from switchboard.audio.files import WIDE_RATE
from switchboard.speech.cache import write_whole
from switchboard.speech.incoming import RecordingsError
from switchboard.speech.port import Samples
from switchboard.speech.recordings import CURRENT, MANIFEST, SETS, Recording, RecordingSet, load_set

_UNFINISHED = ".new-"


class NewSet:
    """A set in the making. Nothing of it is in force before `new_set` ends."""

    def __init__(self, folder: Path, old: Path | None, recordings: tuple[Recording, ...]) -> None:
        self._folder = folder
        self._old = old
        self._kept = {_key(recording): recording for recording in recordings}
        self._new: dict[tuple[str, str], Recording] = {}
        self.abandoned = False

    def add(self, words: str, speech: Samples, *, entry: str = "", source: str = "") -> None:
        """A recording (16 kHz) of the words, in the place of an earlier one of them."""
        recording = Recording(words, f"{secrets.token_hex(8)}.flac", entry, source)
        write_whole(self._folder / recording.file, speech, WIDE_RATE)
        self._new[_key(recording)] = recording

    def remove(self, matches: Callable[[Recording], bool]) -> int:
        """Take recordings out; returns how many."""
        gone = [key for key, recording in self._kept.items() if matches(recording)]
        for key in gone:
            del self._kept[key]
        return len(gone)

    def abandon(self) -> None:
        """Leave the recordings in force as they are."""
        self.abandoned = True

    def finish(self) -> None:
        """Write the manifest, with the old recordings that stay."""
        recordings = {**self._kept, **self._new}
        for key, recording in self._kept.items():
            if key not in self._new and self._old is not None:
                _link(self._old / recording.file, self._folder / recording.file)
        rows = [asdict(recordings[key]) for key in sorted(recordings)]
        path = self._folder / MANIFEST
        with path.open("w", encoding="utf-8") as file:
            json.dump({"recordings": rows}, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())


def _key(recording: Recording) -> tuple[str, str]:
    return normalise(recording.words), recording.entry


def _link(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except OSError:  # a file system without links
        shutil.copyfile(old, new)


@contextmanager
def new_set(folder: Path) -> Iterator[NewSet]:
    """A set to add to, starting from the one in force; it is in force when the block has ended.

    Raises RecordingsError when it can't be: another import runs, the folder can't be written.
    """
    try:
        with _alone(folder):
            sets = folder / SETS
            sets.mkdir(mode=0o700, exist_ok=True)
            for unfinished in sets.glob(f"{_UNFINISHED}*"):  # of an import that was killed
                shutil.rmtree(unfinished, ignore_errors=True)
            in_force = _in_force(folder)
            name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
            unfinished = sets / f"{_UNFINISHED}{name}"
            unfinished.mkdir(mode=0o700)
            try:
                made = NewSet(unfinished, in_force.folder, in_force.recordings)
                yield made
                if not made.abandoned:
                    made.finish()
                    unfinished.rename(sets / name)
                    _bring_into_force(folder, name)
                    before = in_force.folder.name if in_force.folder else ""
                    _remove_all_but(sets, {name, before})
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
    except OSError as error:
        raise RecordingsError(
            f"The recordings in {folder} can't be changed ({error.strerror}); free space there, "
            "or name another folder in [prompts] recordings. The recordings in force are unchanged."
        ) from error


def _in_force(folder: Path) -> RecordingSet:
    try:
        return load_set(folder)
    except (ValueError, KeyError, TypeError) as error:
        raise RecordingsError(
            f"The list of the recordings in {folder} is damaged; move that folder away, then "
            "import all recordings again."
        ) from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RecordingsError(
                f"Another import into {folder} is running; wait until it has ended."
            ) from error
        yield


def _bring_into_force(folder: Path, name: str) -> None:
    """Replacing a link by a rename is one step: whoever looks sees the old set or the new one."""
    link = folder / f".{CURRENT}-{secrets.token_hex(3)}"
    link.symlink_to(Path(SETS) / name)
    link.replace(folder / CURRENT)


def _remove_all_but(sets: Path, kept: set[str]) -> None:
    """The set before stays: a call that is about to play from it still finds its files."""
    for old in sets.iterdir():
        if old.name not in kept:
            shutil.rmtree(old, ignore_errors=True)
