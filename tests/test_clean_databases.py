"""What a test leaves in a PostgreSQL database, the next one never sees."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from switchboard.storage.store import open_store
from switchboard.storage.tables import metadata
from tests.clean_databases import CleanDatabases
from tests.gaps.office import open_office


def _content(url: str) -> dict[str, object]:
    """Every row of every table, and where the numbers go on."""
    store = open_store(url)
    with store.reading() as connection:
        found: dict[str, object] = {
            table.name: connection.execute(sa.select(table)).all()
            for table in metadata.tables.values()
        }
        found["sequences"] = connection.exec_driver_sql(
            "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"
        ).all()
    store.close()
    return found


def test_it_is_as_new_after_a_test_that_filled_it(postgresql_databases: CleanDatabases) -> None:
    with postgresql_databases.database() as url:
        new = _content(url)
        office = open_office(open_store(url))  # left open
        office.call("bin men")
        assert _content(url) != new
    with postgresql_databases.database() as again:
        assert again == url
        assert _content(again) == new


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE audit ADD COLUMN more text",
        "DROP INDEX ix_calls_started_at",
        "ALTER TABLE audit DISABLE TRIGGER ALL",
        "ALTER DATABASE {name} SET default_transaction_read_only = on",
    ],
    ids=["column", "index", "trigger", "setting"],
)
def test_one_that_was_altered_otherwise_is_thrown_away(
    postgresql_databases: CleanDatabases, change: str
) -> None:
    with postgresql_databases.database() as url:
        store = open_store(url)
        with store.writing() as connection:
            connection.exec_driver_sql(change.format(name=store.engine.url.database))
        store.close()
    with postgresql_databases.database() as another:
        assert another != url
