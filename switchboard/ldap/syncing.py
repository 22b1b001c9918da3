"""A sync from start to end: read, cleanse as any import is cleansed, ask, store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from directory.importing import run_import
from directory.leaving import mass_leaving
from directory.outcome import ImportOutcome
from switchboard.ldap.reading import Reading, read
from switchboard.settings import Settings
from switchboard.storage.directories import load_snapshot
from switchboard.storage.imports import ImportSource, apply_import
from switchboard.storage.origins import origin_of
from switchboard.storage.reviews import verdicts
from switchboard.storage.sources import keep_source_copy, source_copy
from switchboard.storage.store import Store

SOURCE: Final = "ldap"
"""What the source is called where its copy is kept."""


@dataclass(frozen=True, slots=True)
class Sync:
    """What a sync would do. `unusual` is who would leave by it, as part of a sentence ("31 of 40
    people"), "" when that is nothing to ask about. `news` is False when the server says what it
    said last, and nothing changes by it."""

    reading: Reading
    outcome: ImportOutcome
    revision: int
    source: ImportSource
    unusual: str
    news: bool

    @property
    def question(self) -> str:
        """What to ask before it is stored."""
        return (
            f"By this sync {self.unusual} have left: do [ldap] base and filter still find them, "
            "and may the account still read them? If they really left, add --allow-leavers."
        )


def prepare(
    settings: Settings,
    store: Store,
    *,
    actor: str,
    whole: bool = False,
    reading: Callable[[int], None] | None = None,
    cleansing: Callable[[int, int], None] | None = None,
) -> Sync:
    """Read the server and work out what changes; nothing is stored.

    `whole` reads everybody; else only changes may be. `reading` and `cleansing` are told of the
    progress. Raises UserError and DirectoryError.
    """
    before = source_copy(store, SOURCE)
    got = read(settings, before, datetime.now(UTC), whole=whole, progress=reading)
    snapshot = load_snapshot(store)
    outcome = run_import(
        got.people,
        got.departments,
        mapping={},
        plan=settings.number_plan.plan(),
        previous=snapshot.directory,
        verdicts=verdicts(store),
        today=date.today(),  # a leaving date is a day where the person works
        progress=cleansing,
        origin=origin_of(store, snapshot, SOURCE, settings.ldap.preferred),
    )
    ldap = settings.ldap
    departments = ldap.departments_base or ldap.base if got.departments else ""
    return Sync(
        reading=got,
        outcome=outcome,
        revision=snapshot.revision,
        source=ImportSource(
            file_name=f"{ldap.url}/{ldap.base}",
            digest=got.copy.digest,
            departments_file=f"{ldap.url}/{departments}" if departments else "",
            departments_digest=got.copy.digest if departments else "",
            actor=actor,
        ),
        unusual=mass_leaving(snapshot.directory, outcome.directory),
        news=bool(outcome.changes)
        or outcome.listed != snapshot.listed
        or before is None
        or before.digest != got.copy.digest,
    )


def apply(settings: Settings, store: Store, sync: Sync) -> None:
    """Store it: all of it, or (on any fault) nothing."""
    if sync.news:
        apply_import(
            store,
            sync.outcome,
            sync.source,
            revision=sync.revision,
            cleansings_kept=settings.storage.imports_kept,
        )
    # Last: what a crash in between leaves unsaid is only asked for again.
    keep_source_copy(store, SOURCE, sync.reading.copy)
