"""Entries of calls' records on disk while the database can't take them: nothing is lost.

One file at a time is appended to, a line an entry, each batch on the disk (fsync) before it counts
as kept. A living process holds its files by `flock`, which ends with it however it ends: files that
can be locked were left by the dead, and whoever locks one may store it. A file is deleted once all
of it is stored; storing it twice after a crash does no harm (see `calls.write_entries`).
"""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import logging
import os
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from switchboard.calls.record import Entry
from switchboard.storage.entry_lines import from_line, to_line

log = logging.getLogger(__name__)

_LARGEST = 16 * 2**20
"""Bytes from which on a new file is begun: what is stored is deleted a file at a time."""
_ENDING = ".jsonl"
DAMAGED = ".damaged"
"""Ending of files of lines that couldn't be read or stored, kept for whoever looks into it."""


def spool_folder(location: str, base: str = "") -> Path:
    """The folder of the spool for one database: entries must never get into another one.

    `base` is the setting [storage] spool, `location` a `Store.location`.
    """
    parent = Path(base) if base else platformdirs.user_data_path("switchboard", appauthor=False)
    where = location if "://" in location else str(Path(location).resolve())
    return parent / "spool" / hashlib.sha256(where.encode()).hexdigest()[:16]


@dataclass(slots=True)
class SpoolFile:
    """A file that this process has locked. `end` is where the last whole batch ends, in bytes."""

    path: Path
    descriptor: int
    end: int = 0

    def entries(self) -> Iterator[Entry]:
        """What it holds, in the order it was written. A line that was cut off is told and left out:
        it was never reported as kept."""
        unreadable = []
        with self.path.open("rb") as content:
            for line in content:
                try:
                    yield from_line(line)
                except ValueError:
                    unreadable.append(line)
        if unreadable:
            log.error(
                "lines of a spool file could not be read",
                extra={"file": self.path.name, "lines": len(unreadable)},
            )
            set_aside(self.path.parent, unreadable)

    def delete(self) -> None:
        self.path.unlink(missing_ok=True)
        os.close(self.descriptor)


@dataclass
class Spool:
    """The spool of one process. Safe to share among threads. Methods raise OSError."""

    folder: Path
    _files: list[SpoolFile] = field(default_factory=list)
    """Oldest first. While `_open`, the last is appended to."""
    _open: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def append(self, entries: Iterable[Entry]) -> None:
        """Keep these; they are on the disk when this returns, or on any fault none of them is."""
        content = b"".join(map(to_line, entries))
        with self._lock:
            if not self._open or self._files[-1].end >= _LARGEST:
                self._files.append(self._new_file())
                self._open = True
            file = self._files[-1]
            try:
                _write_all(file.descriptor, content)
                os.fsync(file.descriptor)
            except OSError:
                # Half a batch must not stand before the next: its last line would be cut off.
                self._open = _cut_back(file)
                raise
            file.end += len(content)

    def take(self) -> SpoolFile | None:
        """The oldest file, not appended to any more; None when there is nothing to store.

        It stays the spool's until `finish`.
        """
        with self._lock:
            if not self._files:
                return None
            if len(self._files) == 1:
                self._open = False
            return self._files[0]

    def finish(self, file: SpoolFile) -> None:
        """Delete a file that was taken: all of it is stored."""
        with self._lock:
            self._files.remove(file)
            file.delete()

    @property
    def empty(self) -> bool:
        return not self._files

    def adopt(self) -> int:
        """Take over files that dead processes left; how many. They come before our own."""
        if not self.folder.is_dir():
            return 0
        with self._lock:
            ours = {file.path for file in self._files}
            left = sorted(set(self.folder.glob(f"*{_ENDING}")) - ours)
            adopted = [file for path in left if (file := _lock_existing(path)) is not None]
            self._files[:0] = adopted
            return len(adopted)

    def release(self) -> None:
        """Let go of all files; those that hold anything stay for the next process."""
        with self._lock:
            for file in self._files:
                os.close(file.descriptor)
            self._files.clear()
            self._open = False

    def _new_file(self) -> SpoolFile:
        # Personal data: nobody else on the machine has any business here.
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{time.time_ns():020d}-{os.getpid()}-{next(self._numbers)}"
        making, path = self.folder / f".{name}", self.folder / f"{name}{_ENDING}"
        descriptor = os.open(making, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            # Locked before it has its name: else another process might take it for a dead one's.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            making.rename(path)
            _sync_folder(self.folder)
        except OSError:
            os.close(descriptor)
            making.unlink(missing_ok=True)
            raise
        return SpoolFile(path, descriptor)


def set_aside(folder: Path, lines: Sequence[bytes]) -> None:
    """Keep lines that can't be stored in the spool's folder, until `switchboard purge` deletes
    them."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{time.time_ns():020d}-{os.getpid()}{DAMAGED}"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "ab") as aside:
            aside.writelines(lines)
    except OSError as error:
        log.warning("damaged lines could not be kept", extra={"errno": error.errno})


def _lock_existing(path: Path) -> SpoolFile | None:
    """The file, locked; None when its process lives, or another was faster and deleted it."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        state = os.fstat(descriptor)
    except OSError:
        os.close(descriptor)
        return None
    if state.st_nlink == 0:
        os.close(descriptor)
        return None
    return SpoolFile(path, descriptor, state.st_size)


def _cut_back(file: SpoolFile) -> bool:
    """Take a half batch off the file's end; False when not even that can be done."""
    try:
        os.ftruncate(file.descriptor, file.end)
        os.lseek(file.descriptor, file.end, os.SEEK_SET)
    except OSError:
        return False
    return True


def _write_all(descriptor: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
