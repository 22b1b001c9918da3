"""Judgements that imports leave to a person, and what was decided."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from directory.outcome import Amendment, ReviewItem, ReviewKind, Verdict
from switchboard.storage import tables
from switchboard.storage.store import Store


@dataclass(frozen=True, slots=True)
class Review:
    """A judgement and its verdict (None: open)."""

    item: ReviewItem
    verdict: Verdict | None = None
    decided_at: datetime | None = None
    decided_by: str = ""


def reviews(store: Store) -> tuple[Review, ...]:
    """All judgements, open and decided, by kind and then as the last import raised them."""
    with store.reading() as connection:
        return read_reviews(connection)


def verdicts(store: Store) -> dict[str, Verdict]:
    """What was decided, by the item's key: an import repeats these without asking."""
    return {
        review.item.key: review.verdict for review in reviews(store) if review.verdict is not None
    }


def accepted_duplicates(store: Store) -> tuple[ReviewItem, ...]:
    """Pairs of people of whom somebody said that they are one: what imports must know of those
    whom different sources list."""
    table = tables.reviews
    chosen = _in_order().where(
        table.c.kind == ReviewKind.DUPLICATE.value, table.c.verdict == Verdict.ACCEPTED.value
    )
    with store.reading() as connection:
        return tuple(_review(row).item for row in connection.execute(chosen))


def open_reviews(
    store: Store, kind: ReviewKind | None = None, *, limit: int | None = None, offset: int = 0
) -> tuple[Review, ...]:
    """Judgements that nobody has made yet, of one kind or (None) of all, in the order of
    `reviews`: a large import leaves thousands, so pages read a few of them."""
    query = _in_order().where(tables.reviews.c.verdict.is_(None))
    if kind is not None:
        query = query.where(tables.reviews.c.kind == kind.value)
    with store.reading() as connection:
        return tuple(map(_review, connection.execute(query.limit(limit).offset(offset))))


def open_counts(store: Store) -> dict[ReviewKind, int]:
    """How many judgements nobody has made yet, for each kind that there are any of."""
    with store.reading() as connection:
        return count_open(connection)


def count_open(connection: sa.Connection) -> dict[ReviewKind, int]:
    """As `open_counts`, as this transaction sees it."""
    table = tables.reviews
    counted = sa.select(table.c.kind, sa.func.count()).where(table.c.verdict.is_(None))
    rows = connection.execute(counted.group_by(table.c.kind).order_by(table.c.kind))
    return {ReviewKind(kind): number for kind, number in rows}


def reviews_of(store: Store, entry: str) -> tuple[Review, ...]:
    """All judgements about the entry of that key, open and decided, in the order of `reviews`."""
    # The key as JSON has it: finds all of them, and by chance others, which are sorted out below.
    named = sa.cast(tables.reviews.c.entries, sa.Text).contains(json.dumps(entry), autoescape=True)
    with store.reading() as connection:
        found = map(_review, connection.execute(_in_order().where(named)))
        return tuple(review for review in found if entry in review.item.entries)


def read_reviews(connection: sa.Connection) -> tuple[Review, ...]:
    """As `reviews`, as this transaction sees it."""
    return tuple(map(_review, connection.execute(_in_order())))


def _in_order() -> sa.Select[Any]:
    return sa.select(tables.reviews).order_by(tables.reviews.c.kind, tables.reviews.c.position)


def _review(row: sa.Row[Any]) -> Review:
    return Review(
        item=ReviewItem(
            key=row.key,
            kind=ReviewKind(row.kind),
            rows=tuple(row.rows),
            entries=tuple(row.entries),
            question=row.question,
            proposal=row.proposal,
            amendments=tuple(Amendment(*amendment) for amendment in row.amendments),
        ),
        verdict=Verdict(row.verdict) if row.verdict else None,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
    )


def replace_open(
    connection: sa.Connection,
    items: Iterable[ReviewItem],
    import_id: int,
    keep: frozenset[str] = frozenset(),
) -> None:
    """Put the judgements of an import in the place of those still open before it.

    Open ones stay that are about none but entries in `keep`: another source asks them. Decided ones
    stay with their verdict for good, whether this import raised them again or not.
    """
    table = tables.reviews
    still_open = sa.select(table.c.key, table.c.entries).where(table.c.verdict.is_(None))
    gone = [
        {"gone": row.key}
        for row in connection.execute(still_open).all()
        if not keep.issuperset(row.entries)
    ]
    if gone:
        connection.execute(sa.delete(table).where(table.c.key == sa.bindparam("gone")), gone)
    stays = set(connection.execute(sa.select(table.c.key)).scalars())
    rows = [
        {
            "key": item.key,
            "raised_by": import_id,
            "position": position,
            "kind": item.kind.value,
            "rows": list(item.rows),
            "entries": list(item.entries),
            "question": item.question,
            "proposal": item.proposal,
            "amendments": _stored(item),
            "decided_by": "",
        }
        for position, item in enumerate(items)
        if item.key not in stays
    ]
    if rows:
        connection.execute(sa.insert(table), rows)


def repeat(connection: sa.Connection, items: Iterable[ReviewItem]) -> None:
    """Remember with what values accepted judgements were carried out again."""
    table = tables.reviews
    rows = [{"repeated": item.key, "now": _stored(item)} for item in items]
    if rows:
        again = sa.update(table).where(table.c.key == sa.bindparam("repeated"))
        connection.execute(again.values(amendments=sa.bindparam("now")), rows)


def _stored(item: ReviewItem) -> list[list[str]]:
    return [[each.entry, each.field, each.value] for each in item.amendments]


def write_verdicts(
    connection: sa.Connection,
    keys: Iterable[str],
    verdict: Verdict,
    *,
    at: datetime,
    actor: str,
) -> None:
    """Remember a verdict on each of these judgements."""
    table = tables.reviews
    rows = [
        {"decided": key, "verdict": verdict.value, "decided_at": at, "decided_by": actor}
        for key in keys
    ]
    if rows:
        connection.execute(sa.update(table).where(table.c.key == sa.bindparam("decided")), rows)
