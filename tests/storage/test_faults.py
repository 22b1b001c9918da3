"""Each way in which a database fails is one clear sentence, and nothing is lost."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import psycopg.errors
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from directory.model import Directory
from switchboard.errors import StorageError
from switchboard.storage.directories import load_directory
from switchboard.storage.faults import BusyError, told_plainly
from switchboard.storage.imports import apply_import, imports
from switchboard.storage.store import Store, default_file, open_store
from tests.storage.made_up import DIRECTORY, SOURCE, WILL, outcome


@pytest.fixture
def sqlite(sqlite_url: str) -> Store:
    store = open_store(sqlite_url, lock_wait_s=0.1)
    apply_import(store, outcome(), SOURCE)
    return store


def _crowd(size: int) -> Directory:
    return Directory(people=tuple(replace(WILL, key=f"p{n}") for n in range(size)))


def test_a_full_disk_is_told_and_the_old_directory_stays(sqlite: Store) -> None:
    def fill(connection: sa.Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 80")

    sa.event.listen(sqlite.engine, "begin", fill)
    with pytest.raises(StorageError, match=r"disk .* is full; nothing was changed. Free"):
        apply_import(sqlite, outcome(_crowd(20_000)), SOURCE)
    assert load_directory(sqlite) == DIRECTORY
    assert len(imports(sqlite)) == 1


def test_a_database_that_another_program_writes_to_is_told(sqlite: Store, sqlite_url: str) -> None:
    other = open_store(sqlite_url)
    with other.writing(), pytest.raises(BusyError, match="Another program is writing"):
        apply_import(sqlite, outcome(Directory()), SOURCE)
    assert load_directory(sqlite) == DIRECTORY


def test_a_read_only_database_can_be_read_and_says_why_it_is_not_written(
    sqlite: Store, tmp_path: Path
) -> None:
    read_only = open_store(f"sqlite:///file:{tmp_path}/switchboard.db?mode=ro&uri=true")
    assert load_directory(read_only) == DIRECTORY
    with pytest.raises(StorageError, match=r"can't be written to.* permission"):
        apply_import(read_only, outcome(Directory()), SOURCE)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user for a while")
def test_a_file_that_this_user_may_not_write_is_told(sqlite: Store, sqlite_url: str) -> None:
    sqlite.close()
    file = Path(sqlite.location)
    for folder in (file.parent, *file.parent.parents[:2]):
        folder.chmod(0o755)
    os.seteuid(65534)
    try:
        with pytest.raises(StorageError, match=r"permission|may read and write there"):
            apply_import(open_store(sqlite_url), outcome(Directory()), SOURCE)
    finally:
        os.seteuid(0)
    assert load_directory(open_store(sqlite_url)) == DIRECTORY


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("Dear Sir or Madam, " * 100)
    with pytest.raises(StorageError, match="not an SQLite database"):
        open_store(f"sqlite:///{file}")
    assert file.read_text().startswith("Dear Sir")


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"can't be opened. Check that its folder exists"):
        open_store(f"sqlite:///{tmp_path}/nowhere/switchboard.db")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("switchboard.db", "not a database URL; write sqlite:///"),
        ("postgresql://u:hush@host:port/x", "not a database URL"),
        ("mysql://u:hush@host/x", "'mysql' database is not supported; use sqlite:///"),
        ("sqlite://", "in memory would lose everything"),
        ("sqlite:///:memory:", "in memory would lose everything"),
        ("postgresql://u:hush@127.0.0.1:9/x", "can't be reached. Check that its server"),
    ],
)
def test_a_broken_url_is_told_without_its_password(url: str, said: str) -> None:
    with pytest.raises(StorageError, match=said) as caught:
        open_store(url)
    assert "hush" not in str(caught.value)


def test_a_database_missing_on_the_server_is_told(postgresql_server: str) -> None:
    with pytest.raises(StorageError, match=r"has no database of that name. Create it"):
        open_store(postgresql_server % "nowhere")


def test_a_user_unknown_to_the_server_is_told(postgresql_server: str) -> None:
    with pytest.raises(StorageError, match="refuses the user"):
        open_store((postgresql_server % "postgres").replace("//postgres@", "//nobody:hush@"))


def test_a_read_only_server_is_told(postgresql_url: str) -> None:
    store = open_store(postgresql_url)
    apply_import(store, outcome(), SOURCE)
    with store.writing() as connection:
        name = store.engine.url.database
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    store.close()
    stand_by = open_store(postgresql_url)
    with pytest.raises(StorageError, match=r"can't be written to"):
        apply_import(stand_by, outcome(Directory()), SOURCE)
    assert load_directory(stand_by) == DIRECTORY
    stand_by.close()


def test_a_full_disk_of_a_server_is_told() -> None:
    full = OperationalError("INSERT", {}, psycopg.errors.DiskFull("could not extend file"))
    with pytest.raises(StorageError, match=r"disk .* is full"), told_plainly("postgresql://host/x"):
        raise full


def test_a_server_that_was_restarted_costs_nothing(postgresql_url: str) -> None:
    store = open_store(postgresql_url)
    apply_import(store, outcome(), SOURCE)
    other = open_store(postgresql_url)
    with other.writing() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert load_directory(store) == DIRECTORY
    other.close()
    store.close()


def test_text_that_no_database_can_hold_is_told(store: Store) -> None:
    broken = Directory(people=(replace(WILL, surname="Smith\ud800"),))
    with pytest.raises(StorageError, match="surrogate"):
        apply_import(store, outcome(broken), SOURCE)
    assert load_directory(store) == Directory()


def test_a_fault_never_quotes_personal_data(store: Store) -> None:
    broken = Directory(people=(replace(WILL, surname="Featherstone", left=None),))  # type: ignore[arg-type]
    with pytest.raises(StorageError) as caught:
        apply_import(store, outcome(broken), SOURCE)
    assert "Featherstone" not in str(caught.value)


def test_without_a_url_the_database_is_a_file_that_only_its_user_can_see() -> None:
    store = open_store()
    assert store.location == str(default_file())
    assert default_file().parent.stat().st_mode & 0o077 == 0
    store.close()


def test_a_folder_that_cannot_be_made_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    with pytest.raises(StorageError, match=r"folder .* can't be made"):
        open_store()
