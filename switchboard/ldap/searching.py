"""Entries below a base that a filter finds, read page by page (RFC 2696), all or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import ldap3

from switchboard.ldap.connecting import Server
from switchboard.ldap.faults import LdapError
from switchboard.settings.ldap import LdapSettings

_PAGING: Final = "1.2.840.113556.1.4.319"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `values` is by the attribute's name in lower case; as the server sent them."""

    name: str
    values: Mapping[str, tuple[bytes, ...]]

    def text(self, attribute: str) -> str:
        """The first value of an attribute of ASCII text, "" where there is none."""
        values = self.values.get(attribute.lower(), ())
        return values[0].decode("ascii", "replace") if values else ""


def search(
    server: Server,
    ldap: LdapSettings,
    *,
    base: str,
    filter_: str,
    attributes: Sequence[str],
    progress: Callable[[int], None] | None = None,
) -> tuple[list[Entry], int]:
    """All entries, and how many references to other servers were left unfollowed.

    `progress` is called with the entries read so far. Raises LdapError when anything is missing: a
    part of the entries would look as if the others had left.
    """
    entries: list[Entry] = []
    references = 0
    cookie: bytes | None = None
    while True:
        result = server.ask(
            "search",
            base,
            filter_,
            ldap3.SUBTREE,
            dereference_aliases=ldap3.DEREF_NEVER,
            attributes=list(attributes),
            paged_size=ldap.page_size,
            paged_cookie=cookie,
        )
        for each in server.connection.response:
            if each["type"] == "searchResEntry":
                entries.append(_entry(each))
            else:
                references += 1
        if len(entries) > ldap.most_entries:
            raise LdapError(
                f"{server.name} has more than {ldap.most_entries:,} entries there; narrow [ldap] "
                "base or filter, or raise most_entries."
            )
        if progress:
            progress(len(entries))
        cookie = _cookie(result)
        if not cookie:
            return entries, references


def root(server: Server) -> Entry:
    """What the server says about itself (RFC 4512, section 5.1)."""
    wanted = ["highestCommittedUSN", "dsServiceName"]
    server.ask("search", "", "(objectClass=*)", ldap3.BASE, ldap3.DEREF_NEVER, attributes=wanted)
    found = [_entry(each) for each in server.connection.response if "raw_attributes" in each]
    return found[0] if found else Entry("", {})


def _entry(each: Mapping[str, Any]) -> Entry:
    return Entry(
        name=str(each["dn"]),
        values={
            str(name).lower(): tuple(map(bytes, values))
            for name, values in each["raw_attributes"].items()
        },
    )


def _cookie(result: Mapping[str, Any]) -> bytes | None:
    control = (result.get("controls") or {}).get(_PAGING)
    return control["value"]["cookie"] if control else None
