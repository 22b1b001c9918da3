from __future__ import annotations

import time

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


def test_that_of_a_process_that_died_lapses_and_that_of_one_that_works_does_not(
    store: Store, database_url: str
) -> None:
    other = open_store(database_url)
    with leased(store, "work", lasts_s=1.0):
        time.sleep(2.0)
        with leased(other, "work") as theirs:
            assert not theirs
        with store.writing() as connection:
            connection.execute(sa.update(leases).values(holder="somebody who died"))
        with leased(other, "work", wait_s=20.0) as theirs:
            assert theirs
    other.close()
