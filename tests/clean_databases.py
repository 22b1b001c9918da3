"""Databases on PostgreSQL that are as new for each test.

To copy a database, to connect to the copy for the first time and to drop it takes half a CPU-second
in all; to empty its tables takes a tenth of that.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from switchboard.storage.store import open_store

_numbers = itertools.count(1)

_SCHEMA = """
SELECT md5(string_agg(each, E'\\n' ORDER BY each)) FROM (
    SELECT concat_ws(' ', relname, attname, format_type(atttypid, atttypmod), attnotnull)
        FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT concat_ws(' ', conrelid::regclass, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT concat_ws(' ', pg_get_triggerdef(oid), tgenabled)
        FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT nspname::text FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp_'
    UNION ALL SELECT setconfig::text FROM pg_db_role_setting
) AS every(each)
"""
"""A digest of all that a test may have altered besides rows."""

_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

_FILLED = """
SELECT string_agg(quote_ident(relname), ', ') FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0
"""


class CleanDatabases:
    """On the server whose URL holds a `%s` for the database's name."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._free: list[str] = []
        self._template = self._made("template1")
        open_store(server % self._template).close()
        with self._connected(self._template) as connection:
            self._schema = connection.exec_driver_sql(_SCHEMA).scalar()
            filled = connection.exec_driver_sql(_FILLED).scalar() or ""
            self._rows = {
                table: connection.exec_driver_sql(
                    f"SELECT json_agg(t)::text FROM {table} t"  # noqa: S608  names from the server
                ).scalar()
                for table in filled.split(", ")
            }

    @contextmanager
    def database(self) -> Iterator[str]:
        """URL of one at the newest schema, as it is when the switchboard opens it first."""
        name = self._free.pop() if self._free else self._made(self._template)
        yield self._server % name
        if self._emptied(name):
            self._free.append(name)
        else:
            self._drop(name)

    @contextmanager
    def unmade(self) -> Iterator[str]:
        """URL of one without a single table."""
        name = self._made("template1")
        yield self._server % name
        self._drop(name)

    def _emptied(self, name: str) -> bool:
        """Whether it is as new; not where a test has left another schema, or settings."""
        with self._connected(name) as connection:
            connection.exec_driver_sql(_OTHERS)
            if connection.exec_driver_sql(_SCHEMA).scalar() != self._schema:
                return False
            # Past the triggers that let nobody delete what is on record.
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            filled = connection.exec_driver_sql(_FILLED).scalar()
            connection.exec_driver_sql(f"TRUNCATE {filled} RESTART IDENTITY CASCADE")
            for table, rows in self._rows.items():
                connection.execute(
                    sa.text(
                        f"INSERT INTO {table} "  # noqa: S608  names from the server itself
                        f"SELECT * FROM json_populate_recordset(NULL::{table}, :rows)"
                    ),
                    {"rows": rows},
                )
            connection.commit()
        return True

    def _made(self, template: str) -> str:
        name = f"test_{next(_numbers)}"
        with self._connected("postgres", autocommit=True) as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _drop(self, name: str) -> None:
        with self._connected("postgres", autocommit=True) as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def _connected(self, name: str, *, autocommit: bool = False) -> Iterator[sa.Connection]:
        engine = sa.create_engine(
            (self._server % name).replace("postgresql:", "postgresql+psycopg:"),
            poolclass=sa.NullPool,  # the test may stop the server in between
            **({"isolation_level": "AUTOCOMMIT"} if autocommit else {}),
        )
        with engine.connect() as connection:
            yield connection
