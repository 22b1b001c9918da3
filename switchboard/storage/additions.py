"""What administrators add to the grammar by hand: aliases, carrier phrases, pronunciations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from grammar.model import CarrierPhrase
from switchboard.errors import StorageError
from switchboard.storage import audit
from switchboard.storage.store import Store
from switchboard.storage.tables import (
    added_aliases,
    added_carriers,
    departments,
    people,
)
from switchboard.storage.tables import pronunciations as pronunciation_table


@dataclass(frozen=True, slots=True)
class AddedAlias:
    """Another way to ask for the entry of that key."""

    entry: str
    text: str


def aliases(store: Store) -> tuple[AddedAlias, ...]:
    """All added aliases, by entry and text."""
    table = added_aliases
    with store.reading() as connection:
        return tuple(
            AddedAlias(row.entry, row.text)
            for row in connection.execute(sa.select(table).order_by(table.c.entry, table.c.text))
        )


def add_alias(store: Store, alias: AddedAlias, *, actor: str = "") -> bool:
    """Add an alias; False if it was there. Raises StorageError when there is no such entry."""
    table = added_aliases
    with store.writing() as connection:
        known = sa.union_all(
            sa.select(people.c.key).where(people.c.key == alias.entry),
            sa.select(departments.c.key).where(departments.c.key == alias.entry),
        )
        if connection.execute(known).first() is None:
            raise StorageError(
                "The directory has no entry with that key; "
                "find it with: switchboard directory search NAME."
            )
        same = sa.and_(table.c.entry == alias.entry, table.c.text == alias.text)
        if connection.execute(sa.select(table.c.id).where(same)).first() is not None:
            return False
        connection.execute(
            sa.insert(table).values(
                entry=alias.entry, text=alias.text, at=datetime.now(UTC), actor=actor
            )
        )
        _audit(connection, "alias added", actor, f"entry {alias.entry}", alias.text)
        return True


def remove_alias(store: Store, alias: AddedAlias, *, actor: str = "") -> bool:
    """Remove an added alias; False if there was none."""
    table = added_aliases
    with store.writing() as connection:
        removed = connection.execute(
            sa.delete(table).where(table.c.entry == alias.entry, table.c.text == alias.text)
        )
        if removed.rowcount:
            _audit(connection, "alias removed", actor, f"entry {alias.entry}", alias.text)
        return removed.rowcount > 0


def carriers(store: Store) -> tuple[CarrierPhrase, ...]:
    """All added carrier phrases, by position and text."""
    table = added_carriers
    with store.reading() as connection:
        return tuple(
            CarrierPhrase(row.text, row.position)
            for row in connection.execute(sa.select(table).order_by(table.c.position, table.c.text))
        )


def add_carrier(store: Store, carrier: CarrierPhrase, *, actor: str = "") -> bool:
    """Add a carrier phrase; False if it was there. Raises StorageError for a wrong position."""
    if carrier.position not in {"before", "after"}:
        raise StorageError("A carrier phrase stands before or after the name; say which.")
    table = added_carriers
    with store.writing() as connection:
        same = sa.and_(table.c.text == carrier.text, table.c.position == carrier.position)
        if connection.execute(sa.select(table.c.id).where(same)).first() is not None:
            return False
        connection.execute(
            sa.insert(table).values(
                text=carrier.text, position=carrier.position, at=datetime.now(UTC), actor=actor
            )
        )
        _audit(connection, "carrier added", actor, f"carrier {carrier.position}", carrier.text)
        return True


def remove_carrier(store: Store, carrier: CarrierPhrase, *, actor: str = "") -> bool:
    """Remove an added carrier phrase; False if there was none."""
    table = added_carriers
    with store.writing() as connection:
        removed = connection.execute(
            sa.delete(table).where(
                table.c.text == carrier.text, table.c.position == carrier.position
            )
        )
        if removed.rowcount:
            _audit(
                connection, "carrier removed", actor, f"carrier {carrier.position}", carrier.text
            )
        return removed.rowcount > 0


def pronunciations(store: Store) -> Mapping[str, str]:
    """How to say which word, exactly as the administrator typed it (phones or a respelling)."""
    table = pronunciation_table
    with store.reading() as connection:
        return {
            row.word: row.spoken
            for row in connection.execute(sa.select(table).order_by(table.c.word))
        }


def set_pronunciation(store: Store, word: str, spoken: str | None, *, actor: str = "") -> None:
    """Set how a word is said; None takes the setting back."""
    table = pronunciation_table
    with store.writing() as connection:
        before = connection.execute(sa.select(table.c.spoken).where(table.c.word == word)).scalar()
        connection.execute(sa.delete(table).where(table.c.word == word))
        audit.write(
            connection,
            "pronunciation set",
            actor=actor,
            subject=f"word {word}",
            name=word,
            before={"said": before} if before else None,
            after={"said": spoken} if spoken else None,
        )
        if spoken is not None:
            connection.execute(
                sa.insert(table).values(word=word, spoken=spoken, at=datetime.now(UTC), actor=actor)
            )


def _audit(connection: sa.Connection, action: str, actor: str, subject: str, text: str) -> None:
    values = {"text": text}
    added = action.endswith("added")
    audit.write(
        connection,
        action,
        actor=actor,
        subject=subject,
        name=text,
        before=None if added else values,
        after=values if added else None,
    )
