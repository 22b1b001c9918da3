"""One person twice: exactly, or nearly."""

from __future__ import annotations

import random
from collections.abc import Sequence

from benchmarks.organisation.name_dirt import FORMER_SURNAMES, doubt_capitals
from benchmarks.organisation.names import nicknames
from benchmarks.organisation.number_plan import NumberPlan
from benchmarks.organisation.rows import Row, national
from benchmarks.organisation.units import Unit

SHARES = {
    "exact": 0.007,
    "capitals": 0.004,
    "moved": 0.008,
    "typing_error": 0.006,
    "nickname": 0.006,
    "married": 0.003,
}
"""Duplicates of each kind, as a share of all people."""


def duplicate_rows(
    rows: Sequence[Row],
    rng: random.Random,
    *,
    units: Sequence[Unit],
    plan: NumberPlan,
    free: list[str],
) -> list[Row]:
    """Further rows for some of the people, each with the truth of the row that it repeats."""
    candidates = [
        row
        for row in rows
        if row.truth["facts"] in {"", "tricky"}
        and row.truth["extension"]
        and not row.undecidable
        and not any(dirt.startswith(("name", "forename", "surname")) for dirt in row.dirt)
    ]
    rng.shuffle(candidates)
    copies: list[Row] = []
    for kind, share in SHARES.items():
        wanted = max(2, round(share * len(rows)))
        while wanted and candidates:
            copy = candidates.pop().copy()
            if not _alter(kind, copy, rng, units=units, plan=plan, free=free):
                continue
            copy.truth["duplicate_kind"] = kind
            copy.dirt.append(f"row:duplicate_{kind}")
            copies.append(copy)
            wanted -= 1
    return copies


def _alter(
    kind: str,
    copy: Row,
    rng: random.Random,
    *,
    units: Sequence[Unit],
    plan: NumberPlan,
    free: list[str],
) -> bool:
    """Make the copy a duplicate of this kind; False where the person doesn't lend itself to it."""
    match kind:
        case "capitals":
            copy.cells["Surname"] = copy.cells["Surname"].upper()
            copy.cells["Forename"] = copy.cells["Forename"].upper()
            copy.dirt += ["surname:capitals", "forename:capitals"]
            doubt_capitals(copy, lower=False)
        case "moved":
            return _move(copy, rng, units=units, plan=plan, free=free)
        case "typing_error":
            return _mistype_surname(copy, rng)
        case "nickname":
            return _call_by_nickname(copy, rng)
        case "married":
            return _give_former_surname(copy, rng)
    return True


def _move(
    copy: Row, rng: random.Random, *, units: Sequence[Unit], plan: NumberPlan, free: list[str]
) -> bool:
    """The old post was never closed: both rows look current, and only a person can say which is."""
    if not free or copy.truth["member"] == "yes":
        return False
    elsewhere = [unit for unit in units if unit.size and unit.name != copy.truth["department"]]
    unit = rng.choice(elsewhere)
    extension = free.pop()
    line = national(plan.direct_line(extension)) if copy.cells["Direct Line"] else ""
    copy.cells |= {
        "Department": unit.name,
        "Team": unit.teams[0],
        "Job Title": rng.choice(unit.jobs),
        "Extension": extension,
        "Direct Line": line,
    }
    moved = {"department", "team", "job_title", "extension", "direct_line"}
    copy.undecidable |= moved
    if copy.duplicates is not None:
        copy.duplicates.undecidable |= moved
    if rng.random() < 0.5:
        copy.cells["Staff ID"] += "-2"
        copy.undecidable.add("staff_id")
    return True


def _new_staff_id(copy: Row, rng: random.Random) -> None:
    copy.cells["Staff ID"] = rng.choice((f"AV{rng.randrange(900000, 999999)}", ""))
    copy.undecidable.add("staff_id")


def _mistype_surname(copy: Row, rng: random.Random) -> bool:
    surname = copy.cells["Surname"]
    places = [i for i in range(1, len(surname) - 1) if surname[i : i + 2].isalpha()]
    if len(surname) < 6 or not places:
        return False
    place = rng.choice(places)
    swapped = surname[:place] + surname[place + 1] + surname[place] + surname[place + 2 :]
    dropped = surname[:place] + surname[place + 1 :]
    copy.cells["Surname"] = rng.choice((swapped, dropped)) if swapped != surname else dropped
    copy.undecidable.add("surname")
    _new_staff_id(copy, rng)
    return True


def _call_by_nickname(copy: Row, rng: random.Random) -> bool:
    choices = nicknames().get(copy.truth["forename"])
    if not choices:
        return False
    copy.cells["Forename"] = copy.truth["known_as"] or choices[0]
    copy.cells["Known As"] = ""
    copy.undecidable |= {"forename", "known_as"}
    _new_staff_id(copy, rng)
    return True


def _give_former_surname(copy: Row, rng: random.Random) -> bool:
    if copy.truth["title"] not in {"Mrs", "Ms"}:
        return False
    former = rng.choice([name for name in FORMER_SURNAMES if name != copy.truth["surname"]])
    copy.truth["former_surname"] = former
    copy.cells["Surname"] = former
    copy.undecidable.add("surname")
    return True
