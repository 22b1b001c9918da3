"""The Vosk models that the switchboard knows, and where they are on this machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from switchboard.errors import EngineError

PUBLISHER = "https://alphacephei.com/vosk/models/"


@dataclass(frozen=True, slots=True)
class Model:
    """A model archive as published. `size` is the archive's, in bytes."""

    name: str
    size: int
    sha256: str
    purpose: str

    @property
    def archive(self) -> str:
        return f"{self.name}.zip"


MODELS = (
    Model(
        "vosk-model-en-us-0.22-lgraph",
        130_557_655,
        "d9838b4aaa82a75c4a17f5aca300eaca129aaab2a7cbf951bafbb500eb9c4334",
        "more accurate; for a telephone line",
    ),
    Model(
        "vosk-model-small-en-us-0.15",
        41_205_931,
        "30f26242c4eb449f948e42cb302dd7a686cb29a3423a8367f99ff41780942498",
        "smaller and quicker; for a first try or a small machine",
    ),
)
"""Best first. The publisher lists only MD5s: these SHA-256 are what packages of Arch Linux (AUR)
and recipes of Yocto pin for the same files."""

DEFAULT = MODELS[1]

_PARTS = ("am", "conf", "graph")


def models_folder() -> Path:
    """Where fetched models are kept: in the platform's data folder."""
    return platformdirs.user_data_path("switchboard", appauthor=False) / "models"


def model_named(name: str) -> Model:
    """Raises EngineError for a name that isn't in the catalogue."""
    for model in MODELS:
        if model.name == name:
            return model
    known = " or ".join(model.name for model in MODELS)
    raise EngineError(f"There is no model “{name}” to fetch; name {known}.")


def is_model(folder: Path) -> bool:
    """Whether a folder holds the parts of a Vosk model."""
    return all(is_folder(folder / part) for part in _PARTS)


def is_folder(path: Path) -> bool:
    """Whether this is a folder that can be seen: False also where a name can't be one, or a folder
    above may not be entered, of which `Path.is_dir` makes an OSError."""
    try:
        return path.is_dir()
    except OSError:
        return False


def find_model(name: str) -> Path | None:
    """The folder of a model by its name: fetched, or where Vosk itself looks for it."""
    places = [
        models_folder(),
        *([Path(path)] if (path := os.environ.get("VOSK_MODEL_PATH")) else []),
        Path("/usr/share/vosk"),
        Path("/usr/share/vosk-models"),
        Path.home() / ".cache" / "vosk",
    ]
    found = (place / name for place in places)
    return next((folder for folder in found if is_model(folder)), None)


def best_model() -> Path | None:
    """The best model of the catalogue that is on this machine, or None."""
    found = (find_model(model.name) for model in MODELS)
    return next((folder for folder in found if folder is not None), None)
