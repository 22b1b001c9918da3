"""Recordings from a folder or a ZIP, matched to the list that the voice artist read."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grammar.text import normalise
from switchboard.speech.incoming import Incoming, incoming
from switchboard.speech.recording_check import Checked, check
from switchboard.speech.recording_sets import new_set
from switchboard.speech.script import ScriptLine

_AUDIO = frozenset({".wav", ".wave", ".flac", ".mp3"})


@dataclass(frozen=True, slots=True)
class FaultyFile:
    """What is wrong with a file, and the remedy."""

    name: str
    problem: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """`imported` are in force only when nothing is `faulty`."""

    imported: tuple[ScriptLine, ...]
    faulty: tuple[FaultyFile, ...]


def import_recordings(
    source: Path,
    lines: Sequence[ScriptLine],
    folder: Path,
    *,
    on_file: Callable[[], None] = lambda: None,
) -> ImportReport:
    """Bring the recordings in `source` into force in the recordings folder: all, or none.

    A file belongs to the line of its name, or whose words are its name; case, extension and what
    separates words don't matter. Raises RecordingsError for a source or folder that can't be used.
    """
    by_name = _by_name(lines)
    given: dict[str, str] = {}
    faulty: list[FaultyFile] = []
    imported: list[ScriptLine] = []
    with new_set(folder) as made:
        for file in incoming(source):
            line = by_name.get(_key(file.name))
            if line is None:
                faulty.append(FaultyFile(file.name, file.problem or _unknown(file.name, by_name)))
            elif line.file in given:
                first = given[line.file]
                faulty.append(FaultyFile(file.name, f"is of the text of {first}; keep one of them"))
            else:
                given[line.file] = file.name
                checked = _checked(file, line)
                if checked.speech is None:
                    faulty.append(FaultyFile(file.name, checked.problem))
                else:
                    made.add(line.words, checked.speech, source=file.name)
                    imported.append(line)
            on_file()
        if faulty or not imported:
            made.abandon()
    return ImportReport(tuple(imported), tuple(faulty))


def _checked(file: Incoming, line: ScriptLine) -> Checked:
    return Checked(None, file.problem) if file.problem else check(file.content, line.words)


def _by_name(lines: Iterable[ScriptLine]) -> dict[str, ScriptLine]:
    lines = list(lines)
    by_name = {normalise(line.words): line for line in lines}
    return by_name | {_key(line.file): line for line in lines}


def _key(file: str) -> str:
    """What a file's name says, however it is written."""
    path = PurePosixPath(file.replace("\\", "/"))
    stem = path.stem if path.suffix.lower() in _AUDIO else path.name
    return normalise(stem.replace("_", " "))


def _unknown(name: str, by_name: Mapping[str, ScriptLine]) -> str:
    close = difflib.get_close_matches(_key(name), by_name, n=1)
    hint = f"did you mean {by_name[close[0]].file}.wav?" if close else "see export-script for them."
    return f"is not the name of a text; {hint}"
