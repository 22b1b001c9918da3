"""Golden files: a dirty CSV in, the cleansed directory and its report out, byte for byte.

After a deliberate change of cleansing, `python -m tests.directory.test_golden` writes them anew;
read the difference before committing it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from directory.export import departments_csv, people_csv
from directory.importing import run_import
from directory.model import Directory
from directory.report import cleansing_report
from directory.tabular import read_table
from tests.directory.builders import PLAN, TODAY

GOLDEN = Path(__file__).parents[1] / "golden" / "directory"
CASES = sorted(path.name for path in GOLDEN.iterdir() if path.is_dir())


def results(case: Path) -> dict[str, bytes]:
    departments = case / "departments.csv"
    outcome = run_import(
        read_table(case / "staff.csv"),
        read_table(departments) if departments.exists() else None,
        mapping={},
        plan=PLAN,
        previous=Directory(),
        verdicts={},
        today=TODAY,
        progress=None,
    )
    return {
        "people.expected.csv": people_csv(outcome.directory).encode(),
        "departments.expected.csv": departments_csv(outcome.directory).encode(),
        "report.expected.md": cleansing_report(outcome, reviews=100).encode(),
    }


@pytest.mark.parametrize("case", CASES)
def test_a_dirty_directory_is_cleansed_byte_for_byte(case: str) -> None:
    for name, content in results(GOLDEN / case).items():
        assert content == (GOLDEN / case / name).read_bytes(), f"{case}/{name}"


if __name__ == "__main__":
    for folder in CASES:
        for file, data in results(GOLDEN / folder).items():
            (GOLDEN / folder / file).write_bytes(data)
