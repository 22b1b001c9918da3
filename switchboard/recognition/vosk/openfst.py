"""OpenFst's binary format, as much as is needed: read a symbol table, write an acceptor.

Format: OpenFst 1.8 `fst.cc` (FstHeader), `symbol-table.cc`, `vector-fst.h`; all little-endian.
"""

from __future__ import annotations

import math
import mmap
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from switchboard.errors import EngineError

_FST_MAGIC = 2125659606
_SYMBOLS_MAGIC = 2125658996
_HAS_INPUT_SYMBOLS, _HAS_OUTPUT_SYMBOLS = 1, 2
_VECTOR_VERSION = 2
_EXPANDED, _MUTABLE, _ACCEPTOR = 0x1, 0x2, 0x10000
_INPUT_SORTED, _OUTPUT_SORTED = 0x10000000, 0x40000000
_MOST_SYMBOLS = 5_000_000
_LONGEST_STRING = 10_000

_INT, _ID, _SIZES, _HEAD = map(struct.Struct, ("<i", "<q", "<qq", "<iiQqqq"))

EPSILON = 0


@dataclass(frozen=True, slots=True)
class Arc:
    """`label` is a word's id or EPSILON; `cost` a negated natural log of a probability."""

    label: int
    cost: float
    target: int


@dataclass(frozen=True, slots=True)
class Acceptor:
    """States are 0..n-1, 0 starts. `final` maps each final state to its cost."""

    arcs: Sequence[Sequence[Arc]]
    final: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class SymbolTable:
    """Words and their ids, and the table's own bytes to copy into another FST."""

    ids: Mapping[str, int]
    blob: bytes


def read_output_symbols(path: Path) -> SymbolTable:
    """The output symbol table stored inside an FST file of any type.

    Vosk takes its words from the output symbols of `Gr.fst`. Raises EngineError when the file
    isn't an FST or has no such table.
    """
    try:
        with (
            path.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            return _read_output_symbols(content)
    except (OSError, struct.error, ValueError) as error:
        raise EngineError(
            f"{path} can't be read as a Vosk word graph ({error}); fetch the model again with "
            "`switchboard models fetch`"
        ) from error


def _read_output_symbols(content: mmap.mmap) -> SymbolTable:
    if _INT.unpack_from(content)[0] != _FST_MAGIC:
        raise ValueError("not an OpenFst file")
    at = _after_string(content, _after_string(content, _INT.size))
    _version, flags, *_ = _HEAD.unpack_from(content, at)
    at += _HEAD.size
    if not flags & _HAS_OUTPUT_SYMBOLS:
        raise ValueError("no output symbols inside")
    first = _read_symbols(content, at)
    if not flags & _HAS_INPUT_SYMBOLS:
        return first
    at += len(first.blob)
    # The words go in as they come out: as a rule one table is written twice.
    if content[at : at + len(first.blob)] == first.blob:
        return first
    return _read_symbols(content, at)


def _read_symbols(content: mmap.mmap, start: int) -> SymbolTable:
    if _INT.unpack_from(content, start)[0] != _SYMBOLS_MAGIC:
        raise ValueError("no symbol table where one should be")
    at = _after_string(content, start + _INT.size)
    _available, size = _SIZES.unpack_from(content, at)
    if not 0 < size <= _MOST_SYMBOLS:
        raise ValueError(f"a symbol table of {size} words")
    at += _SIZES.size
    ids: dict[str, int] = {}
    for _ in range(size):  # hundreds of thousands
        end = _after_string(content, at)
        word = content[at + _INT.size : end].decode("utf-8", "replace")
        (ids[word],) = _ID.unpack_from(content, end)
        at = end + _ID.size
    return SymbolTable(ids, content[start:at])


def _after_string(content: mmap.mmap, at: int) -> int:
    (length,) = _INT.unpack_from(content, at)
    if not 0 <= length <= _LONGEST_STRING:
        raise ValueError(f"a string of {length} bytes")
    return at + _INT.size + int(length)


def write_acceptor(file: BinaryIO, acceptor: Acceptor, symbols: SymbolTable) -> None:
    """Write a VectorFst<StdArc>, arcs sorted by label, with the symbols on both sides."""
    properties = _EXPANDED | _MUTABLE | _ACCEPTOR | _INPUT_SORTED | _OUTPUT_SORTED
    file.write(struct.pack("<i", _FST_MAGIC) + _string(b"vector") + _string(b"standard"))
    count = sum(map(len, acceptor.arcs))
    file.write(
        struct.pack(
            "<iiQqqq",
            _VECTOR_VERSION,
            _HAS_INPUT_SYMBOLS | _HAS_OUTPUT_SYMBOLS,
            properties,
            0,
            len(acceptor.arcs),
            count,
        )
    )
    file.write(symbols.blob)
    file.write(symbols.blob)
    for state, arcs in enumerate(acceptor.arcs):
        file.write(struct.pack("<fq", acceptor.final.get(state, math.inf), len(arcs)))
        file.writelines(
            struct.pack("<iifi", arc.label, arc.label, arc.cost, arc.target)
            for arc in sorted(arcs, key=lambda arc: (arc.label, arc.target))
        )


def _string(text: bytes) -> bytes:
    return struct.pack("<i", len(text)) + text
