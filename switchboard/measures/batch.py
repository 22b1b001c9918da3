"""Routes many recorded calls, as many at a time as there are workers."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from switchboard.audio.files import read_audio
from switchboard.errors import AudioError
from switchboard.measures.manifest import Labelled, Manifest
from switchboard.routing import Routed, Router


@dataclass(frozen=True, slots=True)
class Recording:
    """One file to route: `name` is what the user calls it, bytes that are no text escaped."""

    name: str
    path: Path
    label: Labelled | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a recording came to; `fault` is the sentence for one that can't be used."""

    recording: Recording
    routed: Routed | None = None
    fault: str = ""


def recordings(files: Sequence[str], manifest: Manifest | None) -> list[Recording]:
    """The files with their labels; all files of the manifest when none are named."""
    if not files:
        return [Recording(row.file, row.path, row) for row in (manifest.rows if manifest else ())]
    paths = [Path(name) for name in files]
    labels = manifest.labels(paths) if manifest else [None] * len(paths)
    return [
        Recording(_as_text(name), path, label)
        for name, path, label in zip(files, paths, labels, strict=True)
    ]


def _as_text(name: str) -> str:
    return os.fsencode(name).decode(errors="backslashreplace")


def route_all(calls: Sequence[Recording], router: Router, workers: int) -> Iterator[Outcome]:
    """The outcomes in the order of the calls. A file that can't be used is an outcome, too."""

    def route(call: Recording) -> Outcome:
        try:
            audio = read_audio(call.path)
        except AudioError as error:
            return Outcome(call, fault=str(error))
        return Outcome(call, router.route(audio.samples, audio.rate))

    executor = ThreadPoolExecutor(workers, thread_name_prefix="routing")
    try:
        yield from executor.map(route, calls)
    finally:
        executor.shutdown(cancel_futures=True)
