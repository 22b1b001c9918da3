"""Whether calls' records can be kept: the database, the spool beside it, the space for both."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from switchboard.checks.finding import Finding, fail, ok, warn
from switchboard.settings import Settings
from switchboard.storage.migrate import HEAD
from switchboard.storage.spool import spool_folder
from switchboard.storage.store import Store, open_store

LITTLE_SPACE: Final = 2_000_000_000
"""Bytes: a year of 2,000 calls a day with their evidence, or a month of them with sound."""
NO_SPACE: Final = 200_000_000


def database(settings: Settings, url: str | None) -> Iterator[Finding]:
    with closing(open_store(url, lock_wait_s=settings.storage.lock_wait_s)) as store:
        store.try_writing()
        yield ok("database", f"{store.location} is written to, schema {HEAD}")
        yield from _spool(settings, store)


def _spool(settings: Settings, store: Store) -> Iterator[Finding]:
    folder = spool_folder(store.location, settings.storage.spool)
    at = _existing(folder)
    try:
        with tempfile.TemporaryFile(dir=at):
            pass
    except OSError as error:
        yield fail(
            "spool",
            f"{at} can't be written to ({error.strerror}), so records are lost while the database "
            "is away; mend that, or name another folder in [storage] spool.",
        )
        return
    waiting = sum(1 for each in folder.glob("*") if each.is_file() and each.stat().st_size)
    if waiting:
        yield warn(
            "spool",
            f"{waiting} files of records wait in {folder} for the database; they are stored when "
            "the service runs.",
        )
    else:
        yield ok("spool", f"{folder} can be written to")
    places = {at, *([_existing(Path(store.location))] if "://" not in store.location else [])}
    for place in sorted(places):
        yield from _space(place)


def _space(place: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(place).free
    told = f"{free / 1e9:.1f} GB free at {place}"
    if free < NO_SPACE:
        yield fail("disk", f"{told}: calls can't be recorded; make room.")
    elif free < LITTLE_SPACE:
        yield warn("disk", f"{told}; make room, or shorten what [privacy] keeps.")
    else:
        yield ok("disk", told)


def _existing(path: Path) -> Path:
    """The path, else the nearest folder above it that is there."""
    return next(each for each in (path, *path.parents) if each.is_dir() or each == Path(os.sep))
