"""What the adaptation's callers say: names of no measured directory, in the phrases callers use.

Each text comes as it is spoken and as Whisper would write it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from benchmarks import phrases
from benchmarks.calls import spoken
from benchmarks.organisation.names import communities
from benchmarks.truth import sample_directory

DEPARTMENTS = (
    "accident and emergency", "admissions", "alumni office", "anaesthetics", "archaeology",
    "audiology", "bursary", "cardiology", "catering", "chaplaincy", "chemistry", "claims",
    "communications", "complaints", "computing services", "conferences", "counselling",
    "day surgery", "dentistry", "dermatology", "dispatch", "drama", "economics", "endoscopy",
    "engineering", "English literature", "estates", "exams office", "facilities", "finance office",
    "fire safety", "fracture clinic", "fundraising", "geography", "graduate school", "haematology",
    "health records", "history", "insurance", "intensive care", "international office",
    "investigations", "kitchens", "laboratory", "language centre", "laundry", "law school",
    "lost property", "mathematics", "medical school", "membership", "midwifery", "mortuary",
    "museum", "music", "neurology", "nursery", "occupational health", "oncology", "ophthalmology",
    "orthopaedics", "outpatients", "paediatrics", "pathology", "payments", "pensions", "pharmacy",
    "philosophy", "physics", "physiotherapy", "podiatry", "politics", "porters", "postroom",
    "press office", "print room", "psychology", "publications", "quality assurance", "radiology",
    "reception", "recruitment", "refunds", "repairs", "research office", "rheumatology", "sales",
    "security", "sociology", "sports centre", "stores", "student support", "surgery", "theatres",
    "ticket office", "timetabling", "travel desk", "tuition fees", "veterinary science",
    "vice chancellor's office", "waiting lists", "ward five", "warehouse", "X-ray", "youth hostel",
    "zoology",
)  # fmt: skip
"""Of hospitals, universities and firms more than of councils."""

TITLES = {
    "Mr": "Mr.", "Mrs": "Mrs.", "Ms": "Ms.", "Miss": "Miss", "Doctor": "Dr.",
    "Professor": "Professor", "Councillor": "Councillor", "Sister": "Sister",
}  # fmt: skip
"""As spoken and as written."""
_TITLE = re.compile(r"@([A-Za-z]+)")

KINDS = {
    "full_name": 0.33,
    "carrier": 0.25,
    "title_surname": 0.10,
    "surname": 0.04,
    "forename": 0.02,
    "name_department": 0.07,
    "department": 0.08,
    "department_form": 0.04,
    "command": 0.04,
    "out_of_scope": 0.03,
}
_QUESTIONS = ("can", "could", "may", "is", "would", "please could", "do", "which", "what", "how")
_HELD_OUT = 2
"""Every third carrier, from this on, is kept for the testing half, as in `calls.py`."""


@cache
def _census(kind: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Names of the United States' census of 1990 (the package `names`), and their weights.

    Weights are the root of the shares: rare names are heard about as often as common ones.
    """
    lines = (files("names") / f"dist.{kind}").read_text(encoding="utf-8").split("\n")
    rows = [line.split() for line in lines if line][:8000]
    return tuple(row[0].title() for row in rows), tuple(float(row[1]) ** 0.5 for row in rows)


class Names:
    """Draws forenames and surnames; never a whole name of the sample organisation's directory."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        people = sample_directory().people
        given = {(name, p.surname) for p in people for name in (p.forename, p.known_as) if name}
        self._unwanted = {f"{name} {surname}".casefold() for name, surname in given}

    def full(self) -> tuple[str, str]:
        while True:
            forename, surname = self._any()
            if f"{forename} {surname}".casefold() not in self._unwanted:
                return forename, surname

    def _any(self) -> tuple[str, str]:
        rng = self._rng
        if rng.random() < 0.4:
            sex = rng.choice(("female.first", "male.first"))
            forenames, weights = _census(sex)
            surnames, shares = _census("all.last")
            return rng.choices(forenames, weights)[0], rng.choices(surnames, shares)[0]
        known = rng.choice(communities()) if rng.random() < 0.7 else communities()[0]
        forename = rng.choice((known.female if rng.random() < 0.5 else known.male).items)
        return forename, rng.choice(known.surnames.items)


def texts(seed: int) -> Iterator[tuple[str, str]]:
    """Endless texts, each as (spoken, written)."""
    rng = random.Random(f"adaptation {seed}")
    names = Names(rng)
    kinds, shares = tuple(KINDS), tuple(KINDS.values())
    while True:
        said = _said(rng.choices(kinds, shares)[0], names, rng)
        text = written(said, rng)
        yield (
            spoken(_TITLE.sub(lambda found: found[1], said)),
            _TITLE.sub(lambda found: TITLES[found[1]], text),
        )


def _said(kind: str, names: Names, rng: random.Random) -> str:
    """What is said; a title is marked by "@"."""
    forename, surname = names.full()
    name, department = f"{forename} {surname}", rng.choice(DEPARTMENTS)
    made = {
        "full_name": lambda: name,
        "carrier": lambda: _one(phrases.CARRIERS + phrases.PERSON_CARRIERS, rng).format(name),
        "title_surname": lambda: _carried(f"@{rng.choice(tuple(TITLES))} {surname}", rng),
        "surname": lambda: _carried(surname, rng),
        "forename": lambda: _carried(forename, rng),
        "name_department": lambda: rng.choice(phrases.NAME_IN_DEPARTMENT).format(name, department),
        "department": lambda: _carried(department, rng),
        "department_form": lambda: rng.choice(phrases.DEPARTMENT_FORMS).format(department),
        "command": lambda: rng.choice(phrases.OPERATOR_REQUESTS),
        "out_of_scope": lambda: rng.choice(phrases.OUT_OF_SCOPE[::2]),
    }
    return made[kind]()


def _carried(name: str, rng: random.Random) -> str:
    return _one(phrases.CARRIERS, rng).format(name) if rng.random() < 0.4 else name


def _one(carriers: Sequence[str], rng: random.Random) -> str:
    return rng.choice([each for at, each in enumerate(carriers) if at % 3 != _HELD_OUT])


def written(said: str, rng: random.Random) -> str:
    """As Whisper tends to write it: a capital first, "please" set off, a mark at the end."""
    text = said
    if text.endswith(" please") and rng.random() < 0.7:
        text = text.removesuffix(" please") + ", please"
    question = text.casefold().split(", ")[-2 if text.endswith(", please") else -1]
    asked = question.startswith(_QUESTIONS) or text.casefold().startswith(_QUESTIONS)
    mark = "?" if asked else "."
    text += mark if rng.random() < 0.9 else ""
    return text[0].upper() + text[1:]
