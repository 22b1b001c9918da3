"""Which engine is chosen."""

from __future__ import annotations

from pathlib import Path

import pytest

from switchboard.errors import EngineError
from switchboard.recognition.engines import engine_spec, second_spec
from switchboard.recognition.models import MODELS


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without models."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("VOSK_MODEL_PATH", raising=False)
    return tmp_path


def put_model(folder: Path) -> Path:
    for part in ("am", "conf", "graph"):
        (folder / part).mkdir(parents=True)
    return folder


def test_auto_takes_whisper_where_no_vosk_model_is() -> None:
    assert engine_spec("auto").factory.endswith(":WhisperRecogniser")


def test_auto_takes_vosk_where_a_model_is_and_the_better_of_two(home: Path) -> None:
    for model in reversed(MODELS):
        folder = put_model(home / "data" / "switchboard" / "models" / model.name)
        spec = engine_spec("auto")
        assert spec.factory.endswith(":VoskRecogniser")
        assert spec.options == {"model": str(folder)}
    assert engine_spec("whisper").factory.endswith(":WhisperRecogniser")


def test_beside_vosk_no_second_engine_is_asked(home: Path) -> None:
    second = second_spec(engine_spec("whisper"))
    assert second is not None
    assert second.options["model"] == "base"
    assert second_spec(engine_spec("vosk", str(put_model(home / "mine")))) is None


def test_a_model_named_by_its_folder_is_taken(home: Path) -> None:
    folder = put_model(home / "mine")
    assert engine_spec("vosk", str(folder)).options == {"model": str(folder)}


@pytest.mark.parametrize(
    ("engine", "model", "sentence"),
    [
        ("sphinx", "", "There is no engine"),
        ("vosk", "", "switchboard models fetch"),
        ("vosk", "/nowhere", "is not there"),
        ("auto", "/nowhere", "is not there"),
        ("vosk", "/usr", "holds no Vosk model"),
    ],
)
def test_what_cannot_be_had_is_one_sentence(engine: str, model: str, sentence: str) -> None:
    with pytest.raises(EngineError, match=sentence):
        engine_spec(engine, model)
