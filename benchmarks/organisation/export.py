"""Write the export of the council and the truth behind it, as files."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.organisation.departments_list import DEPARTMENT_HEADINGS, department_rows
from benchmarks.organisation.duplicates import duplicate_rows
from benchmarks.organisation.field_dirt import distort_department, distort_fields
from benchmarks.organisation.name_dirt import distort_name
from benchmarks.organisation.number_dirt import distort_numbers
from benchmarks.organisation.people import Council, build_council
from benchmarks.organisation.rows import HEADINGS, TRUTH_HEADINGS, Row, clean_row

FEWEST_PEOPLE = 400
VACANCIES = ("VACANT", "Vacant", "VACANCY", "Vacancy - {job}", "Vacant Post", "TBC - {job}")


def write_organisation(out: Path, *, people: int, seed: int) -> None:
    """Write `staff.csv`, `truth.csv`, `departments.csv` and `departments_truth.csv` into `out`.

    `people` counts different persons, members included; duplicates, vacant posts and a blank row
    come on top, about one row in twenty-five. The same arguments give the same bytes.
    """
    if people < FEWEST_PEOPLE:
        raise ValueError(
            f"a council has at least {FEWEST_PEOPLE} people: ask for that many or more"
        )
    council = build_council(people=people, seed=seed)
    rows = staff_rows(council, random.Random(f"dirt {seed}"))
    out.mkdir(parents=True, exist_ok=True)
    # Excel's "CSV UTF-8": a byte-order mark and CRLF.
    _write(out / "staff.csv", HEADINGS, (row.cells for row in rows), encoding="utf-8-sig")
    _write(out / "truth.csv", TRUTH_HEADINGS, _truths(rows), encoding="utf-8")
    departments, truths = department_rows(council, random.Random(f"departments {seed}"))
    _write(out / "departments.csv", DEPARTMENT_HEADINGS, departments, encoding="utf-8-sig")
    _write(out / "departments_truth.csv", tuple(truths[0]), truths, encoding="utf-8")


def staff_rows(council: Council, rng: random.Random) -> list[Row]:
    """All rows of the export, dirty and shuffled."""
    free = list(council.free_extensions)
    rng.shuffle(free)
    others = tuple(person.extension for person in council.staff if person.extension)
    rows = [clean_row(person) for person in council.staff]
    for row in rows:
        distort_name(row, rng)
        distort_numbers(row, rng, plan=council.plan, others=others, free=free)
        distort_department(row, rng, council.units)
        distort_fields(row, rng)
    rows += duplicate_rows(rows, rng, units=council.units, plan=council.plan, free=free)
    for _ in range(max(4, len(council.staff) // 100)):
        rows.append(_vacancy(council, free, rng))
    rows.append(
        _not_a_person("test", {"Forename": "Test", "Surname": "Test", "Staff ID": "AV000001"})
    )
    rng.shuffle(rows)
    rows.insert(len(rows) // 3, _not_a_person("blank", {}))
    return rows


def _vacancy(council: Council, free: list[str], rng: random.Random) -> Row:
    unit = rng.choice([unit for unit in council.units if unit.size])
    job = rng.choice(unit.jobs)
    words = rng.choice(VACANCIES).format(job=job)
    cells = {
        "Surname": words,
        "Job Title": job,
        "Department": unit.name,
        "Team": unit.teams[0],
        "Extension": free.pop() if free and rng.random() < 0.5 else "",
        "Member": "N",
    }
    return _not_a_person("vacancy", cells)


def _not_a_person(kind: str, cells: dict[str, str]) -> Row:
    row = Row(dict.fromkeys(HEADINGS, "") | cells, dict.fromkeys(TRUTH_HEADINGS, ""))
    row.truth["kind"] = kind
    row.dirt.append(f"row:{kind}")
    return row


def _truths(rows: Sequence[Row]) -> Iterable[dict[str, str]]:
    """Row numbers are those of a spreadsheet: the headings are row 1, the first person row 2."""
    number = {id(row): str(place) for place, row in enumerate(rows, start=2)}
    for row in rows:
        repeats = number[id(row.duplicates)] if row.duplicates is not None else ""
        yield row.truth | {
            "row": number[id(row)],
            "duplicate_of": repeats,
            "undecidable": ";".join(sorted(row.undecidable)),
            "dirt": ";".join(row.dirt),
        }


def _write(
    path: Path, headings: Sequence[str], rows: Iterable[Mapping[str, str]], *, encoding: str
) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, headings)
        writer.writeheader()
        writer.writerows(rows)
