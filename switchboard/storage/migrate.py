"""The schema is brought up to date when a database is opened.

Alembic is imported where it is needed only: every command opens a database that is up to date, and
would wait for 0.2 s.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from switchboard.errors import StorageError
from switchboard.storage import (
    admin_tables,  # noqa: F401  its tables are part of the schema
    gap_tables,  # noqa: F401
    operator_tables,  # noqa: F401
    source_tables,  # noqa: F401
    uat_tables,  # noqa: F401
)

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0013"
"""The newest migration. A constant, so that opening a current database need not read them all."""

VERSION_TABLE = "switchboard_schema"

_UPGRADE_LOCK = 0x5357_4244_0001
"""PostgreSQL advisory lock: two programs that open an old database upgrade it one after another."""


def configuration(connection: sa.Connection) -> Config:
    """Alembic's configuration for the migrations in this package, on an open connection."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    return config


def bring_up_to_date(engine: sa.Engine, location: str) -> None:
    """Make or upgrade the tables. Raises StorageError for a database that isn't ours or is newer.

    Each upgrade is one transaction on both databases: a fault half-way leaves the old schema.
    """
    with engine.begin() as connection:
        if _revision(connection) == HEAD:
            return
        _refuse_foreign(connection, location)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            # Readers and the writer don't block each other. Kept in the file from then on; can't
            # be set within a transaction, so not in a migration.
            connection.connection.execute("PRAGMA journal_mode = WAL")
    with engine.execution_options(switchboard_writes=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
        from alembic import command  # noqa: PLC0415

        command.upgrade(configuration(connection), HEAD)


def _refuse_foreign(connection: sa.Connection, location: str) -> None:
    revision = _revision(connection)
    if revision is None and set(sa.inspect(connection).get_table_names()) - {VERSION_TABLE}:
        raise StorageError(
            f"The database {location} holds the tables of another program; name an empty one "
            "with --database, or a file that does not exist yet."
        )
    if revision is not None and revision not in _known(configuration(connection)):
        raise StorageError(
            f"The database {location} was made by a newer version of the switchboard (schema "
            f"{revision}; this program knows {HEAD}); update the program, or name another "
            "database with --database."
        )


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    table = sa.table(VERSION_TABLE, sa.column("version_num", sa.String))
    return connection.execute(sa.select(table.c.version_num)).scalar()


def _known(config: Config) -> set[str]:
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    return {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
