"""The departments of the made-up council, the posts in them, and the seats of its members."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass

from benchmarks.organisation.names import HERE
from benchmarks.organisation.number_plan import NumberPlan

MEMBERS = 60
SITES = (
    "Civic Centre, North Block",
    "Civic Centre, South Block",
    "Vale House",
    "Ashbourne Central Library",
    "Mill Lane Depot",
    "Rookery Road Offices",
    "Ferncliffe Family Hub",
    "Old Town Hall",
)
WARDS = (
    "Abbotsmead",
    "Alder Green",
    "Brockhurst",
    "Canal Side",
    "Chalk Pit Road",
    "Copperfield",
    "Eastwater",
    "Fernhill",
    "Goose Common",
    "Hollybush",
    "Kingsmere",
    "Larkspur",
    "Mill Vale",
    "Nightingale",
    "Oakfield",
    "Priory",
    "Quarry Hill",
    "Rookery",
    "Southgate Park",
    "Tannery",
)
CIVIC_ROLES = (
    "Leader of the Council",
    "Deputy Leader of the Council",
    "The Mayor",
    "Deputy Mayor",
    "Leader of the Opposition",
    "Cabinet Member for Housing",
    "Cabinet Member for Finance",
    "Cabinet Member for Environment",
    "Cabinet Member for Children and Families",
    "Cabinet Member for Adult Care and Health",
    "Chair of the Planning Committee",
    "Chair of the Licensing Committee",
)
SHARED_NUMBERS = {"Members": "Member Services", "Trees": "Parks and Open Spaces"}
"""Departments that another department's desk answers for."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A department as `departments.toml` has it, with its number."""

    name: str
    aliases: tuple[str, ...]
    extension: str
    hours: str
    parent: str
    fallback: str
    head: str
    jobs: tuple[str, ...]
    teams: tuple[str, ...]
    size: int
    private: float
    """Share of its staff who take no calls from outside."""


@dataclass(frozen=True, slots=True)
class Post:
    unit: Unit
    job_title: str
    team: str
    site: str
    head: bool = False


def load_units(plan: NumberPlan) -> tuple[Unit, ...]:
    """All departments, every tenth extension from the first of the plan for each."""
    with (HERE / "departments.toml").open("rb") as file:
        tables = tomllib.load(file)["department"]
    numbers = {
        table["name"]: str(plan.extensions[10 * place]) for place, table in enumerate(tables)
    }
    return tuple(
        Unit(
            name=table["name"],
            aliases=tuple(table["aliases"]),
            extension=numbers[SHARED_NUMBERS.get(table["name"], table["name"])],
            hours=table.get("hours", "Mon-Fri 09:00-17:00"),
            parent=table.get("parent", ""),
            fallback=table.get("fallback", "" if table["name"] == "Switchboard" else "Switchboard"),
            head=table.get("head", ""),
            jobs=tuple(table.get("jobs", ())),
            teams=tuple(table.get("teams", ())),
            size=table["size"],
            private=table.get("private", 0.03),
        )
        for table in tables
    )


def staff_posts(units: tuple[Unit, ...], count: int, rng: random.Random) -> list[Post]:
    """`count` posts shared out by the departments' sizes, a head for each department first."""
    staffed = [unit for unit in units if unit.size]
    total = sum(unit.size for unit in staffed)
    sizes = {unit.name: max(1, count * unit.size // total) for unit in staffed}
    by_size = sorted(staffed, key=lambda unit: -unit.size)
    short = count - sum(sizes.values())
    for place in range(abs(short)):
        sizes[by_size[place % 20].name] += 1 if short > 0 else -1
    posts = []
    for unit in staffed:
        home = rng.choice(SITES)
        posts.append(Post(unit, unit.head, unit.teams[0], home, head=True))
        for _ in range(sizes[unit.name] - 1):
            site = home if rng.random() < 0.8 else rng.choice(SITES)
            posts.append(Post(unit, rng.choice(unit.jobs), rng.choice(unit.teams), site))
    return posts


def member_seat(members: Unit, place: int) -> Post:
    """The seat of the member at this place (from 0): three to a ward, offices to the first few."""
    ward = f"{WARDS[place // 3]} Ward"
    title = CIVIC_ROLES[place // 3] if place % 3 == 0 and place // 3 < len(CIVIC_ROLES) else ""
    return Post(members, title or f"Councillor, {ward}", ward, "Old Town Hall")
