"""Work that one process of all machines does at a time: whoever holds its lease.

    take ──▶ held, renewed by a thread ──▶ given back
                 └──the process dies──▶ lapses by itself

Machines' clocks may differ by a part of the time for which a lease is held.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from switchboard.errors import StorageError
from switchboard.storage.operator_tables import leases
from switchboard.storage.store import Store

log = logging.getLogger(__name__)

LASTS_S = 120.0
"""How long a lease outlives a process that died with it. Raising it lets others wait longer then;
far less, and a database that hangs for a moment lets two work at once."""
_ASK_S = 0.5


@contextmanager
def leased(
    store: Store, name: str, *, wait_s: float = 0.0, lasts_s: float = LASTS_S
) -> Iterator[bool]:
    """Whether the lease is ours while inside; `wait_s` is how long to wait for another's.

    Raises StorageError.
    """
    holder = secrets.token_hex(8)
    until = time.monotonic() + wait_s
    while not (ours := _take(store, name, holder, lasts_s)) and time.monotonic() < until:
        time.sleep(_ASK_S)
    if not ours:
        yield False
        return
    done = threading.Event()
    renewing = threading.Thread(
        target=_renew, args=(store, name, holder, lasts_s, done), name=f"lease {name}", daemon=True
    )
    renewing.start()
    try:
        yield True
    finally:
        done.set()
        renewing.join()
        with store.writing() as connection:
            connection.execute(
                sa.delete(leases).where(leases.c.name == name, leases.c.holder == holder)
            )


def _take(store: Store, name: str, holder: str, lasts_s: float) -> bool:
    """Take the lease, or hold it longer: when it is free, has lapsed, or is ours."""
    now = datetime.now(UTC)
    row = {"holder": holder, "until": now + timedelta(seconds=lasts_s)}
    with store.writing() as connection:
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        connection.execute(
            dialect.insert(leases)
            .values(name=name, **row)
            .on_conflict_do_update(
                index_elements=["name"],
                set_=row,
                where=sa.or_(leases.c.until < now, leases.c.holder == holder),
            )
        )
        holds = sa.select(leases.c.holder).where(leases.c.name == name)
        return connection.execute(holds).scalar() == holder


def _renew(store: Store, name: str, holder: str, lasts_s: float, done: threading.Event) -> None:
    while not done.wait(lasts_s / 3):
        try:
            _take(store, name, holder, lasts_s)
        except StorageError:
            log.warning("lease not renewed", extra={"lease": name})
