from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from directory.headings import PEOPLE
from switchboard.ldap.cells import Column, Oddity, cells_of, columns_of, told
from switchboard.ldap.searching import Entry


def _cell(field: str, attributes: str, **values: bytes | tuple[bytes, ...]) -> str:
    column = Column(field, field, tuple(attributes.split()))
    listed = {
        name.lower(): (value,) if isinstance(value, bytes) else value
        for name, value in values.items()
    }
    (cell,) = cells_of(Entry("cn=x", listed), [column], Counter())
    return cell


@pytest.mark.parametrize(
    ("control", "said"),
    [(b"512", "active"), (b"514", "left"), (b"66050", "left"), (b"66048", "active"), (b"x", "x")],
)
def test_a_disabled_account_says_left(control: bytes, said: str) -> None:
    assert _cell("status", "userAccountControl", userAccountControl=control) == said


def test_the_last_day_is_the_one_before_the_account_ends() -> None:
    end = datetime(2027, 4, 1).astimezone()
    ticks = (end - datetime(1601, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 10
    said = str(ticks).encode()
    assert _cell("leaves", "accountExpires", accountExpires=said) == "2027-03-31"


@pytest.mark.parametrize("never", [b"0", b"9223372036854775807", b"9223372036854775806"])
def test_an_account_that_never_expires_has_no_last_day(never: bytes) -> None:
    assert _cell("leaves", "accountExpires", accountExpires=never) == ""


def test_a_time_of_ldap_is_a_day_to_leave_on() -> None:
    assert _cell("leaves", "endDate", endDate=b"20270331000000Z") == "20270331"
    assert _cell("leaves", "endDate", endDate=b"31/03/2027") == "31/03/2027"


def test_the_first_attribute_with_a_value_counts() -> None:
    attributes = "department company"
    assert _cell("department", attributes, department=b"Parks", company=b"Council") == "Parks"
    assert _cell("department", attributes, department=b" ", company=b"Council") == "Council"
    assert _cell("department", attributes) == ""


def test_all_numbers_are_left_for_cleansing_to_tell_apart() -> None:
    cell = _cell(
        "direct_line",
        "telephoneNumber otherTelephone",
        telephoneNumber=b"020 8313 5001",
        otherTelephone=(b"5002", b"020 8313 5001", b"5001"),
    )
    assert cell == "020 8313 5001; 5001; 5002"


@pytest.mark.parametrize(
    ("uri", "number"),
    [
        (b"tel:+442083135001", "+442083135001"),
        (b"tel:+442083135001;ext=5001", "+442083135001; ext 5001"),
        (b"sip:5001@pbx.example.org;user=phone", "5001"),
        (b"5001", "5001"),
    ],
)
def test_numbers_written_as_addresses_are_numbers(uri: bytes, number: str) -> None:
    assert _cell("extension", "ipPhone", ipPhone=uri) == number


def test_several_values_are_taken_in_the_same_order_however_the_server_sends_them() -> None:
    one = _cell("forename", "givenName", givenName=(b"Ann", b"Bea"))
    other = _cell("forename", "givenName", givenName=(b"Bea", b"Ann"))
    assert one == other == "Ann"


@pytest.mark.parametrize("value", [b"\xff\xd8JFIF", b"Smi\0th", b"\x1b[2J", b"x" * 40_000])
def test_what_is_not_text_is_left_out_and_told(value: bytes) -> None:
    odd: Counter[Oddity] = Counter()
    column = Column("surname", "Surname", ("sn",))
    assert cells_of(Entry("cn=x", {"sn": (value,)}), [column], odd) == ("",)
    assert list(told(odd)) == [
        "1 entry has a value of sn that is not text, or too long; it is left out."
    ]


def test_a_field_without_attributes_has_no_column() -> None:
    columns = columns_of({"surname": ("sn",), "team": ()}, PEOPLE)
    assert columns == (Column("surname", "Surname", ("sn",)),)
