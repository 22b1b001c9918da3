"""A person's verdicts on reviews: remembered for later imports, and applied at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import sqlalchemy as sa

from directory.changes import change_set
from directory.model import Directory
from directory.outcome import EntryChange, ReviewItem, Verdict
from directory.verdicts import MERGED_INTO, carry_out
from switchboard.errors import StorageError
from switchboard.storage import audit
from switchboard.storage.changes import write_changes
from switchboard.storage.directories import changing_directory, load_snapshot, write_directory
from switchboard.storage.entry_sources import fold_listed
from switchboard.storage.reviews import Review, reviews, write_verdicts
from switchboard.storage.store import Store
from switchboard.storage.tables import added_aliases


@dataclass(frozen=True, slots=True)
class Decision:
    """What a verdict did. `changes` are in the directory already.

    `reversed` are keys of items that were accepted before and are refused now: what accepting
    changed stays until the next import, which leaves it out.
    """

    decided: tuple[ReviewItem, ...]
    changes: tuple[EntryChange, ...]
    reversed: tuple[str, ...]


def decide(
    store: Store,
    keys: Iterable[str],
    verdict: Verdict,
    *,
    actor: str = "",
    at: datetime | None = None,
) -> Decision:
    """Accept or refuse these items, all in one transaction. Raises StorageError for unknown keys.

    Accepting applies the amendments to the stored directory. Items that have this verdict already
    are left alone.
    """
    at = at or datetime.now(UTC)
    snapshot = load_snapshot(store)
    known = {review.item.key: review for review in reviews(store)}
    wanted = list(dict.fromkeys(keys))
    if unknown := [key for key in wanted if key not in known]:
        raise StorageError(
            f"There is no review {', '.join(unknown)}; "
            "the keys are printed by: switchboard directory review --list."
        )
    chosen = [known[key] for key in wanted if known[key].verdict is not verdict]
    items = [review.item for review in chosen]
    before = after = snapshot.directory
    merged: Mapping[str, str] = {}
    if verdict is Verdict.ACCEPTED:
        after, merged = _accepted(before, items, known.values())
    changes = change_set(before, after)
    with changing_directory(store, snapshot.revision) as connection:
        write_directory(connection, after)
        write_verdicts(connection, [item.key for item in items], verdict, at=at, actor=actor)
        _write_changes(connection, changes, items, at=at, actor=actor)
        _move_aliases(connection, merged)
        fold_listed(connection, merged)
        for review in chosen:
            audit.write(
                connection,
                "review decided",
                actor=actor,
                subject=f"review {review.item.key}",
                name=review.item.question,
                before={"verdict": review.verdict.value} if review.verdict else None,
                after={"verdict": verdict.value},
                at=at,
            )
    return Decision(
        decided=tuple(items),
        changes=changes,
        reversed=tuple(review.item.key for review in chosen if review.verdict is Verdict.ACCEPTED),
    )


def _accepted(
    directory: Directory, items: Sequence[ReviewItem], known: Iterable[Review]
) -> tuple[Directory, Mapping[str, str]]:
    items = [*_earlier_merges(directory, known), *items]
    decided = carry_out(
        items,
        {item.key: Verdict.ACCEPTED for item in items},
        directory.people,
        directory.departments,
    )
    return Directory(decided.people, decided.departments), decided.merged


def _earlier_merges(directory: Directory, known: Iterable[Review]) -> list[ReviewItem]:
    """Items that folded entries away before, so that what is decided about those finds its way.

    Nothing else of an earlier item is repeated: an import since may have brought something newer.
    """
    present = {person.key for person in directory.people}
    present |= {department.key for department in directory.departments}
    earlier = []
    for review in known:
        merges = tuple(
            amendment
            for amendment in review.item.amendments
            if amendment.field == MERGED_INTO and amendment.entry not in present
        )
        if merges and review.verdict is Verdict.ACCEPTED:
            earlier.append(replace(review.item, amendments=merges))
    return earlier


def _write_changes(
    connection: sa.Connection,
    changes: Sequence[EntryChange],
    items: Sequence[ReviewItem],
    *,
    at: datetime,
    actor: str,
) -> None:
    made_by = {
        entry: item.key
        for item in items
        for amendment in item.amendments
        for entry in (amendment.value, amendment.entry)
    }
    for change in changes:
        # People follow a folded department, which is then the last item that can be told.
        review = made_by.get(change.entry, items[-1].key)
        write_changes(connection, [change], at=at, actor=actor, review=review)


def _move_aliases(connection: sa.Connection, merged: Mapping[str, str]) -> None:
    """An alias that was added to an entry goes with it when it is folded into another."""
    table = added_aliases
    for gone in merged:
        target = gone
        while target in merged:
            target = merged[target]
        held = sa.select(table.c.text).where(table.c.entry == target).scalar_subquery()
        connection.execute(sa.delete(table).where(table.c.entry == gone, table.c.text.in_(held)))
        connection.execute(sa.update(table).where(table.c.entry == gone).values(entry=target))
