"""Labelled calls: a CSV that says of each audio file where it ought to lead."""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grammar.model import Grammar
from switchboard.errors import UserError
from switchboard.measures.grading import Expected, parse_expected

_TOLD = 5
"""Wrong lines that are named; the rest are counted."""

_LABELS = "transfer:EXT, ask:EXT|EXT, none or operator"


@dataclass(frozen=True, slots=True)
class Labelled:
    """One row: `file` as the manifest names it, `path` where it is, `columns` all that it says."""

    file: str
    path: Path
    expected: Expected
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    rows: tuple[Labelled, ...]

    def labels(self, paths: Iterable[Path]) -> list[Labelled | None]:
        """The row of each file: by its path, else by its name where that is one row's only."""
        by_place = {_place(row.path): row for row in self.rows}
        by_name = defaultdict(list)
        for row in self.rows:
            by_name[row.path.name].append(row)
        return [
            by_place.get(_place(path))
            or (by_name[path.name][0] if len(by_name[path.name]) == 1 else None)
            for path in paths
        ]


def read_manifest(path: Path) -> Manifest:
    """Read a manifest: columns `file` and `expected`, and any others, in capitals or not.

    Files are relative to the manifest's folder. Raises UserError naming every wrong line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            reader.fieldnames = [each.strip().lower() for each in reader.fieldnames or ()]
            return Manifest(tuple(_rows(path, reader)))
    except OSError as error:
        raise UserError(
            f"The manifest {path} can't be read ({error.strerror}); check its name."
        ) from error
    except UnicodeDecodeError as error:
        raise UserError(
            f"The manifest {path} is not CSV in UTF-8; save it as CSV UTF-8."
        ) from error
    except csv.Error as error:
        raise UserError(
            f"The manifest {path} has a cell that is too long, or a quote that is never closed "
            f"(by line {reader.line_num}); mend it there."
        ) from error


def labels_of_nobody(rows: Iterable[Labelled], grammar: Grammar) -> str:
    """What to say of labels with a number that nobody has, or "": such a call can't come out
    right, and would only seem to be a fault of the switchboard."""
    known = {entry.number for entry in grammar.entries}
    wrong = [
        f"{number} ({row.file})" for row in rows for number in sorted(row.expected.numbers - known)
    ]
    if not wrong:
        return ""
    return (
        f"Nobody in the published grammar has the number that the manifest expects: "
        f"{_some(wrong, ', ')}. Such a call counts as wrong whatever happens; write the number as "
        "`switchboard directory show` has it, or none."
    )


def _some(texts: Sequence[str], between: str) -> str:
    more = f", and {len(texts) - _TOLD} more" if len(texts) > _TOLD else ""
    return between.join(texts[:_TOLD]) + more


def _place(path: Path) -> str:
    """Where a file is, however that is written. Links are what they are called."""
    return os.path.abspath(path)  # noqa: PTH100 resolve() would follow them


def _rows(path: Path, reader: csv.DictReader[str]) -> Iterable[Labelled]:
    headings = reader.fieldnames or ()
    missing = [name for name in ("file", "expected") if name not in headings]
    if missing:
        raise UserError(
            f"The manifest {path} has no column {' and no column '.join(missing)}; it needs "
            f"file and expected ({_LABELS}) between commas, with headings in its first line."
        )
    if twice := [name for name in headings if name and headings.count(name) > 1]:
        raise UserError(f"The manifest {path} has two columns “{twice[0]}”; rename one of them.")
    rows, wrong = [], []
    seen: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for columns in reader:
        name, label = (columns[key] or "" for key in ("file", "expected"))
        expected = parse_expected(label)
        if not name.strip():
            wrong.append(f"line {reader.line_num} names no file")
        elif expected is None:
            wrong.append(f"line {reader.line_num} expects “{label}”")
        else:
            seen[_place(path.parent / name)].append((name, reader.line_num))
            kept = {key: value for key, value in columns.items() if key and value is not None}
            rows.append(Labelled(name, path.parent / name, expected, kept))
    wrong += [
        f"{same[0][0]} is on lines {', '.join(str(line) for _, line in same)}"
        for same in seen.values()
        if len(same) > 1
    ]
    if wrong:
        raise UserError(
            f"The manifest {path}: {_some(wrong, '; ')}. A row needs a file of its own "
            f"and one of {_LABELS}."
        )
    if not rows:
        raise UserError(f"The manifest {path} has no rows; give at least one labelled file.")
    return rows
