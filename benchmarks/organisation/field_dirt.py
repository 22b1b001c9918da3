"""What goes wrong in every other column: white space, fillers, flags, dates, departments."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date

from benchmarks.organisation.rows import Row
from benchmarks.organisation.units import Unit

FILLERS = ("N/A", "n/a", "-", "TBC", "tbc", "None", "Not known")
YES = ("Yes", "TRUE", "1", "yes", "y", "True", "X")
NO = ("No", "FALSE", "0", "no", "n", "")
SURE_LENGTH = 8
FLAGS = {
    "Ex-directory": "ex_directory",
    "Not for external callers": "not_for_external",
    "Member": "member",
}
DATES = ("%d/%m/%Y 00:00:00", "%d-%b-%Y", "%Y-%m-%d", "%d.%m.%Y", "%d %B %Y", "%d/%m/%y")
SPACED = ("Forename", "Surname", "Job Title", "Department", "Extension", "Team", "Direct Line")
FILLED = {
    "Known As": "known_as",
    "Middle Names": "middle_names",
    "Mobile": "mobile",
    "Direct Line": "direct_line",
    "Extension": "extension",
    "E-mail": "email",
}


def distort_fields(row: Row, rng: random.Random) -> None:
    """Flags, leaving date, fillers and, last, white space."""
    for heading, field in FLAGS.items():
        truthy = row.truth[field] == "yes"
        if rng.random() < (0.3 if truthy else 0.004):
            row.soil(f"{field}:spelling", {heading: rng.choice(YES if truthy else NO)})
    leaves = row.truth["leaves"]
    if leaves and rng.random() < 0.6:
        style = rng.choice(DATES)
        row.soil("leaves:style", {"Leaving date": date.fromisoformat(leaves).strftime(style)})
    if rng.random() < 0.02:
        empty = [heading for heading, field in FILLED.items() if not row.cells[heading]]
        # A filler over a cell that dirt emptied would say that there is nothing to recover.
        empty = [heading for heading in empty if not row.truth[FILLED[heading]]]
        if empty:
            heading = rng.choice(empty)
            row.soil(f"{FILLED[heading]}:filler", {heading: rng.choice(FILLERS)})
    if rng.random() < 0.03:
        _white_space(row, rng)


def _white_space(row: Row, rng: random.Random) -> None:
    heading = rng.choice([heading for heading in SPACED if row.cells[heading]])
    value = row.cells[heading]
    styles = [f" {value}", f"{value} ", f"{value}\u00a0", f"{value}  ", f"\t{value}"]
    if " " in value:
        styles += [value.replace(" ", "  ", 1), value.replace(" ", "\u00a0", 1)] * 2
    code = heading.casefold().replace(" ", "_")
    row.soil(f"{code}:white_space", {heading: rng.choice(styles)})


def distort_department(row: Row, rng: random.Random, units: Sequence[Unit]) -> None:
    """One in twenty-five writes the department's name in a way of their own."""
    if "unlisted_department" in row.truth["facts"] or rng.random() >= 0.04:
        return
    name = row.truth["department"]
    unit = next(unit for unit in units if unit.name == name)
    unambiguous = [
        alias for alias in unit.aliases if sum(alias in other.aliases for other in units) == 1
    ]
    spellings = [
        name.upper(),
        name.lower(),
        f"{name} Department",
        f"{name} Dept",
    ]
    if " and " in name:
        spellings += [name.replace(" and ", " & ")] * 4
    if "'" in name:
        spellings += [name.replace("'", ""), name.replace("'", "’")] * 2
    choices = [("spelling", spelling) for spelling in spellings]
    choices += [("alias", alias.title() if alias.islower() else alias) for alias in unambiguous[:2]]
    choices += [("typing_error", _typing_error(name, rng))] * 2
    what, written = rng.choice(choices)
    # One wrong letter in "Rents" could be another word: only long names give themselves away.
    short = what == "typing_error" and len(name) < SURE_LENGTH
    undecidable = ("department",) if short else ()
    row.soil(f"department:{what}", {"Department": written}, undecidable=undecidable)


def _typing_error(name: str, rng: random.Random) -> str:
    """One letter left out, doubled, or changed places with the next, never the first."""
    place = rng.choice(
        [i for i in range(1, len(name) - 1) if name[i].isalpha() and name[i + 1].isalpha()]
    )
    before, letter, following, after = (
        name[:place],
        name[place],
        name[place + 1],
        name[place + 2 :],
    )
    errors = [before + following + after, before + letter * 2 + following + after]
    if letter != following:
        errors.append(before + following + letter + after)
    return rng.choice([error for error in errors if error != name])
