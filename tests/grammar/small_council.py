"""A small made-up directory that has one of everything, and its grammar.

`python -m tests.grammar.small_council > tests/golden/small_council.jsonl` writes the golden file
anew; read the difference before you commit it.
"""

from __future__ import annotations

import sys

from directory.model import Department, Directory, Person
from grammar.building import build
from grammar.model import Grammar
from grammar.versions import dump

PEOPLE = (
    Person(
        "1", "Featherstonehaugh", "Marigold", title="Mrs", department="Legal Services",
        job_title="Solicitor", extension="5001",
    ),
    Person(
        "2", "Smith", "William", known_as="Bill", middle_names="Arthur", title="Mr",
        job_title="Chief Executive", department="Legal Services", extension="5002",
    ),
    Person("3", "Smith", "Jane", title="Ms", department="Housing", extension="5003"),
    Person("4", "Smith", "Jane", title="Dr", department="Legal Services", extension="5004"),
    Person(
        "5", "O'Neill-Khan", "Siobhan", title="Cllr", member=True, job_title="Councillor",
        ex_directory=True,
    ),
    Person("6", "Pargeter", "Jocasta", department="Housing", extension="5006", left=True),
    Person("7", "Smythe", "Jayne", department="Housing", direct_line="+442083135007"),
    Person("8", "Pargeter", "Jocasta", department="Housing", job_title="Officer"),
)  # fmt: skip

DEPARTMENTS = (
    Department("d1", "Housing", aliases=("homes", "HR"), extension="5100", parent="Environment"),
    Department("d2", "Legal Services", extension="5101", fallback="Housing"),
    Department("d3", "Environment"),
    Department("d4", "IT Services", extension="5103", left=True),
)


def small_council() -> Directory:
    return Directory(PEOPLE, DEPARTMENTS)


def small_grammar() -> Grammar:
    return build(
        small_council(),
        aliases=[("the roof over my head", "d1"), ("nobody", "gone")],
        call_counts=[("2", 40), ("gone", 3)],
    )


def golden_lines(grammar: Grammar) -> bytes:
    """Entries, forms and call counts; the phrases and pronunciations shipped are files already."""
    kept = (b'["E"', b'["F"', b'["N"')
    lines = dump(grammar).splitlines(keepends=True)
    return b"".join(line for line in lines if line.startswith(kept))


if __name__ == "__main__":
    sys.stdout.buffer.write(golden_lines(small_grammar()))
