from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from switchboard.storage.sources import SourceCopy, keep_source_copy, source_copy
from switchboard.storage.store import Store

COPY = SourceCopy(
    fingerprint="f",
    cursor={"attribute": "uSNChanged", "value": "7"},
    digest="d",
    at=datetime(2026, 11, 2, 3, tzinfo=UTC),
    whole_at=datetime(2026, 11, 1, 3, tzinfo=UTC),
    entries={"id": ("CN=Zoë", "Zoë", "")},
)


def test_what_a_source_said_last_is_kept_and_replaced(store: Store) -> None:
    assert source_copy(store, "ldap") is None
    keep_source_copy(store, "ldap", COPY)
    assert source_copy(store, "ldap") == COPY
    later = replace(COPY, entries={}, digest="other")
    keep_source_copy(store, "ldap", later)
    assert source_copy(store, "ldap") == later
    assert source_copy(store, "another") is None
