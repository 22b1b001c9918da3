"""The sample organisation as it really is: what an ideal import of its files would find.

Read from the truth files beside the sample, not through our own import, so that a mistake in the
cleansing can't hide itself by moving the labels as well.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

from directory.model import Department, Directory, Person

SAMPLE = Path(__file__).parent.parent / "directory" / "sample"

SAFELY_LATER = date(2030, 1, 1)
"""Who leaves before this may be a leaver when the calls are routed, so no call asks for them."""


def sample_directory(sample: Path = SAMPLE) -> Directory:
    """People and departments of the truth files, duplicates merged.

    A person whose name or number can't be decided from the sample's rows (two surnames, two
    numbers, a damaged name) is there, marked `left`: a name that could mean such a person, under
    the present or the former surname, gets no label.
    """
    return Directory(
        people=tuple(_people(sample / "truth.csv")),
        departments=tuple(_departments(sample / "departments_truth.csv")),
    )


def _people(path: Path) -> list[Person]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "person"]
    # A judgement on any row of a person makes the person unclear, whichever row is kept.
    unclear = {row["duplicate_of"] or row["row"] for row in rows if row["undecidable"]}
    people = []
    for row in rows:
        leaves = date.fromisoformat(row["leaves"]) if row["leaves"] else None
        person = Person(
            key=row["staff_id"] or f"row {row['row']}",
            title=row["title"],
            forename=row["forename"],
            known_as=row["known_as"],
            surname=row["surname"],
            department=row["department"],
            job_title=row["job_title"],
            extension=row["extension"] or None,
            ex_directory=row["ex_directory"] == "yes",
            not_for_external=row["not_for_external"] == "yes",
            member=row["member"] == "yes",
            left=row["row"] in unclear or bool(leaves and leaves < SAFELY_LATER),
        )
        if row["former_surname"]:
            name = row["former_surname"]
            former = replace(person, key=f"{person.key} née", surname=name, left=True)
            people.append(former)
        if not row["duplicate_of"]:
            people.append(person)
        elif row["undecidable"]:
            people.append(replace(person, key=f"{person.key} {row['row']}", left=True))
    return people


def _departments(path: Path) -> list[Department]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    merged: dict[str, Department] = {}
    for row in sorted(rows, key=lambda row: bool(row["duplicate_of"])):
        aliases = tuple(filter(None, (alias.strip() for alias in row["aliases"].split(";"))))
        number = row["duplicate_of"] or row["row"]
        if number in merged:
            known = merged[number]
            merged[number] = replace(known, aliases=tuple(dict.fromkeys(known.aliases + aliases)))
        else:
            merged[number] = Department(
                key=f"department {number}",
                name=row["name"],
                aliases=aliases,
                extension=row["extension"] or None,
                parent=row["parent"],
                fallback=row["fallback"],
            )
    return list(merged.values())
