"""Reads the weights of a CTranslate2 model file, and changes some of them.

CTranslate2 runs the encoder and the open decode, but can't score many short texts that share their
beginnings over one encoding; `decoder.py` does, with the same weights. Format: model_spec.py of
CTranslate2 4 (binary version 6).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from switchboard.errors import EngineError

_BINARY_VERSION = 6
_FLOATS = {0: "<f4", 4: "<f2"}
_REMEDY = "install the packages again with `make install`."


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the file an array of floats lies."""

    shape: tuple[int, ...]
    dtype: str
    start: int
    size: int


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self.at = 0

    def number(self, kind: str) -> int:
        value: int = struct.unpack_from("<" + kind, self._data, self.at)[0]
        self.at += struct.calcsize("<" + kind)
        return value

    def expect_version(self) -> None:
        version = self.number("I")
        if version != _BINARY_VERSION:
            raise ValueError(f"it has version {version}, not {_BINARY_VERSION}")

    def text(self) -> str:
        length = self.number("H")
        return bytes(self.take(length)[:-1]).decode()

    def take(self, size: int) -> memoryview:
        if self.at + size > len(self._data):
            raise ValueError("the file ends early")
        piece = self._data[self.at : self.at + size]
        self.at += size
        return piece


def _places(model: bytes) -> dict[str, _Place]:
    """Every array of floats by its name. Raises EngineError when it can't be read."""
    found: dict[str, _Place] = {}
    try:
        reader = _Reader(model)
        reader.expect_version()
        reader.text()
        reader.number("I")
        for _ in range(reader.number("I")):
            name = reader.text()
            shape = tuple(reader.number("I") for _ in range(reader.number("B")))
            dtype = _FLOATS.get(reader.number("B"))
            size = reader.number("I")
            if dtype is not None:
                found[name] = _Place(shape, dtype, reader.at, size)
            reader.take(size)
    except (ValueError, struct.error, UnicodeDecodeError) as error:
        raise EngineError(f"The recognition model can't be read ({error}); {_REMEDY}") from error
    return found


def read_weights(model: bytes, prefix: str) -> dict[str, NDArray[np.float32]]:
    """The float weights whose names begin with `prefix`, by the rest of their names, as float32.

    Raises EngineError when the file is cut short, quantised or of another version.
    """
    weights = {
        name.removeprefix(prefix): _array(model, place).astype(np.float32)
        for name, place in _places(model).items()
        if name.startswith(prefix)
    }
    if not weights:
        raise EngineError(f"The recognition model holds no {prefix.rstrip('/')}; {_REMEDY}")
    return weights


def with_added(model: bytes, changes: Mapping[str, NDArray[np.float32]]) -> bytes:
    """The model file with each change, a matrix (out, in), added to the weight of that name.

    A convolution's kernel, (out, channels, width), is taken as a matrix (out, channels x width).
    Raises EngineError when the file has no such weight or one of another shape.
    """
    places = _places(model)
    changed = bytearray(model)
    for name, change in changes.items():
        place = places.get(name)
        if place is None or (place.shape[0], prod(place.shape[1:])) != change.shape:
            raise EngineError(
                f"The recognition model is not the one that it is adapted from ({name}); {_REMEDY}"
            )
        weight = _array(model, place).astype(np.float32) + change.reshape(place.shape)
        changed[place.start : place.start + place.size] = weight.astype(place.dtype).tobytes()
    return bytes(changed)


def _array(model: bytes, place: _Place) -> NDArray[np.floating]:
    return np.frombuffer(model, place.dtype, prod(place.shape), place.start).reshape(place.shape)
