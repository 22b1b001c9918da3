"""Fetching a model: resumed where it stopped, checked, unpacked safely, in place at once or not."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import requests

from switchboard.errors import EngineError
from switchboard.recognition.models import PUBLISHER, Model, is_model

Progress = Callable[[int], None]
"""Called with the bytes of the archive that are there so far."""

_TIMEOUT_SECONDS = (10, 60)
_CHUNK = 1 << 14
_FULL = (errno.ENOSPC, errno.EDQUOT)
_MOST_UNPACKED = 8
"""Times the archive's size. The published models unpack to less than 3 times."""


def fetch(
    model: Model, folder: Path, progress: Progress = lambda _: None, source: str = PUBLISHER
) -> Path:
    """Download `model` into `folder` unless it is there, and return its own folder.

    What a broken download leaves is kept as NAME.zip.part, and the next call goes on from there.
    Raises EngineError with what to do: no network, wrong contents, no room.
    """
    target = folder / model.name
    if is_model(target):
        return target
    part = folder / f"{model.archive}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with part.open("ab") as file:
            _lock(file, model)
            _download(file, source.rstrip("/") + "/" + model.archive, model, target, progress)
            _check(part, model)
            _unpack(part, model, target)
            part.unlink()
    except OSError as error:  # not requests' own, which _download has told apart
        free = f"free {_MOST_UNPACKED * model.size >> 20} MB there, or "
        raise EngineError(
            f"The model can't be kept in {folder} ({error.strerror or error}); "
            f"{free if error.errno in _FULL else ''}unzip it elsewhere and name its folder in "
            "[recognition] vosk_model."
        ) from error
    return target


def _lock(file: BinaryIO, model: Model) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise EngineError(
            f"{model.name} is being fetched by another program; wait for it."
        ) from error


def _download(file: BinaryIO, url: str, model: Model, target: Path, progress: Progress) -> None:
    """Bring the archive to its full size. What is there of it stays, whatever happens."""
    have = file.tell()
    progress(have)
    if have >= model.size:
        return
    headers = {"Range": f"bytes={have}-"} if have else {}
    try:
        with requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT_SECONDS) as response:
            if response.status_code != requests.codes.partial_content:
                response.raise_for_status()
                file.seek(0)  # a server that can't resume sends it all
                file.truncate()
            for chunk in response.iter_content(_CHUNK):
                file.write(chunk)
                progress(file.tell())
                if file.tell() > model.size:
                    break  # longer than it should be: the check below refuses it
    except requests.RequestException as error:
        file.flush()
        raise EngineError(_without_network(url, file.tell(), model, target)) from error
    file.flush()
    if file.tell() < model.size:
        raise EngineError(_without_network(url, file.tell(), model, target))


def _without_network(url: str, have: int, model: Model, target: Path) -> str:
    stopped = (
        f"The download stopped at {have >> 20} of {model.size >> 20} MB; run the command again to "
        "go on from there"
        if have
        else "The model can't be downloaded from here"
    )
    return (
        f"{stopped}. Without a network: fetch {url} on another machine and unzip it so that "
        f"{target} holds am, conf and graph. Until then the engine “whisper” needs no download."
    )


def _check(part: Path, model: Model) -> None:
    with part.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != model.sha256:
        part.unlink()
        raise EngineError(
            f"What was downloaded is not {model.name} (its SHA-256 is {digest[:12]}..., not "
            f"{model.sha256[:12]}...) and was deleted; try again, or from another network."
        )


def _unpack(part: Path, model: Model, target: Path) -> None:
    """Unzip beside the target and rename: the model is whole or absent."""
    unpacking = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=target.parent))
    try:
        with zipfile.ZipFile(part) as archive:
            _refuse_unsafe(archive, model)
            archive.extractall(unpacking)
        if not is_model(unpacking / model.name):
            raise EngineError(f"The archive of {model.name} holds no model of that name.")
        shutil.rmtree(target, ignore_errors=True)  # what an earlier attempt by hand left broken
        (unpacking / model.name).rename(target)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        part.unlink(missing_ok=True)
        raise EngineError(
            f"The archive of {model.name} is damaged and was deleted; fetch it again."
        ) from error
    finally:
        shutil.rmtree(unpacking, ignore_errors=True)


def _refuse_unsafe(archive: zipfile.ZipFile, model: Model) -> None:
    """Before anything is written: no path leads out, no bomb."""
    entries = archive.infolist()
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise EngineError(
                f"The archive of {model.name} would write outside its folder and was refused."
            )
    if sum(entry.file_size for entry in entries) > _MOST_UNPACKED * model.size:
        raise EngineError(f"The archive of {model.name} is far bigger inside than it should be.")
