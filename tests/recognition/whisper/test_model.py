"""The packaged model and what is added to its weights for the telephone."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from switchboard.errors import EngineError
from switchboard.recognition.whisper import model
from switchboard.recognition.whisper.model import BASE, MODEL, TINY, PackagedModel
from switchboard.recognition.whisper.weights import read_weights, with_added

OUT = "encoder/layer_0/ffn/linear_1/"


@pytest.fixture(scope="module")
def packaged() -> bytes:
    return TINY.plain()[MODEL]


def test_a_change_is_added_to_its_weight_and_to_nothing_else(packaged: bytes) -> None:
    before = read_weights(packaged, "")
    added = np.zeros((384, 1536), dtype=np.float32)
    added[3, 5] = 0.5
    after = read_weights(with_added(packaged, {f"{OUT}weight": added}), "")
    assert after[f"{OUT}weight"][3, 5] == pytest.approx(
        before[f"{OUT}weight"][3, 5] + 0.5, abs=1e-3
    )
    changed = [name for name in before if not np.array_equal(before[name], after[name])]
    assert changed == [f"{OUT}weight"]


def test_adding_nothing_leaves_the_file_as_it_was(packaged: bytes) -> None:
    assert with_added(packaged, {f"{OUT}weight": np.zeros((384, 1536), np.float32)}) == packaged


@pytest.mark.parametrize(("name", "shape"), [("nowhere", (384, 1536)), (f"{OUT}weight", (2, 2))])
def test_changes_to_another_model_are_refused(
    packaged: bytes, name: str, shape: tuple[int, int]
) -> None:
    with pytest.raises(EngineError, match="make install"):
        with_added(packaged, {name: np.zeros(shape, np.float32)})


@pytest.mark.parametrize("which", [TINY, BASE], ids=lambda which: which.name)
def test_every_weight_matrix_of_the_layers_is_adapted(which: PackagedModel) -> None:
    plain = read_weights(which.plain()[MODEL], "")
    adapted = read_weights(which.adapted()[MODEL], "")
    same = {name for name in plain if np.array_equal(plain[name], adapted[name])}
    matrices = {name for name in plain if name.endswith("/weight") and "embeddings" not in name}
    assert not same & matrices
    assert same == set(plain) - matrices


@pytest.mark.parametrize("cut", [0, 3, 40, 10_000])
def test_a_model_that_is_cut_short_says_what_to_do(packaged: bytes, cut: int) -> None:
    with pytest.raises(EngineError, match="make install"):
        read_weights(packaged[:cut], "decoder/")


@pytest.mark.parametrize("content", [b"", b"PK no archive"])
def test_an_adaptation_that_is_broken_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "tiny.npz"
    broken.write_bytes(content)
    with pytest.raises(EngineError, match="make install"):
        replace(TINY, changes=broken).adapted()


def test_a_missing_model_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(model.resources, "files", lambda _package: tmp_path)
    with pytest.raises(EngineError, match="make install"):
        TINY.plain()


def test_a_missing_package_says_how_to_get_it() -> None:
    absent = replace(BASE, folders=(*BASE.folders, ("no_such_package", "data")))
    with pytest.raises(EngineError, match="base is not installed"):
        absent.plain()


def test_the_parts_of_base_are_the_model_that_was_published() -> None:
    """Systran/faster-whisper-base, as its SHA-256 is recorded in many places."""
    digest = hashlib.sha256(BASE.plain()[MODEL]).hexdigest()
    assert digest == "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
