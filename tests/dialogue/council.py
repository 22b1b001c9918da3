"""A small made-up organisation for calls: namesakes, sound-alikes, hidden people, a leaver."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from directory.model import Department, Directory, Person
from grammar.building import build
from grammar.decision import Costs
from grammar.model import Grammar
from switchboard.dialogue.policy import Operator, Policy
from switchboard.dialogue.world import World, world_of

_BROWNS = tuple(
    Person(f"b{n}", "Brown", "John", department=department, job_title=job, extension=f"55{n:02}")
    for n, (department, job) in enumerate(
        [
            ("Housing", "Clerk"), ("Housing", "Surveyor"), ("Planning", "Clerk"),
            ("Parking", "Warden"), ("Libraries", "Librarian"), ("Legal Services", "Solicitor"),
        ]
    )
)  # fmt: skip

PEOPLE = (
    Person("tom", "Okafor", "Thomas", department="Planning", team="Tree Team", extension="5001"),
    Person("jane-h", "Smith", "Jane", department="Housing", extension="5003"),
    Person("jane-p", "Smith", "Jane", department="Planning", extension="5004"),
    Person("twin-1", "Doyle", "Ann", department="Parking", extension="5011"),
    Person("twin-2", "Doyle", "Ann", department="Parking", extension="5012"),
    Person("jon", "Reid", "Jon", department="Planning", job_title="Clerk", extension="5021"),
    Person("joan", "Reed", "Joan", department="Parking", job_title="Warden", extension="5022"),
    Person("shared-1", "Quill", "Peter", department="Libraries", extension="5030"),
    Person("shared-2", "Vance", "Rosa", department="Libraries", extension="5030"),
    Person("hidden", "Castellane", "Iris", department="Housing", extension="5041",
           ex_directory=True),
    Person("inside", "Marchbank", "Una", department="Parking", extension="5042",
           not_for_external=True),
    Person("gone", "Pargeter", "Jocasta", department="Housing", extension="5050", left=True),
    Person("gone-hidden", "Zellweger", "Odile", department="Housing", left=True,
           ex_directory=True),
    Person("gone-alone", "Thistlewood", "Fay", left=True),
    Person("mute", "Underhill", "Basil", department="Parking"),
    Person("lonely", "Yarrow", "Kit", extension="5060"),
    Person("direct", "Nightingale", "Flo", department="Planning",
           direct_line="+442083137777"),
    *_BROWNS,
)  # fmt: skip

DEPARTMENTS = (
    Department("housing", "Housing", extension="5100"),
    Department("planning", "Planning", aliases=("building control",), extension="5101"),
    Department("parking", "Parking", extension="5102"),
    Department("libraries", "Libraries", extension="5103", fallback="Housing"),
    Department("legal", "Legal Services", extension="5104"),
    Department("trees", "Tree Team", extension="5105", parent="Planning"),
)

POLICY = Policy(
    operators=(Operator("900", 20.0), Operator("901", 30.0)),
    last_resort="999100",
)

NOON = datetime(2025, 1, 15, 12, 0, tzinfo=ZoneInfo("Europe/London"))
"""A Wednesday."""


def later(**delta: float) -> datetime:
    return NOON + timedelta(**delta)


@cache
def grammar() -> Grammar:
    return build(Directory(PEOPLE, DEPARTMENTS))


@cache
def _world() -> World:
    return world_of(grammar(), POLICY, Costs())


def world(policy: Policy = POLICY) -> World:
    return replace(_world(), policy=policy)
