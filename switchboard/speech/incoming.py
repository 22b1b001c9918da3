"""The files of a folder or a ZIP that somebody gives: measured before they are read, never unpacked
to where their names say."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from switchboard.errors import UserError
from switchboard.speech.recording_check import MOST_BYTES

MOST_FILES = 20_000
MOST_BYTES_IN_ALL = 4 << 30
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
_NOTES = frozenset({".csv", ".txt", ".xlsx", ".pdf", ".docx"})
"""The list itself often lies beside the recordings."""
_ENCRYPTED = 1


class RecordingsError(UserError):
    """Recordings can't be taken over; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One file. `content` is empty where `problem` says why it can't be read."""

    name: str
    content: bytes
    problem: str = ""


def incoming(source: Path) -> Iterator[Incoming]:
    """The files, by name. Raises RecordingsError for what is no such source, or a hostile one."""
    if source.is_dir():
        return _folder(source)
    if source.is_file():
        return _zip(source)
    raise RecordingsError(f"{source} does not exist; name a folder of recordings, or a ZIP of one.")


def _folder(source: Path) -> Iterator[Incoming]:
    paths = sorted(Path(folder) / name for folder, _, names in os.walk(source) for name in names)
    wanted = [path for path in paths if _counts(PurePosixPath(path.relative_to(source)))]
    _few_enough(source, len(wanted))
    for path in wanted:
        name = str(path.relative_to(source))
        try:
            status = path.lstat()
            if not stat.S_ISREG(status.st_mode):
                yield Incoming(name, b"", "is a link or a device; put the file itself there")
                continue
            with path.open("rb") as file:
                yield Incoming(name, file.read(MOST_BYTES + 1))
        except OSError as error:
            yield Incoming(name, b"", f"can't be read ({error.strerror}); check its permissions")


def _zip(source: Path) -> Iterator[Incoming]:
    try:
        with zipfile.ZipFile(source) as archive:
            _few_enough(source, len(archive.infolist()))
            members = [info for info in archive.infolist() if not info.is_dir()]
            for info in members:
                _refuse_hostile(source, info)
            wanted = [info for info in members if _counts(PurePosixPath(info.filename))]
            if sum(info.file_size for info in wanted) > MOST_BYTES_IN_ALL:
                raise RecordingsError(
                    f"{source} would unpack to more than {MOST_BYTES_IN_ALL >> 30} GB; import it "
                    "in parts. Nothing was changed."
                )
            for info in sorted(wanted, key=lambda info: info.filename):
                yield _member(archive, info)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, ValueError) as error:
        raise RecordingsError(
            f"{source} is neither a folder nor a ZIP that can be read; pack the recordings again. "
            "Nothing was changed."
        ) from error


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Incoming:
    try:
        with archive.open(info) as file:
            # One byte more than allowed, whatever the header says: the check tells by it.
            return Incoming(info.filename, file.read(MOST_BYTES + 1))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        return Incoming(info.filename, b"", "is damaged inside the ZIP; pack it again")


def _refuse_hostile(source: Path, info: zipfile.ZipInfo) -> None:
    name = info.filename
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        reason = "names a place outside it"
    elif stat.S_ISLNK(info.external_attr >> 16):
        reason = "is a link"
    elif info.flag_bits & _ENCRYPTED:
        reason = "is encrypted"
    elif path.suffix.lower() == ".zip":
        reason = "is another ZIP"
    else:
        return
    raise RecordingsError(
        f"{source} holds {name[:80]!a}, which {reason}; pack plain audio files only. Nothing "
        "was changed."
    )


def _counts(path: PurePosixPath) -> bool:
    """Whether it is meant to be a recording, and not something of the computer's own."""
    hidden = any(part.startswith(".") for part in path.parts)
    system = any(part.lower() in _SYSTEM_FILES for part in path.parts)
    return not hidden and not system and path.suffix.lower() not in _NOTES


def _few_enough(source: Path, count: int) -> None:
    if count > MOST_FILES:
        raise RecordingsError(
            f"{source} holds {count} files, more than {MOST_FILES}; import it in parts. Nothing "
            "was changed."
        )
