"""The cleansed directory: people, departments, and the destinations that they share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Person:
    """One person who can be asked for by name.

    `key` identifies the person from one import to the next: the staff number where the source has
    one, else a digest of what hardly changes (see `directory.identity`). Numbers are cleansed:
    `extension` is bare digits as dialled inside, `direct_line` and `mobile` are E.164 (+44...).
    Text fields are "" when unknown, numbers None.
    """

    key: str
    surname: str
    forename: str = ""
    title: str = ""
    known_as: str = ""
    middle_names: str = ""
    suffix: str = ""
    job_title: str = ""
    department: str = ""
    team: str = ""
    site: str = ""
    extension: str | None = None
    direct_line: str | None = None
    mobile: str | None = None
    email: str = ""
    ex_directory: bool = False
    not_for_external: bool = False
    member: bool = False
    leaves: date | None = None
    left: bool = False
    """A tombstone: gone from the source, or the leaving date has passed. Never transferred to."""

    @property
    def full_name(self) -> str:
        return f"{self.forename} {self.surname}".strip()

    @property
    def display_name(self) -> str:
        """What an announcement or a list says: the known-as name where there is one."""
        return f"{self.known_as or self.forename} {self.surname}".strip()


@dataclass(frozen=True, slots=True)
class Department:
    """A department, with the other names by which callers ask for it."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    extension: str | None = None
    direct_line: str | None = None
    opening_hours: str = ""
    """As the organisation writes it. Calls go by it where `directory.opening_hours` can read it."""
    parent: str = ""
    fallback: str = ""
    """Name of the department that is offered when it has no number, or nobody answers there."""
    left: bool = False


@dataclass(frozen=True, slots=True)
class Directory:
    """A whole cleansed directory, tombstones included. Row order carries no meaning."""

    people: tuple[Person, ...] = ()
    departments: tuple[Department, ...] = ()
    _departments_by_name: dict[str, Department] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        for department in self.departments:
            self._departments_by_name[department.name.casefold()] = department

    def department(self, name: str) -> Department | None:
        """The department of that name (case ignored), or None."""
        return self._departments_by_name.get(name.casefold())


def number_of(entry: Person | Department) -> str | None:
    """The number a transfer to this entry dials: its extension, else its direct line, else none.

    A mobile is never dialled: it is personal, and costs the organisation.
    """
    return entry.extension or entry.direct_line
