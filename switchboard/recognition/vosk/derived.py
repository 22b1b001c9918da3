"""A derived model folder: the shipped model with another word graph and wider lattices.

Everything but the graph and the settings is linked, not copied. A folder is complete or absent: it
is built beside its place and renamed, so two workers may build the same one at once.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from switchboard.errors import EngineError
from switchboard.recognition.vosk.openfst import Acceptor, SymbolTable, write_acceptor
from switchboard.recognition.vosk.phrase_set import Spoken

log = logging.getLogger(__name__)

SETTINGS = {
    # The shipped 2 keeps 1.4 alternatives on average, 8 keeps 4 to 7; it takes the same time.
    "model.conf": {"--lattice-beam": "8.0"},
    # Kaldi's random dither makes each decode of the same call another one: ours is in `decoding`.
    "mfcc.conf": {"--dither": "0.0"},
}

KEPT_FOLDERS = 6
"""Derived folders that stay for a rollback or a restart; older ones are made anew when needed."""

NOTES = "switchboard.json"


@dataclass(frozen=True, slots=True)
class Notes:
    """What is kept with a derived model. `fault` is "" when its self-test passed."""

    respellings: dict[str, tuple[Spoken, ...]]
    free_words: tuple[str, ...]
    fault: str = ""


def read_notes(folder: Path) -> Notes | None:
    """The notes of a derived model that was built before, or None."""
    try:
        content = json.loads((folder / NOTES).read_text(encoding="utf-8"))
        respellings = {
            word: tuple(tuple(way) for way in ways) for word, ways in content["respellings"].items()
        }
        return Notes(respellings, tuple(content["free_words"]), content["fault"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def make_room(folder: Path) -> None:
    """Make the folder that `folder` will be in. Asked for first: who has no room for it shouldn't
    be told after a minute of respelling. Raises EngineError."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error


def derive(
    folder: Path,
    *,
    model: Path,
    acceptor: Acceptor,
    symbols: SymbolTable,
    notes: Notes,
    self_test: Callable[[Path], str],
) -> Notes:
    """Build the derived model at `folder` and return its notes with the self-test's verdict.

    `self_test` says what is wrong with a model folder, or "". Raises EngineError when the folder
    can't be written.
    """
    try:
        building = Path(tempfile.mkdtemp(prefix=".building-", dir=folder.parent))
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        _fill(building, model, acceptor, symbols)
        notes = replace(notes, fault=self_test(building))
        content = json.dumps(asdict(notes), ensure_ascii=False)
        (building / NOTES).write_text(content, encoding="utf-8")
        _move(building, folder)
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    _remove_old(folder.parent)
    return notes


def _fill(target: Path, model: Path, acceptor: Acceptor, symbols: SymbolTable) -> None:
    linked = [path for path in model.iterdir() if path.name not in {"graph", "conf"}]
    linked += [path for path in (model / "graph").iterdir() if path.name != "Gr.fst"]
    (target / "graph").mkdir()
    for path in linked:
        (target / path.relative_to(model)).symlink_to(path.resolve())
    shutil.copytree(model / "conf", target / "conf")
    for name, options in SETTINGS.items():
        path = target / "conf" / name
        path.write_text(with_options(path.read_text(encoding="utf-8"), options), encoding="utf-8")
    with (target / "graph" / "Gr.fst").open("wb") as file:
        write_acceptor(file, acceptor, symbols)


def with_options(settings: str, options: Mapping[str, str]) -> str:
    """Kaldi settings with these options in place of the shipped ones."""
    others = [line for line in settings.splitlines() if line.split("=")[0] not in options]
    return "\n".join([*others, *(f"{name}={value}" for name, value in options.items()), ""])


def sample_rate(model: Path) -> int:
    """The rate in Hz that a model's features want (16000 where it doesn't say)."""
    text = (model / "conf" / "mfcc.conf").read_text(encoding="utf-8")
    found = re.search(r"^--sample-frequency=([0-9]+)", text, re.MULTILINE)
    return int(found[1]) if found and int(found[1]) > 0 else 16000


def _move(building: Path, folder: Path) -> None:
    if read_notes(folder) is None:
        shutil.rmtree(folder, ignore_errors=True)  # a folder that was left broken
    try:
        building.rename(folder)
    except OSError:
        if read_notes(folder) is None:
            raise
        log.info("another worker built the derived model first")


def _remove_old(parent: Path) -> None:
    """Safe while others use them: an open model needs its files no more."""
    folders = [path.parent for path in parent.glob(f"*/{NOTES}")]
    for folder in sorted(folders, key=os.path.getmtime, reverse=True)[KEPT_FOLDERS:]:
        shutil.rmtree(folder, ignore_errors=True)


def _unwritable(folder: Path, error: OSError) -> EngineError:
    return EngineError(
        f"the compiled grammar can't be written to {folder.parent} ({error.strerror}); "
        "free some space, or name another folder in $XDG_CACHE_HOME"
    )
