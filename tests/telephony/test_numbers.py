"""A call goes to digits only, whatever they came from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.errors import TelephonyError
from switchboard.telephony.numbers import target_uri


@pytest.mark.parametrize(
    ("number", "uri"),
    [
        ("2468", "sip:2468@pbx.example:5070"),
        ("+44 (20) 7946-0000", "sip:+442079460000@pbx.example:5070"),
        ("*98#", "sip:*98%23@pbx.example:5070"),
    ],
)
def test_a_number_is_called_at_the_pbx(number: str, uri: str) -> None:
    assert target_uri(number, "pbx.example:5070") == uri


def test_another_transport_than_udp_is_named() -> None:
    assert target_uri("1", "192.0.2.7", "tls") == "sip:1@192.0.2.7;transport=tls"
    assert target_uri("1", "[2001:db8::7]:5061") == "sip:1@[2001:db8::7]:5061"


@pytest.mark.parametrize("host", ["", "a b", "pbx;transport=tcp", "x@y", "pbx:port", "p\r\nX: y"])
def test_a_host_that_is_none_is_refused(host: str) -> None:
    with pytest.raises(TelephonyError):
        target_uri("2468", host)


@given(st.text())
def test_whatever_is_called_is_digits(number: str) -> None:
    try:
        uri = target_uri(number, "pbx")
    except TelephonyError:
        return
    user = uri.removeprefix("sip:").removesuffix("@pbx").replace("%23", "#")
    assert user.isascii()
    assert set(user.removeprefix("+")) <= set("0123456789*#")
    assert 1 <= len(user.removeprefix("+")) <= 32
