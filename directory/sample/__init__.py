"""The sample organisation: a made-up London council, as dirty as an HR export is."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

_FOLDER = Path(str(files(__name__)))


def staff_file() -> Path:
    """The staff export (CSV, UTF-8 with a byte-order mark, as Excel writes it)."""
    return _FOLDER / "staff.csv"


def departments_file() -> Path:
    """The list of departments, in the same form."""
    return _FOLDER / "departments.csv"


def staff_truth_file() -> Path:
    """What each row of the staff export should have said: README.md explains its columns."""
    return _FOLDER / "truth.csv"


def departments_truth_file() -> Path:
    """What each row of the list of departments should have said."""
    return _FOLDER / "departments_truth.csv"
