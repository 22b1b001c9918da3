"""Bytes to text: one encoding for the file where there is one, cell by cell where there is not."""

from __future__ import annotations

import codecs
import re
from typing import Final

from charset_normalizer import from_bytes

from directory.errors import UnreadableSourceError

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SINGLE_BYTE: Final = ["cp1252", "cp1250", "mac_roman", "cp850"]
"""What British office software writes when it doesn't write UTF-8."""

_ZEROS: Final = 0.3
"""Share of bytes, of one parity, that are zero from which a file is UTF-16. Plain text has half."""

_MARK: Final = 0xF0000
"""Start of a private plane of Unicode: U+F00XX stands for a byte XX that is not UTF-8."""
_MARKED: Final = re.compile(r"[\U000F0080-\U000F00FF]")
_MULTIBYTE: Final = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
_CELL: Final = re.compile(rb"[^\r\n,;\t|]*[\x80-\xff][^\r\n,;\t|]*")
_WESTERN: Final = re.compile("[\u00a0-\u017f\u2000-\u20cf]")
"""Letters and punctuation of staff lists: other UTF-8 may be two Windows letters by chance."""
_ODD: Final = re.compile(
    r"[^\W\d_][^\w\s'’\-–,;:.|/&()\[\]\"”]|[^\w\s'‘’\-–,;:.|/&()\[\]\"“][^\W\d_]"
    r"|[a-z][À-ÖØ-Þ]|³|[¹º¼½¾](?=[^\W\d_])"
)
"""A symbol or a capital inside a word: what letters look like in the wrong encoding."""


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return chr(_MARK + error.object[error.start]), error.start + 1


codecs.register_error("directory.mark", _mark)


def decode(data: bytes, source: str) -> str:
    """The text of a file. Bytes in another encoding than the rest are left marked for `repair`.

    Tried in turn: a byte-order mark, UTF-16 without one, UTF-8, UTF-8 with single cells in a
    Windows encoding, and the single-byte encoding in which the text reads best.
    """
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), None)
    encoding = encoding or _utf16_without_mark(data)
    if encoding:
        return _decoded(data, encoding, source)
    _refuse_nul(data, source)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if _MULTIBYTE.search(data) and (_mostly_utf8(data) or _beside_windows(data)):
        return data.decode("utf-8", "directory.mark")
    return _decoded(data, _single_byte(data), source)


def repair(cell: str) -> str:
    """The cell with marked bytes read as Windows-1252 (latin-1 where that has a gap)."""
    return _MARKED.sub(lambda mark: _windows(ord(mark[0]) - _MARK), cell)


def as_bytes(cell: str) -> str:
    r"""The cell with marked bytes written out, as a person can read them: ``Jos\xe9``."""
    return _MARKED.sub(lambda mark: f"\\x{ord(mark[0]) - _MARK:02x}", cell)


def is_marked(cell: str) -> bool:
    return not cell.isascii() and _MARKED.search(cell) is not None


def _windows(byte: int) -> str:
    try:
        return bytes((byte,)).decode("cp1252")
    except UnicodeDecodeError:
        return "\ufffd"


def _mostly_utf8(data: bytes) -> bool:
    # "Ã©" is possible in Windows-1252 but rare: one file in two encodings has more true sequences.
    text = data.decode("utf-8", "directory.mark")
    letters = sum(1 for character in text if not character.isascii())
    return letters > 2 * len(_MARKED.findall(text))


def _beside_windows(data: bytes) -> bool:
    """Whether some cells are UTF-8, however few, and the rest is Windows-1252."""
    cells = _CELL.findall(data)
    rest = [cell for cell in cells if not _western_utf8(cell)]
    return len(rest) < len(cells) and _single_byte(b"\n".join(rest)) == "cp1252"


def _western_utf8(cell: bytes) -> bool:
    try:
        text = cell.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return all(character.isascii() or _WESTERN.match(character) for character in text)


def _utf16_without_mark(data: bytes) -> str | None:
    # Plain letters have a zero for their other byte.
    sample = data[:4096]
    if sample[1::2].count(0) > _ZEROS * len(sample):
        return "utf-16-le"
    if sample[0::2].count(0) > _ZEROS * len(sample):
        return "utf-16-be"
    return None


def _single_byte(data: bytes) -> str:
    lines = b"\n".join(line for line in data.splitlines() if not line.isascii())[:200_000]
    candidates = [match.encoding for match in from_bytes(lines, cp_isolation=_SINGLE_BYTE)]
    # A staff list has too few accents for statistics: the encoding with the fewest absurd words
    # wins, Windows-1252 among equals.
    return min(
        ("cp1252", *candidates),
        key=lambda encoding: (
            len(_ODD.findall(lines.decode(encoding, "replace"))),
            _SINGLE_BYTE.index(encoding),
        ),
    )


def _decoded(data: bytes, encoding: str, source: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableSourceError(
            f"{source}, line {line}: this is not {encoding.upper()} text, as the rest of the file "
            "is. Export it again as CSV UTF-8."
        ) from error
    if "\0" in text:
        _refuse_nul(text.encode("utf-8", "replace"), source)
    return text


def _refuse_nul(data: bytes, source: str) -> None:
    where = data.find(b"\0")
    if where >= 0:
        line = data[:where].count(b"\n") + 1
        raise UnreadableSourceError(
            f"{source}, line {line}: there is a NUL byte, so the file is damaged or is not text. "
            "Export it again as CSV UTF-8 or as XLSX."
        )
