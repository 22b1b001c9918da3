"""The sections of the settings that say where people are in LDAP, and which attribute is what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from directory.sources import LATEST
from switchboard.settings.checking import Between, OneOf, Written

Attribute = Annotated[
    str,
    Written(
        r"[A-Za-z][A-Za-z0-9-]{0,79}|\d+(\.\d+)+",
        "the name of an LDAP attribute, as telephoneNumber",
    ),
]
Filter = Annotated[
    str, Written(r"(\(.*\))?", 'an LDAP filter in parentheses, as "(objectClass=user)"')
]


@dataclass(frozen=True, slots=True)
class LdapSettings:
    url: Annotated[
        str,
        Written(
            r"(ldaps?://([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?)?",
            'an address without a path, as "ldaps://dc1.example.org"',
        ),
    ]
    start_tls: bool
    authorities: str
    check_certificate: bool
    user: str
    password_file: str
    base: str
    filter: Filter
    departments_base: str
    departments_filter: Filter
    page_size: Annotated[int, Between(10, 5000)]
    answer_s: Annotated[int, Between(1, 600)]
    longest_s: Annotated[int, Between(1, 7200)]
    most_entries: Annotated[int, Between(1, 200_000)]
    whole_every_h: Annotated[int, Between(0, 168)]
    nightly: bool
    wins: Annotated[str, OneOf("latest", "ldap", "file")]

    @property
    def preferred(self) -> str:
        """The source whose values hold, as `directory.sources.Origin` has it."""
        return LATEST if self.wins == "latest" else self.wins

    @property
    def encrypted(self) -> bool:
        """Nothing is said to the server in the clear."""
        return self.start_tls or self.url.startswith("ldaps:")


@dataclass(frozen=True, slots=True)
class LdapPeopleSettings:
    """Attributes of each field of a person, the preferred one first."""

    staff_number: tuple[Attribute, ...]
    title: tuple[Attribute, ...]
    forename: tuple[Attribute, ...]
    known_as: tuple[Attribute, ...]
    middle_names: tuple[Attribute, ...]
    surname: tuple[Attribute, ...]
    suffix: tuple[Attribute, ...]
    name: tuple[Attribute, ...]
    job_title: tuple[Attribute, ...]
    department: tuple[Attribute, ...]
    team: tuple[Attribute, ...]
    site: tuple[Attribute, ...]
    extension: tuple[Attribute, ...]
    direct_line: tuple[Attribute, ...]
    mobile: tuple[Attribute, ...]
    email: tuple[Attribute, ...]
    ex_directory: tuple[Attribute, ...]
    not_for_external: tuple[Attribute, ...]
    member: tuple[Attribute, ...]
    leaves: tuple[Attribute, ...]
    status: tuple[Attribute, ...]

    def attributes(self) -> Mapping[str, tuple[str, ...]]:
        """By the name of the field."""
        return {
            "staff_number": self.staff_number,
            "title": self.title,
            "forename": self.forename,
            "known_as": self.known_as,
            "middle_names": self.middle_names,
            "surname": self.surname,
            "suffix": self.suffix,
            "name": self.name,
            "job_title": self.job_title,
            "department": self.department,
            "team": self.team,
            "site": self.site,
            "extension": self.extension,
            "direct_line": self.direct_line,
            "mobile": self.mobile,
            "email": self.email,
            "ex_directory": self.ex_directory,
            "not_for_external": self.not_for_external,
            "member": self.member,
            "leaves": self.leaves,
            "status": self.status,
        }


@dataclass(frozen=True, slots=True)
class LdapDepartmentsSettings:
    """As for people, of each field of a department."""

    code: tuple[Attribute, ...]
    name: tuple[Attribute, ...]
    aliases: tuple[Attribute, ...]
    extension: tuple[Attribute, ...]
    direct_line: tuple[Attribute, ...]
    opening_hours: tuple[Attribute, ...]
    parent: tuple[Attribute, ...]
    fallback: tuple[Attribute, ...]

    def attributes(self) -> Mapping[str, tuple[str, ...]]:
        """By the name of the field."""
        return {
            "code": self.code,
            "name": self.name,
            "aliases": self.aliases,
            "extension": self.extension,
            "direct_line": self.direct_line,
            "opening_hours": self.opening_hours,
            "parent": self.parent,
            "fallback": self.fallback,
        }
