from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

from directory.number_plan import Block, NumberPlan
from switchboard.storage.caller_hash import caller_hash, one_form, site_key
from switchboard.storage.store import Store, open_store

PLAN = NumberPlan((Block("+44208313", 4, "5000", "7999"),), area_code="20")
KEY = bytes(range(32))


@pytest.mark.parametrize(
    "written",
    ["+442079460001", "+44 20 7946 0001", "020 7946 0001", "00442079460001", "(020) 7946-0001"],
)
def test_every_way_to_write_a_number_has_one_hash(written: str) -> None:
    assert caller_hash(written, KEY, PLAN) == caller_hash("+442079460001", KEY, PLAN)


def test_a_desk_has_one_hash_by_its_extension_and_by_its_direct_line() -> None:
    assert caller_hash("5001", KEY, PLAN) == caller_hash("+442083135001", KEY, PLAN)
    assert caller_hash("5001", KEY, PLAN) != caller_hash("5002", KEY, PLAN)


def test_a_hash_does_not_hold_the_number_and_depends_on_the_key() -> None:
    hashed = caller_hash("+442079460001", KEY, PLAN)
    assert len(hashed) == 32
    assert set(hashed) <= set("0123456789abcdef")
    assert hashed != caller_hash("+442079460001", KEY[::-1], PLAN)


@pytest.mark.parametrize("nothing", ["", "anonymous", "-"])
def test_a_withheld_number_has_no_hash(nothing: str) -> None:
    assert caller_hash(nothing, KEY, PLAN) == ""


@pytest.mark.parametrize("hostile", ["+" * 50, "9" * 200, "+0", "5;rm -rf%00", "+442079460001" * 9])
def test_hostile_numbers_are_hashed_and_raise_nothing(hostile: str) -> None:
    assert caller_hash(hostile, KEY, PLAN)
    assert one_form(hostile, PLAN)


def test_a_site_s_key_is_made_once_however_many_ask_for_it_first(
    store: Store, database_url: str
) -> None:
    others = [open_store(database_url) for _ in range(5)]
    with ThreadPoolExecutor(6) as pool:
        keys = set(pool.map(site_key, [store, *others]))
    assert len(keys) == 1
    assert len(keys.pop()) == 32
    for other in others:
        other.close()


def test_two_sites_have_two_keys_and_neither_is_logged(
    sqlite_url: str, postgresql_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    stores = [open_store(sqlite_url), open_store(postgresql_url)]
    with caplog.at_level(logging.DEBUG):
        one, other = map(site_key, stores)
    assert one != other
    assert one.hex() not in caplog.text
    assert repr(one) not in caplog.text
    for store in stores:
        store.close()
