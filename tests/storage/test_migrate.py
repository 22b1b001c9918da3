from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from switchboard.errors import StorageError
from switchboard.storage import migrate
from switchboard.storage.store import Store, open_store
from switchboard.storage.tables import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database that nothing was made in yet."""
    url: str = request.getfixturevalue(f"unmade_{request.param}_url")
    return url


def _tables(store: Store) -> set[str]:
    with store.reading() as connection:
        return set(sa.inspect(connection).get_table_names())


def test_the_migrations_make_exactly_the_tables_that_the_program_uses(store: Store) -> None:
    with store.reading() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": migrate.VERSION_TABLE, "compare_type": True}
        )
        assert compare_metadata(context, metadata) == []


def test_migrations_run_up_down_and_up_again(store: Store) -> None:
    made = _tables(store)
    with store.writing() as connection:
        command.downgrade(migrate.configuration(connection), "base")
    assert _tables(store) == {migrate.VERSION_TABLE}
    with store.writing() as connection:
        command.upgrade(migrate.configuration(connection), migrate.HEAD)
    assert _tables(store) == made


def test_the_newest_migration_is_the_one_that_opening_looks_for(store: Store) -> None:
    with store.reading() as connection:
        scripts = ScriptDirectory.from_config(migrate.configuration(connection))
    assert scripts.get_heads() == [migrate.HEAD]


def test_an_older_database_is_brought_up_to_date_when_it_is_opened(
    store: Store, database_url: str
) -> None:
    made = _tables(store)
    with store.writing() as connection:
        command.downgrade(migrate.configuration(connection), "base")
    again = open_store(database_url)
    assert _tables(again) == made
    again.close()


def test_a_database_of_a_newer_program_is_left_alone(store: Store, database_url: str) -> None:
    with store.writing() as connection:
        versions = sa.table(migrate.VERSION_TABLE, sa.column("version_num"))
        connection.execute(sa.update(versions).values(version_num="9999"))
    with pytest.raises(StorageError, match=r"newer version of the switchboard .*update"):
        open_store(database_url)


def test_the_tables_of_another_program_are_left_alone(store: Store, database_url: str) -> None:
    with store.writing() as connection:
        command.downgrade(migrate.configuration(connection), "base")
        connection.exec_driver_sql(f"DROP TABLE {migrate.VERSION_TABLE}")
        connection.exec_driver_sql("CREATE TABLE payroll (id INTEGER)")
    with pytest.raises(StorageError, match="tables of another program"):
        open_store(database_url)
    assert _tables(store) == {"payroll"}


def test_a_fault_in_a_migration_leaves_no_half_made_schema(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade = command.upgrade

    def break_down(*arguments: object) -> None:
        upgrade(*arguments)  # type: ignore[arg-type]
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(command, "upgrade", break_down)
        with pytest.raises(RuntimeError):
            open_store(database_url)
    store = open_store(database_url)
    assert "people" in _tables(store)
    store.close()


def test_programs_that_open_a_new_database_at_once_make_it_once(database_url: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(lambda _: open_store(database_url), range(6)))
    assert all("people" in _tables(store) for store in stores)
    for store in stores:
        store.close()
