from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from switchboard.settings import Settings, default_settings
from switchboard.telephony.config import Codec, Srtp, Transport
from switchboard.trunk import sip_config_of


def _with(**sip: Any) -> Settings:
    settings = default_settings()
    return replace(settings, sip=replace(settings.sip, **sip))


def test_a_trunk_by_address_takes_calls_from_its_peers_alone() -> None:
    config = sip_config_of(_with(peers=("192.0.2.10", "192.0.2.17/28"), codecs=("g722", "pcma")))
    assert config.peers == (ip_network("192.0.2.10/32"), ip_network("192.0.2.16/28"))
    assert config.registration is None
    assert config.tls is None
    assert config.codecs == (Codec.G722, Codec.PCMA)


def test_a_registration_has_the_password_and_never_shows_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SWITCHBOARD_SIP_PASSWORD", "open sesame")
    config = sip_config_of(_with(registrar="pbx.example.org", user="5900", login="auth5900"))
    assert config.registration is not None
    assert config.registration.password == "open sesame"  # noqa: S105
    assert (config.registration.user, config.registration.login) == ("5900", "auth5900")
    assert "sesame" not in repr(config)


def test_tls_takes_its_files_and_srtp_with_it() -> None:
    config = sip_config_of(_with(transport="tls", certificate="/etc/s/cert.pem", srtp="required"))
    assert config.transport is Transport.TLS
    assert config.srtp is Srtp.REQUIRED
    assert config.tls is not None
    assert config.tls.certificate == Path("/etc/s/cert.pem")
    assert config.tls.authorities is None


def test_every_call_has_room_for_a_second_leg() -> None:
    assert sip_config_of(_with(most_calls=30)).max_calls > 2 * 30


def test_what_is_said_of_transfers_and_sound_reaches_the_line() -> None:
    shipped = sip_config_of(_with())
    assert (shipped.refer, shipped.redirect, shipped.reorder_ms) == (True, True, 0)
    config = sip_config_of(_with(refer=False, redirect=False, silent_line_s=7.0, reorder_ms=60))
    assert (config.refer, config.redirect, config.reorder_ms) == (False, False, 60)
    assert config.silent_line_s == 7.0


@pytest.mark.parametrize(
    ("section", "key"),
    [("dialogue", "entry_ring_s"), ("operators", "ring_s"), ("operators", "last_resort_ring_s")],
)
def test_a_transfer_may_ring_as_long_as_the_longest_of_all(section: str, key: str) -> None:
    settings = default_settings()
    longer = replace(getattr(settings, section), **{key: 99.0})
    assert sip_config_of(replace(settings, **{section: longer})).no_answer_s == 99.0
