"""What a source of the directory said when it was last read, to ask it only for what changed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from switchboard.storage.source_tables import directory_sources
from switchboard.storage.store import Store


@dataclass(frozen=True, slots=True)
class SourceCopy:
    """All that a source had. Cleansing needs the whole of it, whatever part changed.

    `fingerprint` is of the settings that it was read with; under others it says nothing.
    `cursor` is where changes since then begin, in the source's own terms; empty when it has none.
    `whole_at` is when all of it was last read, `at` when any of it was.
    `entries` is each entry's lasting identity to its name in the source and its cells.
    `digest` is SHA-256 in hex of all that the directory was made of.
    """

    fingerprint: str
    cursor: Mapping[str, str]
    digest: str
    at: datetime
    whole_at: datetime
    entries: Mapping[str, tuple[str, ...]]


def source_copy(store: Store, name: str) -> SourceCopy | None:
    """What is kept of the source; None before it was first read."""
    chosen = sa.select(directory_sources).where(directory_sources.c.name == name)
    with store.reading() as connection:
        row = connection.execute(chosen).mappings().first()
    if row is None:
        return None
    entries = json.loads(zlib.decompress(row["content"]))
    return SourceCopy(
        fingerprint=row["fingerprint"],
        cursor=row["cursor"],
        digest=row["digest"],
        at=row["at"],
        whole_at=row["whole_at"],
        entries={identity: tuple(cells) for identity, cells in entries.items()},
    )


def keep_source_copy(store: Store, name: str, copy: SourceCopy) -> None:
    """Replace what is kept of the source."""
    row = {
        "name": name,
        "fingerprint": copy.fingerprint,
        "cursor": dict(copy.cursor),
        "digest": copy.digest,
        "at": copy.at,
        "whole_at": copy.whole_at,
        "content": zlib.compress(json.dumps(dict(copy.entries)).encode()),
    }
    with store.writing() as connection:
        connection.execute(sa.delete(directory_sources).where(directory_sources.c.name == name))
        connection.execute(sa.insert(directory_sources), row)
