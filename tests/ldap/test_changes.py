from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import pytest

from switchboard.ldap.changes import Cursor, after, kept, since
from switchboard.ldap.searching import Entry

DC1 = Entry("", {"highestcommittedusn": (b"5000",), "dsservicename": (b"CN=DC1",)})
NONE = Entry("", {})
TOOK = timedelta(minutes=5)


def _entry(**values: str) -> Entry:
    return Entry("cn=x", {name.lower(): (value.encode(),) for name, value in values.items()})


def test_active_directory_is_asked_by_its_own_count() -> None:
    cursor = after([_entry(uSNChanged="17", modifyTimestamp="20260101000000.0Z")], DC1, TOOK)
    assert cursor == Cursor("uSNChanged", "5000", "CN=DC1")
    assert since(cursor) == "(uSNChanged>=5001)"
    assert kept(asdict(cursor), DC1) == cursor


def test_openldap_is_asked_by_the_last_stamp_less_the_time_that_reading_took() -> None:
    stamps = (
        "20260301120000.123456Z#000000#001#000000",
        "20260301110000.000000Z#000000#000#000000",
    )
    entries = [_entry(entryCSN=stamp, modifyTimestamp="20260301120000Z") for stamp in stamps]
    cursor = after(entries, NONE, TOOK)
    assert cursor == Cursor("entryCSN", "20260301114500")
    assert since(cursor) == "(entryCSN>=20260301114500.000000Z#000000#000#000000)"


def test_other_servers_are_asked_by_modify_timestamp() -> None:
    cursor = after([_entry(modifyTimestamp="20260301120000Z")], NONE, timedelta(0))
    assert cursor == Cursor("modifyTimestamp", "20260301115000")
    assert since(cursor) == "(modifyTimestamp>=20260301115000Z)"


def test_a_server_that_stamps_nothing_or_nonsense_is_read_whole_each_time() -> None:
    assert after([_entry(sn="x")], NONE, TOOK) is None
    assert after([_entry(entryCSN="99999999999999Z)(x=*")], NONE, TOOK) is None
    assert after([_entry(entryCSN="00010101000000Z#")], NONE, TOOK) is None
    dated = _entry(modifyTimestamp="20260301120000Z")
    assert after([dated, _entry(sn="x")], NONE, TOOK) is None


def test_a_cursor_never_goes_back() -> None:
    before = Cursor("entryCSN", "20260301120000")
    assert after([], NONE, TOOK, before) == before
    older = _entry(entryCSN="20260201120000.000000Z#0")
    assert after([older], NONE, TOOK, before) == before


@pytest.mark.parametrize(
    "stored",
    [{}, {"attribute": "sn", "value": "x", "server": ""},
     {"attribute": "uSNChanged", "value": "5001", "server": "CN=DC1"},
     {"attribute": "uSNChanged", "value": "7", "server": "CN=DC2"}],
)  # fmt: skip
def test_a_cursor_that_means_nothing_to_the_server_is_not_used(stored: dict[str, str]) -> None:
    assert kept(stored, DC1) is None
