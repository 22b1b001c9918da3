from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from switchboard.storage.leases import leased
from switchboard.storage.operator_tables import leases
from switchboard.storage.store import Store, open_store


def test_one_process_has_it_at_a_time(store: Store, database_url: str) -> None:
    other = open_store(database_url)
    with leased(store, "work") as ours:
        with leased(other, "work") as theirs, leased(other, "other work") as else_s:
            assert (ours, theirs, else_s) == (True, False, True)
        with leased(other, "work") as again:
            assert not again
    with leased(other, "work") as theirs:
        assert theirs
    other.close()


def test_it_is_given_back_when_the_work_fails(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), leased(store, "work"):
        1 // 0  # noqa: B018
    with leased(store, "work") as ours:
        assert ours


def test_one_that_works_for_long_keeps_it(store: Store, database_url: str) -> None:
    other = open_store(database_url)
    with leased(store, "work", lasts_s=1.0):
        time.sleep(2.0)
        with leased(other, "work") as theirs:
            assert not theirs
    other.close()


def test_that_of_a_process_that_died_lapses(store: Store) -> None:
    until = datetime.now(UTC) + timedelta(seconds=2)
    with store.writing() as connection:
        dead = sa.insert(leases).values(name="work", holder="somebody", until=until)
        connection.execute(dead)
    with leased(store, "work") as ours:
        assert not ours
    with leased(store, "work", wait_s=20.0) as ours:
        assert ours
