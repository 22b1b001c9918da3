"""Real people on real telephone calls, where a folder with such recordings is at hand.

The recordings are not part of the project. Nothing that is printed or kept names a speaker or
says what was said: results are counts.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

from benchmarks.organisation.names import NameSource
from benchmarks.result import Section
from benchmarks.routing_run import Graded, destination_accuracy, numbers, share_row
from directory.model import Directory, Person
from grammar.building import build
from grammar.model import Grammar
from grammar.phones import phones
from grammar.text import normalise
from switchboard.measures.grading import Expected, Wanted
from switchboard.measures.manifest import Labelled

ENTRIES = 1200
LEFT_OUT = 0.25
TELEPHONE_RATE = 8000
LABELS = ("certain", "canonicalised", "uncertain")


HALVES = 2
"""Speakers fall into halves: the calls of one are measured with a calibration that was fitted
without any of them (`benchmarks/fit.py`)."""

OTHER_KINDS = ("sentence", "digits", "department")
"""Recordings of the same calls that name nobody; "operator" among them asks for one."""


def half_of(speaker: str) -> int:
    """The half that a speaker falls into: 0 or 1, the same on every machine."""
    return crc32(speaker.encode()) % HALVES


def calls_and_grammar(folder: Path, *, all_kinds: bool = False) -> tuple[list[Labelled], Grammar]:
    """The clearly labelled calls, and a grammar of their names padded with made-up ones.

    A quarter of the names is left out of the directory: calls for those lead nowhere, but for a
    name that sounds exactly like a form of a listed one ("Steve" or "Stephen" for "Steven"): its
    caller would want that one. With `all_kinds` also what the same people said besides names.
    """
    rows = [row for row in recordings(folder) if row["original_rate"] == TELEPHONE_RATE]
    names = [row for row in rows if row["kind"] == "name" and row["label_quality"] in LABELS]
    known = sorted({row["text"] for row in names})
    rng = random.Random(1)
    rng.shuffle(known)
    listed = known[int(len(known) * LEFT_OUT) :]
    listed += made_up(ENTRIES - len(listed), known, rng)
    people = people_called(listed)
    grammar = build(Directory(people, ()))
    number_of = {person.key: person.extension for person in people}
    by_sound = {form.phones: number_of[form.entry] for form in grammar.forms}
    by_name = {name: person.extension for name, person in zip(listed, people, strict=True)}
    calls = [
        _labelled(folder, row, by_name.get(row["text"], by_sound.get(_sound(row["text"]))))
        for row in names
        if row["label_quality"] == "certain"
    ]
    if all_kinds:
        others = [row for row in rows if row["kind"] in OTHER_KINDS]
        calls += [_labelled(folder, row, None) for row in others]
    return calls, grammar


def recordings(folder: Path) -> list[dict[str, Any]]:
    """What is known of each recording, in the manifest's order."""
    lines = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _sound(name: str) -> str:
    return phones(normalise(name))


def made_up(count: int, known: list[str], rng: random.Random) -> list[str]:
    """So many names, none of which is known."""
    parts = [name.rpartition(" ") for name in known]
    source = NameSource(rng, {(forename, surname) for forename, _, surname in parts})
    return [f"{name.forename} {name.surname}" for name in (source.draw() for _ in range(count))]


def people_called(names: Sequence[str]) -> tuple[Person, ...]:
    """Somebody of each name, with an extension of their own."""
    return tuple(_person(number, name) for number, name in enumerate(names))


def _person(number: int, name: str) -> Person:
    forename, _, surname = name.rpartition(" ")
    return Person(f"p{number}", surname, forename, extension=str(5000 + number))


def _labelled(folder: Path, row: dict[str, Any], number: str | None) -> Labelled:
    expected = Expected(Wanted.TRANSFER, frozenset({number})) if number else Expected(Wanted.NONE)
    if row["text"].casefold() == "operator":
        expected = Expected(Wanted.OPERATOR)
    columns = {
        "name": row["text"],
        "channel": str(row.get("channel")),
        "speaker": str(row["speaker"]),
    }
    return Labelled(row["file"], folder / row["file"], expected, columns)


def section(calls: Sequence[Graded]) -> Section:
    """The measures beside their aims; some callers are in the recordings often, so per name too."""
    ours = destination_accuracy(call.ours for call in calls)
    peer = destination_accuracy(call.peer for call in calls)
    rows = (
        share_row("right, of calls with a destination", "right", ours, peer, ""),
        share_row("right or offered among 4", "offered", ours, peer, "92%"),
        ("the same, averaged per name", "92%", _per_name(calls, "ours"), _per_name(calls, "peer")),
        share_row("wrong transfers, of all calls", "misrouted", ours, peer, "1%"),
        share_row("transferred with nowhere to go", "intruded", ours, peer, "2%"),
    )
    names = len({call.columns["name"] for call in calls})
    about = (
        f"{len(calls)} recorded calls, {names} names padded to {ENTRIES:,} entries, a quarter of "
        "the names left out of the directory (and lead nowhere unless they sound like a form of a "
        "listed one); clear labels only; 95% intervals."
    )
    data = {"ours": numbers(ours), "peer": numbers(peer)}
    headings = ("measure", "reach", "switchboard", "plain peer")
    return Section("Real people on real telephone calls", about, headings, rows, data)


def _per_name(calls: Sequence[Graded], who: str) -> str:
    """The share of calls right or offered, each name counting as much as any other."""
    found = ((call.columns["name"], getattr(call, who)) for call in calls)
    graded = [(name, grade) for name, grade in found if grade.wanted is Wanted.TRANSFER]
    all_ = Counter(name for name, _ in graded)
    offered = Counter(name for name, grade in graded if grade.offered)
    return f"{sum(offered[name] / all_[name] for name in all_) / max(1, len(all_)):.1%}"
