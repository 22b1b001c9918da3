"""Tables of text: aligned for a terminal, or Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Row = Sequence[str]


def aligned(headings: Row, rows: Iterable[Row]) -> str:
    """Columns aligned with spaces: the first to the left, the others to the right."""
    lines = [tuple(headings), *map(tuple, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def markdown(headings: Row, rows: Iterable[Row]) -> str:
    """A Markdown table; bars in cells are escaped."""
    lines = [tuple(headings), ("---",) * len(headings), *map(tuple, rows)]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines
    )
