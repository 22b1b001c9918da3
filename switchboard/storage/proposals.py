"""Changes to a department that operators ask for, and what an administrator says to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from directory.changes import change_set
from directory.model import Department, Directory
from switchboard.errors import StorageError
from switchboard.storage import audit
from switchboard.storage.changes import write_changes
from switchboard.storage.directories import changing_directory, load_snapshot, write_directory
from switchboard.storage.operator_tables import proposals
from switchboard.storage.store import Store
from switchboard.storage.tables import added_aliases, departments

ALIAS = "alias"
"""The field that is another way of asking; the others are fields of `directory.model.Department`"""
FIELDS = ("extension", "direct_line", "opening_hours", ALIAS)


class ProposalState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Proposal:
    """`fields` are the values asked for, by field (of `FIELDS`), as they would be stored."""

    id: int
    entry: str
    name: str
    fields: Mapping[str, str]
    reason: str
    at: datetime
    actor: str
    state: ProposalState
    decided_at: datetime | None
    decided_by: str
    answer: str


def propose(
    store: Store, entry: str, fields: Mapping[str, str], *, reason: str, actor: str
) -> Proposal:
    """Ask for a department to be changed. Raises StorageError for one that isn't there."""
    if not fields or fields.keys() - set(FIELDS):
        raise StorageError("Say what is to be changed: a number, the hours, or another name.")
    with store.writing() as connection:
        known = sa.select(departments.c.name).where(departments.c.key == entry)
        name = connection.execute(known).scalar()
        if name is None:
            raise StorageError("There is no such department; only departments can be proposed for.")
        values = {
            "entry": entry,
            "name": name,
            "fields": dict(fields),
            "reason": reason,
            "at": datetime.now(UTC),
            "actor": actor,
            "state": ProposalState.OPEN.value,
            "decided_at": None,
            "decided_by": "",
            "answer": "",
        }
        made = connection.execute(sa.insert(proposals).values(values).returning(proposals.c.id))
        audit.write(
            connection,
            "change proposed",
            actor=actor,
            subject=f"entry {entry}",
            name=name,
            after=fields,
        )
        return _read(connection, made.scalar_one())


def all_proposals(store: Store, *, limit: int = 200) -> tuple[Proposal, ...]:
    """The open ones, then the others, each the newest first."""
    table = proposals
    is_open = table.c.state == ProposalState.OPEN
    query = sa.select(table).order_by(sa.case((is_open, 0), else_=1), table.c.id.desc())
    with store.reading() as connection:
        return tuple(map(_proposal, connection.execute(query.limit(limit)).mappings()))


def open_proposals(store: Store) -> int:
    """How many wait for an answer."""
    waiting = sa.select(sa.func.count()).select_from(proposals)
    with store.reading() as connection:
        number: int = connection.execute(waiting.where(proposals.c.state == "open")).scalar_one()
        return number


def decide_proposal(
    store: Store, number: int, *, accept: bool, actor: str, answer: str = ""
) -> Proposal:
    """Accept or refuse an open proposal. Accepting changes the directory, in the same transaction.

    Raises StorageError when it isn't open (any more), or its department is gone.
    """
    at = datetime.now(UTC)
    snapshot = load_snapshot(store)
    with changing_directory(store, snapshot.revision) as connection:
        proposal = _read(connection, number)
        if proposal.state is not ProposalState.OPEN:
            raise StorageError(f"This was {proposal.state} already by {proposal.decided_by}.")
        before: Mapping[str, str] = {}
        if accept:
            before = _carry_out(connection, snapshot.directory, proposal, actor=actor, at=at)
        state = ProposalState.ACCEPTED if accept else ProposalState.REFUSED
        decided = {"state": state.value, "decided_at": at, "decided_by": actor, "answer": answer}
        connection.execute(sa.update(proposals).where(proposals.c.id == number).values(**decided))
        audit.write(
            connection,
            f"proposal {state}",
            actor=actor,
            subject=f"entry {proposal.entry}",
            name=proposal.name,
            before=before,
            after=proposal.fields if accept else {},
            at=at,
        )
        return _read(connection, number)


def _carry_out(
    connection: sa.Connection, directory: Directory, proposal: Proposal, *, actor: str, at: datetime
) -> dict[str, str]:
    """Change the department; what stood there before."""
    found = {department.key: department for department in directory.departments}
    department = found.get(proposal.entry)
    if department is None or department.left:
        raise StorageError(
            f"{proposal.name} is no longer in the directory; refuse the proposal instead."
        )
    wanted = {name: value for name, value in proposal.fields.items() if name != ALIAS}
    before = {name: getattr(department, name) or "" for name in wanted}
    found[proposal.entry] = _changed(department, wanted)
    after = replace(directory, departments=tuple(found.values()))
    write_directory(connection, after)
    write_changes(connection, change_set(directory, after), at=at, actor=actor)
    if alias := proposal.fields.get(ALIAS):
        _add_alias(connection, proposal.entry, alias, actor=actor, at=at)
    return before


def _changed(department: Department, wanted: Mapping[str, str]) -> Department:
    values: dict[str, Any] = dict(wanted)
    return replace(department, **values)


def _add_alias(
    connection: sa.Connection, entry: str, text: str, *, actor: str, at: datetime
) -> None:
    table = added_aliases
    same = sa.select(table.c.id).where(table.c.entry == entry, table.c.text == text)
    if connection.execute(same).first() is None:
        connection.execute(sa.insert(table).values(entry=entry, text=text, at=at, actor=actor))


def _read(connection: sa.Connection, number: int) -> Proposal:
    chosen = sa.select(proposals).where(proposals.c.id == number)
    row = connection.execute(chosen).mappings().first()
    if row is None:
        raise StorageError("There is no such proposal.")
    return _proposal(row)


def _proposal(row: sa.RowMapping) -> Proposal:
    return Proposal(**{**row, "state": ProposalState(row["state"])})
