"""The list of departments as the switchboard's staff have kept it, by hand, for years."""

from __future__ import annotations

import random

from benchmarks.organisation.people import Council
from benchmarks.organisation.units import SHARED_NUMBERS, Unit

DEPARTMENT_HEADINGS = (
    "Department",
    "Also known as",
    "Extension",
    "Opening hours",
    "Parent",
    "Fallback department",
)
HOURS = {
    "Mon-Fri 09:00-17:00": ("Mon - Fri 9am to 5pm", "Monday to Friday 9-5", "9-5 Mon-Fri"),
    "24 hours": ("24/7", "24hrs"),
}
SECOND_ENTRIES = {
    "Waste and Recycling": ("Waste & Recycling", "wheelie bins; green waste"),
    "Children's Services": ("Childrens Services", "social services (children)"),
    "Housing Options": ("HOUSING OPTIONS ", "homeless persons unit"),
}
"""Entered twice, with further names by which callers know it: those are worth keeping."""

Cells = dict[str, str]


def department_rows(council: Council, rng: random.Random) -> tuple[list[Cells], list[Cells]]:
    """The list as exported, and the truth of each of its rows, in the same order."""
    rows = [(*_listed(unit, rng), unit) for unit in council.units]
    rows += [(*_second_entry(unit), unit) for unit in council.units if unit.name in SECOND_ENTRIES]
    rng.shuffle(rows)
    number = {
        truth["name"]: str(place)
        for place, (_, truth, _) in enumerate(rows, start=2)
        if not truth["duplicate_of"]
    }
    for place, (_, truth, unit) in enumerate(rows, start=2):
        truth["row"] = str(place)
        if truth["duplicate_of"]:
            truth["duplicate_of"] = number[unit.name]
    return [cells for cells, _, _ in rows], [truth for _, truth, _ in rows]


def _listed(unit: Unit, rng: random.Random) -> tuple[Cells, Cells]:
    dirt: list[str] = []
    aliases = list(unit.aliases)
    separator = "; "
    if rng.random() < 0.12:
        separator = rng.choice((";", " ; ", ";  "))
        dirt.append("aliases:white_space")
    if rng.random() < 0.06:
        aliases.append(aliases[0].upper())
        dirt.append("aliases:repeated")
    also_known_as = separator.join(aliases)
    if rng.random() < 0.08:
        also_known_as += ";"
        dirt.append("aliases:trailing_separator")
    extension = unit.extension
    if rng.random() < 0.1:
        extension = rng.choice(("x{}", "ext {}", "{} ", "Ext. {}")).format(extension)
        dirt.append("extension:style")
    hours = unit.hours
    if hours in HOURS and rng.random() < 0.08:
        hours = rng.choice(HOURS[hours])
        dirt.append("opening_hours:style")
    fallback = unit.fallback
    if rng.random() < 0.08 and fallback:
        fallback = rng.choice((fallback.upper(), f"{fallback} ", fallback.replace(" and ", " & ")))
        dirt += ["fallback:spelling"] if fallback != unit.fallback else []
    cells = {
        "Department": unit.name,
        "Also known as": also_known_as,
        "Extension": extension,
        "Opening hours": hours,
        "Parent": unit.parent,
        "Fallback department": fallback,
    }
    return cells, _truth(unit, "; ".join(unit.aliases), dirt)


def _second_entry(unit: Unit) -> tuple[Cells, Cells]:
    name, also_known_as = SECOND_ENTRIES[unit.name]
    cells = {
        "Department": name,
        "Also known as": also_known_as,
        "Extension": unit.extension,
        "Opening hours": "",
        "Parent": "",
        "Fallback department": "",
    }
    truth = _truth(unit, also_known_as, ["row:duplicate"])
    return cells, truth | {"duplicate_of": "?"}


def _truth(unit: Unit, aliases: str, dirt: list[str]) -> Cells:
    return {
        "row": "",
        "name": unit.name,
        "aliases": aliases,
        "extension": unit.extension,
        "opening_hours": unit.hours,
        "parent": unit.parent,
        "fallback": unit.fallback,
        "duplicate_of": "",
        "facts": "shared_desk" if _shares(unit) else "",
        "dirt": ";".join(dirt),
    }


def _shares(unit: Unit) -> bool:
    return unit.name in SHARED_NUMBERS or unit.name in SHARED_NUMBERS.values()
