"""The whole of what the directory server has, as tables: read anew, or by what has changed."""

from __future__ import annotations

import hashlib
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from directory.headings import DEPARTMENTS, PEOPLE
from directory.table import Row, Table
from switchboard.errors import SettingsError
from switchboard.ldap import changes
from switchboard.ldap.cells import Column, Oddity, cells_of, columns_of, told
from switchboard.ldap.connecting import Server, connected
from switchboard.ldap.faults import LdapError
from switchboard.ldap.searching import Entry, root, search
from switchboard.settings import Settings
from switchboard.storage.sources import SourceCopy

log = logging.getLogger(__name__)

_IDENTITIES: Final = ("objectGUID", "entryUUID")
_STAMPS: Final = (*_IDENTITIES, changes.USN, *changes.STAMPS)


@dataclass(frozen=True, slots=True)
class Reading:
    """`copy` is for the next reading. `whole` tells whether everybody was read, `returned` how many
    entries the server sent, `notes` what an administrator should know about them."""

    people: Table
    departments: Table | None
    copy: SourceCopy
    whole: bool
    returned: int
    notes: tuple[str, ...]


def read(
    settings: Settings,
    before: SourceCopy | None,
    now: datetime,
    *,
    whole: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Reading:
    """All people, and the departments where settings ask for them; `before` spares the unchanged.

    Rows are in the order of the entries' names. `whole` reads everybody, whatever `before` says.
    Raises LdapError and SettingsError.
    """
    ldap = settings.ldap
    if not ldap.url:
        raise SettingsError(
            "[ldap] url is empty, so there is no directory server to read; give url and base: "
            "docs/ldap.md says how."
        )
    columns = columns_of(settings.ldap_people.attributes(), PEOPLE)
    fingerprint = _digest(map(repr, (ldap.url, ldap.base, ldap.filter, columns)))
    usable = None if whole else _usable(before, fingerprint, now, ldap.whole_every_h)
    oddities: Counter[Oddity] = Counter()
    with connected(ldap) as server:
        about = root(server)
        cursor = changes.kept(usable.cursor, about) if usable else None
        began = time.monotonic()
        narrowed = f"(&{ldap.filter}{changes.since(cursor)})" if cursor else ldap.filter
        found, references = search(
            server,
            ldap,
            base=ldap.base,
            filter_=narrowed,
            attributes=_wanted(columns),
            progress=progress,
        )
        took = timedelta(seconds=time.monotonic() - began)
        departments, elsewhere = _departments(server, settings, oddities)
    entries = dict(usable.entries) if usable and cursor else {}
    for entry in found:
        entries[_identity(entry)] = (entry.name, *cells_of(entry, columns, oddities))
    if not entries:
        raise LdapError(
            f"{ldap.url} shows nobody below [ldap] base that filter finds; correct them, or have "
            "the account of [ldap] user allowed to read there."
        )
    people = _table(ldap.base, columns, entries.values())
    following = changes.after(found, about, took, cursor)
    tables = (people, departments) if departments else (people,)
    copy = SourceCopy(
        fingerprint=fingerprint,
        cursor=asdict(following) if following else {},
        digest=_digest(repr((table.headings, table.rows)) for table in tables),
        at=now,
        whole_at=usable.whole_at if usable and cursor else now,
        entries=entries,
    )
    log.info("directory server read", extra={"entries": len(found), "whole": cursor is None})
    return Reading(
        people=people,
        departments=departments,
        copy=copy,
        whole=cursor is None,
        returned=len(found),
        notes=(*told(oddities), *_unfollowed(references + elsewhere)),
    )


def _usable(
    before: SourceCopy | None, fingerprint: str, now: datetime, whole_every_h: float
) -> SourceCopy | None:
    if before is None or before.fingerprint != fingerprint:
        return None
    return before if now - before.whole_at < timedelta(hours=whole_every_h) else None


def _departments(
    server: Server, settings: Settings, oddities: Counter[Oddity]
) -> tuple[Table | None, int]:
    """All of them each time: they are few."""
    ldap = settings.ldap
    if not ldap.departments_filter:
        return None, 0
    base = ldap.departments_base or ldap.base
    columns = columns_of(settings.ldap_departments.attributes(), DEPARTMENTS)
    found, references = search(
        server,
        ldap,
        base=base,
        filter_=ldap.departments_filter,
        attributes=_wanted(columns),
    )
    rows = [(entry.name, *cells_of(entry, columns, oddities)) for entry in found]
    return _table(base, columns, rows), references


def _wanted(columns: Sequence[Column]) -> list[str]:
    named = (attribute for column in columns for attribute in column.attributes)
    return list({name.lower(): name for name in (*_STAMPS, *named)}.values())


def _identity(entry: Entry) -> str:
    """What an entry is still known by after it was renamed or moved."""
    for attribute in _IDENTITIES:
        if values := entry.values.get(attribute.lower()):
            return values[0].hex()
    return entry.name.casefold()


def _table(source: str, columns: Sequence[Column], entries: Iterable[tuple[str, ...]]) -> Table:
    in_order = sorted(entries, key=lambda entry: (entry[0].casefold(), entry))
    return Table(
        source=source,
        headings=tuple(column.heading for column in columns),
        rows=tuple(Row(line, cells[1:]) for line, cells in enumerate(in_order, start=2)),
    )


def _unfollowed(references: int) -> Iterable[str]:
    if references:
        yield (
            f"{references:,} references to other servers were not followed; name a server that "
            "holds everything, or leave them."
        )


def _digest(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
