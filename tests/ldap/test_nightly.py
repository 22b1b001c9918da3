"""What the service does at night, and what the check before the first call says of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from switchboard.checks.finding import Level
from switchboard.checks.sources import directory_server
from switchboard.ldap.syncing import SOURCE
from switchboard.service.nightly_sync import sync_every_night
from switchboard.settings import Settings, default_settings
from switchboard.storage.directories import load_directory
from switchboard.storage.imports import imports
from switchboard.storage.sources import keep_source_copy, source_copy
from switchboard.storage.store import Store, open_store
from tests.ldap.certificates import Certificates
from tests.ldap.server import READER, STAFF, Slapd, named, person

_WAIT_S = 120.0


@pytest.fixture
def store(database: str) -> Store:
    return open_store(database)


@pytest.fixture
def settings(server: Slapd, right: Certificates) -> Settings:
    defaults = default_settings()
    ldap = replace(
        defaults.ldap,
        url=server.secure_url,
        user=READER,
        base=STAFF,
        authorities=str(right.authority),
        nightly=True,
    )
    return replace(defaults, ldap=ldap)


def _a_night(settings: Settings, database: str, until: Callable[[], bool]) -> None:
    async def night() -> None:
        work = asyncio.create_task(sync_every_night(settings, database, lambda: datetime.now(UTC)))
        end = time.monotonic() + _WAIT_S
        while not until():
            assert time.monotonic() < end
            await asyncio.sleep(0.1)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    asyncio.run(night())


def test_the_service_reads_the_directory_server_at_night(
    settings: Settings, database: str, store: Store
) -> None:
    _a_night(settings, database, lambda: source_copy(store, SOURCE) is not None)
    assert imports(store)[0].source.actor == "nightly sync"
    assert len(load_directory(store).people) == 4


def test_what_goes_wrong_at_night_is_logged_and_changes_nothing(
    settings: Settings,
    database: str,
    store: Store,
    server: Slapd,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.stop()

    def told() -> list[str]:
        failed = (each for each in caplog.records if each.message == "directory sync failed")
        return [each.__dict__["cause"] for each in failed]

    _a_night(settings, database, lambda: bool(told()))
    assert "can't be reached" in told()[0]
    assert imports(store) == ()


def test_when_unusually_many_would_leave_at_night_a_person_is_needed(
    settings: Settings,
    database: str,
    store: Store,
    server: Slapd,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for number in range(5, 30):
        server.add(*person(number, f"F{chr(92 + number)}x", f"S{chr(92 + number)}y"))
    _a_night(settings, database, lambda: source_copy(store, SOURCE) is not None)
    for number in range(5, 20):
        server.delete(named(number, f"F{chr(92 + number)}x", f"S{chr(92 + number)}y"))
    whole = replace(settings, ldap=replace(settings.ldap, whole_every_h=0))
    heard: list[str] = []

    def told() -> bool:
        heard.append(capfd.readouterr().err)
        return "directory sync needs a person" in "".join(heard)

    _a_night(whole, database, told)
    assert not any(each.left for each in load_directory(store).people)


def test_the_check_says_whether_the_directory_server_can_be_read_and_was(
    settings: Settings, database: str, store: Store, server: Slapd
) -> None:
    (never,) = directory_server(settings, database)
    assert (never.level, "was never read" in never.said) == (Level.WARN, True)
    _a_night(settings, database, lambda: source_copy(store, SOURCE) is not None)
    (fine,) = directory_server(settings, database)
    assert fine.level is Level.OK
    kept = source_copy(store, SOURCE)
    assert kept is not None
    keep_source_copy(store, SOURCE, replace(kept, at=kept.at - timedelta(days=3)))
    (late,) = directory_server(settings, database)
    assert (late.level, "though [ldap] nightly is true" in late.said) == (Level.WARN, True)
    server.stop()
    (gone,) = directory_server(settings, database)
    assert (gone.level, "can't be reached" in gone.said) == (Level.WARN, True)
    assert list(directory_server(default_settings(), database)) == []
