"""The council as it really is: who works there, at which desk, under which number."""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, timedelta

from benchmarks.organisation.names import Name, NameSource
from benchmarks.organisation.number_plan import MOBILES, NumberPlan, free_extensions, plan_for
from benchmarks.organisation.planned import place_planned_people
from benchmarks.organisation.units import (
    MEMBERS,
    Post,
    Unit,
    load_units,
    member_seat,
    staff_posts,
)

DOMAIN = "ashbournevale.example"
EXPORTED = date(2026, 9, 1)
"""The day of the export: leavers left before it, and those who will leave do so years after."""
UNLISTED_UNITS = ("Transformation Programme", "Tourism Partnership", "Vale 2030 Project")
"""Units that staff belong to and that the list of departments has never heard of."""


@dataclass(frozen=True, slots=True)
class Staff:
    """One person, and the truth about them. `facts` says what makes the person hard to handle."""

    name: Name
    post: Post
    department: str
    staff_id: str = ""
    extension: str = ""
    direct_line: str = ""
    """E.164; empty where the organisation has recorded none."""
    mobile: str = ""
    email: str = ""
    ex_directory: bool = False
    not_for_external: bool = False
    member: bool = False
    leaves: date | None = None
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Council:
    plan: NumberPlan
    units: tuple[Unit, ...]
    staff: tuple[Staff, ...]
    """In the order of departments; the export shuffles them."""
    free_extensions: tuple[str, ...]
    """On nobody's desk."""


def build_council(*, people: int, seed: int) -> Council:
    """The council with so many people, members included; the same for the same arguments."""
    rng = random.Random(f"council {seed}")
    plan = plan_for(people)
    units = load_units(plan)
    posts = staff_posts(units, people - MEMBERS, rng)
    planned = place_planned_people(posts, rng)
    source = NameSource(rng, {(name.forename, name.surname) for name, _ in planned.values()})
    staff = []
    for place, post in enumerate(posts):
        name, facts = planned[place] if place in planned else (source.draw(), ())
        staff.append(_employee(name, post, facts, rng))
    members = next(unit for unit in units if unit.name == "Members")
    for place in range(MEMBERS):
        name = replace(source.draw(), title="Councillor")
        staff.append(Staff(name, member_seat(members, place), members.name, member=True))
    desks = free_extensions(plan, {unit.extension for unit in units}, rng)
    staff = _with_numbers(staff, plan, list(desks), rng)
    staff = _with_leavers(staff, rng)
    taken = {person.extension for person in staff} | {unit.extension for unit in units}
    unused = tuple(str(number) for number in plan.extensions if str(number) not in taken)
    return Council(plan, units, tuple(_with_identities(staff, rng)), unused)


def _employee(name: Name, post: Post, facts: tuple[str, ...], rng: random.Random) -> Staff:
    department = post.unit.name
    if not post.head and not facts and rng.random() < 0.006:
        department = rng.choice(UNLISTED_UNITS)
        facts = (*facts, "unlisted_department")
    return Staff(
        name,
        post,
        department,
        ex_directory=rng.random() < (0.1 if post.head else 0.02),
        not_for_external=not post.head and rng.random() < post.unit.private,
        facts=facts,
    )


def _with_numbers(
    staff: list[Staff], plan: NumberPlan, desks: list[str], rng: random.Random
) -> list[Staff]:
    """A desk for nearly everybody; some share one with a colleague, a few have none."""
    # A mobile is nobody else's: beyond a thousand people, fewer and fewer of them have one.
    mobiles = list(MOBILES)
    rng.shuffle(mobiles)
    mobile_share = min(0.3, 0.9 * len(MOBILES) / len(staff))
    numbered: list[Staff] = []
    last_desk: dict[str, int] = {}
    for person in staff:
        changes: dict[str, str] = {}
        sharing = last_desk.get(person.department)
        chance = rng.random()
        if chance < 0.03 and not person.post.head:
            person = replace(person, facts=(*person.facts, "no_number"))  # noqa: PLW2901
        else:
            share = 0.4 if person.member else 0.035
            if sharing is not None and rng.random() < share and not person.post.head:
                colleague = numbered[sharing]
                if "shared_desk" not in colleague.facts:
                    facts = (*colleague.facts, "shared_desk")
                    numbered[sharing] = replace(colleague, facts=facts)
                person = replace(person, facts=(*person.facts, "shared_desk"))  # noqa: PLW2901
                changes["extension"] = colleague.extension
            else:
                changes["extension"] = desks.pop()
                last_desk[person.department] = len(numbered)
            if rng.random() < 0.83:
                changes["direct_line"] = plan.direct_line(changes["extension"])
        if mobiles and rng.random() < (0.7 if person.member else mobile_share):
            changes["mobile"] = mobiles.pop()
        numbered.append(replace(person, **changes))  # type: ignore[arg-type]
    return numbered


def _with_leavers(staff: list[Staff], rng: random.Random) -> list[Staff]:
    """One in forty has left or will leave; some leavers' desks went to a successor."""
    result = list(staff)
    newcomers = [
        place
        for place, person in enumerate(staff)
        if not person.facts and not person.member and not person.post.head
    ]
    rng.shuffle(newcomers)
    count = len(staff) // 40
    for place in newcomers[:count]:
        if rng.random() < 0.7:
            leaves = EXPORTED - timedelta(days=rng.randrange(20, 900))
            facts: tuple[str, ...] = ("left",)
        else:
            leaves = date(rng.choice((2031, 2032, 2033)), rng.randrange(1, 13), 28)
            facts = ("leaves_in_years",)
        result[place] = replace(staff[place], leaves=leaves, facts=facts)
    for place in newcomers[: count // 4]:
        leaver = result[place]
        successor = newcomers[count + place % (len(newcomers) - count)]
        if "left" in leaver.facts and not result[successor].facts and leaver.extension:
            result[successor] = replace(
                result[successor],
                post=leaver.post,
                department=leaver.department,
                extension=leaver.extension,
                direct_line=leaver.direct_line,
                facts=("has_leavers_desk",),
            )
    return result


def _with_identities(staff: list[Staff], rng: random.Random) -> list[Staff]:
    """Staff numbers in no order, and e-mail addresses that are nobody else's."""
    numbers = list(range(len(staff)))
    rng.shuffle(numbers)
    seen: dict[str, int] = {}
    result = []
    for person, number in zip(staff, numbers, strict=True):
        staff_id = f"M{number:06d}" if person.member else f"AV{100000 + number * 7}"
        name = person.name
        local = f"{_slug(name.known_as or name.forename)}.{_slug(name.surname)}"
        seen[local] = seen.get(local, 0) + 1
        suffix = str(seen[local]) if seen[local] > 1 else ""
        prefix = "cllr." if person.member else ""
        email = f"{prefix}{local}{suffix}@{DOMAIN}" if rng.random() < 0.9 else ""
        result.append(replace(person, staff_id=staff_id, email=email))
    return result


PLAIN = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "ß": "ss", "ı": "i", "đ": "d"})


def _slug(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.translate(PLAIN)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z-]", "", bare.casefold())
