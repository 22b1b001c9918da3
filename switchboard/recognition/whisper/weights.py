"""Reads the weights of a CTranslate2 model file.

CTranslate2 runs the encoder and the open decode, but can't score many short texts that share their
beginnings over one encoding; `decoder.py` does, with the same weights. Format: model_spec.py of
CTranslate2 4 (binary version 6).
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from switchboard.errors import EngineError

_BINARY_VERSION = 6
_DTYPES = {0: "<f4", 1: "i1", 2: "<i2", 3: "<i4", 4: "<f2"}


class _Reader:
    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._at = 0

    def number(self, kind: str) -> int:
        value: int = struct.unpack_from("<" + kind, self._data, self._at)[0]
        self._at += struct.calcsize("<" + kind)
        return value

    def expect_version(self) -> None:
        version = self.number("I")
        if version != _BINARY_VERSION:
            raise ValueError(f"it has version {version}, not {_BINARY_VERSION}")

    def text(self) -> str:
        length = self.number("H")
        return bytes(self.take(length)[:-1]).decode()

    def take(self, size: int) -> memoryview:
        if self._at + size > len(self._data):
            raise ValueError("the file ends early")
        piece = self._data[self._at : self._at + size]
        self._at += size
        return piece


def read_weights(path: Path, prefix: str) -> dict[str, NDArray[np.float32]]:
    """The float weights whose names begin with `prefix`, by the rest of their names, as float32.

    Raises EngineError when the file is missing, cut short, quantised or of another version.
    """
    try:
        reader = _Reader(memoryview(path.read_bytes()))
        reader.expect_version()
        reader.text()
        reader.number("I")
        weights: dict[str, NDArray[np.float32]] = {}
        for _ in range(reader.number("I")):
            name = reader.text()
            shape = [reader.number("I") for _ in range(reader.number("B"))]
            dtype = _DTYPES.get(reader.number("B"), "")
            data = reader.take(reader.number("I"))
            if name.startswith(prefix) and dtype in {"<f4", "<f2"}:
                array = np.frombuffer(data, dtype).reshape(shape)
                weights[name.removeprefix(prefix)] = array.astype(np.float32)
    except (OSError, ValueError, struct.error, UnicodeDecodeError) as error:
        raise EngineError(
            f"The recognition model {path.name} can't be read ({error}); install the packages "
            "again with `make install`."
        ) from error
    if not weights:
        raise EngineError(
            f"The recognition model {path.name} holds no {prefix.rstrip('/')}; install the "
            "packages again with `make install`."
        )
    return weights
