"""What an import of one source must know of the others."""

from __future__ import annotations

from directory.sources import LATEST, Origin
from switchboard.storage.directories import Snapshot
from switchboard.storage.reviews import accepted_duplicates
from switchboard.storage.store import Store


def origin_of(store: Store, snapshot: Snapshot, source: str, preferred: str = LATEST) -> Origin:
    """Of an import over that snapshot. Raises StorageError."""
    return Origin(source, snapshot.listed, preferred, accepted_duplicates(store))
