"""Who did what, when, and what was before and after: rows that are only ever added.

Functions that change something add their entry in the transaction that makes the change, so that
neither is there without the other. Whoever calls them says who acts; what else is known of them
(the role, the machine) is bound around the call with `acting`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from switchboard.storage.admin_tables import audit
from switchboard.storage.store import Store

COMMAND_LINE = "command line"
"""The role of who acts without the web admin: an account of the machine."""


CHANGES_WHAT_CALLERS_GET = frozenset(
    {
        "directory imported",
        "import undone",
        "review decided",
        "alias added",
        "alias removed",
        "carrier added",
        "carrier removed",
        "pronunciation set",
        "proposal accepted",
    }
)
"""Acts after which the grammar that would be published is another one."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act. `subject` is what it was done to ("entry p1", "user ada"), `name` what people call
    that; `before` and `after` hold what the act changed, by field."""

    id: int
    at: datetime
    actor: str
    role: str
    address: str
    action: str
    subject: str
    name: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries: "" and None leave a field open. `since` is included, `until` is not."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


_acting: ContextVar[tuple[str, str]] = ContextVar("acting", default=(COMMAND_LINE, ""))


@contextmanager
def acting(role: str, address: str) -> Iterator[None]:
    """What is done inside, in this thread, is done with this role from this network address."""
    token = _acting.set((role, address))
    try:
        yield
    finally:
        _acting.reset(token)


def write(
    connection: sa.Connection,
    action: str,
    *,
    actor: str,
    subject: str = "",
    name: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """Add an entry in the transaction of what it tells of. Values must be fit for JSON."""
    role, address = _acting.get()
    connection.execute(
        sa.insert(audit).values(
            at=at or datetime.now(UTC),
            actor=actor,
            role=role,
            address=address,
            action=action,
            subject=subject,
            name=name,
            before=dict(before or {}),
            after=dict(after or {}),
        )
    )


def note(store: Store, action: str, *, actor: str, subject: str = "", name: str = "") -> None:
    """Add an entry for an act that changes nothing: a page seen, a file taken out."""
    with store.writing() as connection:
        write(connection, action, actor=actor, subject=subject, name=name)


def entries(
    store: Store, chosen: AuditFilter | None = None, *, limit: int = 50, offset: int = 0
) -> tuple[AuditEntry, ...]:
    """The entries, the newest first, `limit` of them after the first `offset`."""
    query = _chosen(sa.select(audit), chosen or AuditFilter())
    query = query.order_by(audit.c.id.desc()).limit(limit).offset(offset)
    with store.reading() as connection:
        return tuple(AuditEntry(**row) for row in connection.execute(query).mappings())


def count(store: Store, chosen: AuditFilter | None = None) -> int:
    """How many entries there are."""
    query = _chosen(sa.select(sa.func.count()).select_from(audit), chosen or AuditFilter())
    with store.reading() as connection:
        number: int = connection.execute(query).scalar_one()
        return number


def actors_and_actions(store: Store) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Every actor and every action that there is an entry of, sorted."""
    with store.reading() as connection:
        actors = connection.execute(sa.select(audit.c.actor).distinct()).scalars()
        actions = connection.execute(sa.select(audit.c.action).distinct()).scalars()
        return tuple(sorted(actors)), tuple(sorted(actions))


def _chosen(query: sa.Select[Any], chosen: AuditFilter) -> sa.Select[Any]:
    for column, value in (
        (audit.c.actor, chosen.actor),
        (audit.c.action, chosen.action),
        (audit.c.subject, chosen.subject),
    ):
        if value:
            query = query.where(column == value)
    if chosen.since is not None:
        query = query.where(audit.c.at >= chosen.since)
    if chosen.until is not None:
        query = query.where(audit.c.at < chosen.until)
    return query
