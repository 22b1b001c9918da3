"""A made-up council, large enough to draw scripts from."""

from __future__ import annotations

from directory.model import Department, Directory, Person

_FORENAMES = ("Margaret", "Thomas", "Rebecca", "Desmond", "Katherine", "Gareth", "Yvonne", "Louis")
_SURNAMES = ("Whitlock", "Okafor", "Bannerman", "Lindqvist", "Trevelyan", "Dunmore", "Hargreaves")
_DEPARTMENTS = ("Planning", "Housing", "Parks", "Council Tax", "Libraries")


def larger_council() -> Directory:
    """Namesakes, a pair that sounds alike, an unusual name, and 24 ordinary ones."""
    people = [
        Person("1", "Smith", "Jane", department="Planning", job_title="Planner", extension="5001"),
        Person("2", "Smith", "Jane", department="Housing", job_title="Clerk", extension="5002"),
        Person("3", "Ashe", "Joan", department="Housing", extension="5003"),
        Person("4", "Ash", "John", department="Parks", extension="5004"),
        Person("5", "Pemberton", "Ngozi", department="Parks", extension="5005"),
        Person("6", "Featherstonehaugh", "Wilhelmina", department="Parks", extension="5006"),
    ]
    people += [
        Person(
            f"1{number:02}",
            _SURNAMES[number % len(_SURNAMES)],
            _FORENAMES[number % len(_FORENAMES)],
            department=_DEPARTMENTS[number % len(_DEPARTMENTS)],
            extension=f"51{number:02}",
        )
        for number in range(24)
    ]
    departments = tuple(
        Department(f"d{number}", name, extension=f"600{number}")
        for number, name in enumerate(_DEPARTMENTS)
    )
    return Directory(tuple(people), departments)
