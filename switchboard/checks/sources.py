"""Whether the directory server can be read, and was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from switchboard.checks.finding import Finding, ok, warn
from switchboard.errors import UserError
from switchboard.ldap.connecting import connected
from switchboard.ldap.syncing import SOURCE
from switchboard.settings import Settings
from switchboard.storage.sources import source_copy
from switchboard.storage.store import open_store

_PART: Final = "directory server"
_NIGHTS: Final = timedelta(hours=50)
"""Two nights and some time to read."""


def directory_server(settings: Settings, database_url: str | None) -> Iterator[Finding]:
    """Signs in, reads nobody. Silent where the settings name no server."""
    ldap = settings.ldap
    if not ldap.url:
        return
    try:
        with connected(ldap):
            pass
    except UserError as error:
        yield warn(_PART, str(error))  # calls are answered from the directory as it was
        return
    store = open_store(database_url, lock_wait_s=settings.storage.lock_wait_s)
    try:
        last = source_copy(store, SOURCE)
    finally:
        store.close()
    if last is None:
        yield warn(_PART, f"{ldap.url} was never read; run: switchboard directory sync --dry-run.")
    elif ldap.nightly and datetime.now(UTC) - last.at > _NIGHTS:
        yield warn(
            _PART,
            f"{ldap.url} was last read on {last.at:%d %B %Y}, though [ldap] nightly is true; run: "
            "switchboard directory sync, which says why.",
        )
    else:
        yield ok(_PART, f"{ldap.url}, last read on {last.at:%d %B %Y}")
