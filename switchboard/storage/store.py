"""A handle on one database: where it is, and how to read it or write to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from switchboard.errors import StorageError
from switchboard.storage.faults import told_plainly
from switchboard.storage.migrate import bring_up_to_date

LOCK_WAIT_S = 5.0
"""How long a write waits for another's to end before it gives up."""

_ANSWER_S = 5
"""How long a PostgreSQL server may take to accept a connection."""


class _TakenBackError(Exception):
    """Ends a transaction that was only to be tried."""


@dataclass(frozen=True, slots=True)
class Store:
    """An open database at the newest schema. Threads may share it; processes may not.

    `location` is fit to show: it holds no password.
    """

    engine: sa.Engine
    location: str

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One consistent snapshot, however long it is looked at and whoever writes meanwhile."""
        engine = self.engine
        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        with told_plainly(self.location), engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction: all of it is stored at the end of the block, or none of it.

        Do slow work before, not inside: on SQLite everyone else who writes waits meanwhile.
        """
        engine = self.engine.execution_options(switchboard_writes=True)
        with told_plainly(self.location), engine.begin() as connection:
            yield connection

    def try_writing(self) -> None:
        """Write something and take it back. Raises StorageError where nothing can be written."""
        with suppress(_TakenBackError), self.writing() as connection:
            connection.execute(sa.text("CREATE TABLE switchboard_check (x INTEGER)"))
            raise _TakenBackError

    def close(self) -> None:
        self.engine.dispose()


def open_store(url: str | None = None, *, lock_wait_s: float = LOCK_WAIT_S) -> Store:
    """Open the database at `url`, made or brought up to date where needed.

    None: an SQLite file in the platform's folder for user data. Raises StorageError.
    """
    address = _default_address() if not url else _address(url)
    location = _location(address)
    engine = _sqlite(address, lock_wait_s) if _is_sqlite(address) else _server(address, lock_wait_s)
    store = Store(engine, location)
    try:
        with told_plainly(location):
            bring_up_to_date(engine, location)
    except BaseException:
        store.close()
        raise
    return store


def default_file() -> Path:
    """Where the embedded database is when no other is named."""
    return platformdirs.user_data_path("switchboard", appauthor=False) / "switchboard.db"


def _default_address() -> URL:
    file = default_file()
    try:
        # The directory is personal data: other users of the machine have no business with it.
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"The folder {file.parent} for the database can't be made ({error.strerror}); "
            "mend that, or name a database with --database."
        ) from error
    return URL.create("sqlite", database=str(file))


def _address(text: str) -> URL:
    try:
        address = make_url(text)
    except (ArgumentError, ValueError) as error:  # the latter for a port that isn't a number
        # The text is not quoted back: it may hold a password.
        raise StorageError(
            "--database is not a database URL; write sqlite:////full/path/switchboard.db or "
            "postgresql://user:password@host/database."
        ) from error
    backend = address.get_backend_name()
    if backend in {"postgresql", "postgres"}:
        return address.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise StorageError(
            f"A {backend!r} database is not supported; use sqlite:////full/path/switchboard.db or "
            "postgresql://user:password@host/database."
        )
    if address.database in {None, "", ":memory:"}:
        raise StorageError(
            "A database in memory would lose everything when the program ends; name a file: "
            "sqlite:////full/path/switchboard.db."
        )
    return address


def _is_sqlite(address: URL) -> bool:
    return address.get_backend_name() == "sqlite"


def _location(address: URL) -> str:
    if _is_sqlite(address):
        return str(address.database)
    return address.set(drivername="postgresql", query={}).render_as_string(hide_password=True)


def _sqlite(address: URL, lock_wait_s: float) -> sa.Engine:
    engine = sa.create_engine(
        address.set(drivername="sqlite"),
        connect_args={"timeout": lock_wait_s, "check_same_thread": False},
    )
    if not str(address.database).startswith("file:"):
        _follow_file(engine, Path(str(address.database)))

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
        # The driver would begin transactions late and never before a DDL statement; `begin` below
        # does it instead, so that migrations and reads are transactions too.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        # What is deleted is overwritten with zeros: `purge` promises that it is gone.
        connection.execute("PRAGMA secure_delete = ON")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # IMMEDIATE takes the write lock at once. A deferred transaction would find out only at
        # its first write that another was faster, and SQLite then can't wait but must fail.
        writes = connection.get_execution_options().get("switchboard_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _follow_file(engine: sa.Engine, file: Path) -> None:
    """Notice that the file was deleted, moved or replaced.

    An open connection would go on writing into what was deleted, and tell nobody; a new one would
    make an empty database where the real one may be put back in a moment.
    """
    made = False

    @sa.event.listens_for(engine, "do_connect")
    def refuse_to_make(*_: object) -> None:
        if made and not file.exists():
            raise sqlite3.OperationalError("unable to open database file")

    @sa.event.listens_for(engine, "connect")
    def remember(_connection: object, record: sa.pool.ConnectionPoolEntry) -> None:
        nonlocal made
        made = True
        record.info["file"] = _identity(file)

    @sa.event.listens_for(engine, "checkout")
    def compare(_connection: object, record: sa.pool.ConnectionPoolEntry, _proxy: object) -> None:
        if record.info["file"] != _identity(file):
            raise sa.exc.DisconnectionError


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        state = file.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino


def _server(address: URL, lock_wait_s: float) -> sa.Engine:
    waits = f"-c lock_timeout={round(lock_wait_s * 1000)}"
    options = " ".join(filter(None, (str(address.query.get("options", "")), waits)))
    try:
        return sa.create_engine(
            address.difference_update_query(["options"]),
            connect_args={"connect_timeout": _ANSWER_S, "options": options},
            # A server that was restarted overnight must not cost the first call of the morning.
            pool_pre_ping=True,
        )
    except ModuleNotFoundError as error:
        raise StorageError(
            "PostgreSQL needs a driver that is not installed; run: "
            "pip install 'switchboard[postgresql]'."
        ) from error
