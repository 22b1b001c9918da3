"""Fixtures that several packages' tests share."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from switchboard.storage.store import Store, open_store
from tests.clean_databases import CleanDatabases
from tests.servers import postgresql

settings.register_profile("unhurried", deadline=None)
"""A busy machine is no fault; an example that takes for ever is ended by its test's timeout."""
settings.load_profile("unhurried")

_LONGEST = (
    "recognition/vosk/test_engine.py",
    "browser/test_pages.py",
    "browser/test_loop.py",
    "uat/test_spoken_line.py",
    "browser/test_console.py",
)
"""Files that take minutes. They come first: a process that began one when the others had nothing
left would keep everybody waiting."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {Path(__file__).parent / file: rank for rank, file in enumerate(_LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """URL of a PostgreSQL cluster started for this run, with `%s` for the database's name."""
    with postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_server: str) -> CleanDatabases:
    return CleanDatabases(postgresql_server)


@pytest.fixture
def unmade_postgresql_url(postgresql_databases: CleanDatabases) -> Iterator[str]:
    """URL of a PostgreSQL database of the test's own without a single table."""
    with postgresql_databases.unmade() as url:
        yield url


@pytest.fixture
def postgresql_url(postgresql_databases: CleanDatabases) -> Iterator[str]:
    """URL of an empty PostgreSQL database of the test's own, at the newest schema."""
    with postgresql_databases.database() as url:
        yield url


@pytest.fixture
def unmade_sqlite_url(tmp_path: Path) -> str:
    """URL of an SQLite database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'switchboard.db'}"


@pytest.fixture
def sqlite_url(tmp_path: Path, _made_sqlite: Path) -> str:
    """URL of an empty SQLite database of the test's own, at the newest schema."""
    copy = tmp_path / "switchboard.db"
    shutil.copy(_made_sqlite, copy)
    return f"sqlite:///{copy}"


@pytest.fixture(scope="session")
def _made_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file to copy: migrating each takes half of the time of storage's tests."""
    file = tmp_path_factory.mktemp("made") / "made.db"
    open_store(f"sqlite:///{file}").close()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database at the newest schema: the test runs once on SQLite and once on a real
    PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An open store, once on SQLite and once on PostgreSQL."""
    opened = open_store(database_url)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _nobodys_own_files(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No test reads the settings or writes the database of who runs it."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    # One for all tests: what has been spoken once needn't be again.
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.delenv("SWITCHBOARD_DATABASE", raising=False)
    monkeypatch.delenv("SWITCHBOARD_SETTINGS", raising=False)


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """A command that a test ran logs to a stream that is closed by now."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
