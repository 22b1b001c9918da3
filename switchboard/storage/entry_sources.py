"""Which sources list each entry of the directory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import sqlalchemy as sa

from switchboard.storage.source_tables import entry_sources

Listed = Mapping[str, frozenset[str]]


def read_listed(connection: sa.Connection) -> dict[str, frozenset[str]]:
    """The sources of each entry, by its key."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for entry, source in connection.execute(sa.select(entry_sources)):
        found[entry].add(source)
    return {entry: frozenset(names) for entry, names in found.items()}


def fold_listed(connection: sa.Connection, merged: Mapping[str, str]) -> None:
    """Who lists an entry that was folded away lists the one that it became."""
    listed = read_listed(connection)
    for folded in merged:
        kept = folded
        while kept in merged:
            kept = merged[kept]
        if sources := listed.pop(folded, frozenset()):
            listed[kept] = listed.get(kept, frozenset()) | sources
    write_listed(connection, listed)


def write_listed(connection: sa.Connection, listed: Listed) -> None:
    """Make what is stored equal to this; rows that are there already are not touched."""
    stored = {(entry, name) for entry, names in read_listed(connection).items() for name in names}
    wanted = {(entry, name) for entry, names in listed.items() for name in names}
    table = entry_sources
    gone = [{"gone": entry, "by": name} for entry, name in stored - wanted]
    if gone:
        own = (table.c.entry == sa.bindparam("gone")) & (table.c.source == sa.bindparam("by"))
        connection.execute(sa.delete(table).where(own), gone)
    added = [{"entry": entry, "source": name} for entry, name in sorted(wanted - stored)]
    if added:
        connection.execute(sa.insert(table), added)
