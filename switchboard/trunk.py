"""How the switchboard is reached by telephone, from its settings."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

from switchboard.settings import Settings
from switchboard.settings.calls import SipSettings
from switchboard.settings.secrets import sip_password
from switchboard.telephony.config import Codec, Registration, SipConfig, Srtp, Tls, Transport

SPARE_LEGS = 8
"""Legs beyond two a call: for those who are sent on unanswered because all calls are taken."""


def sip_config_of(settings: Settings) -> SipConfig:
    """The endpoint that these settings, already checked, ask for. Raises SettingsError when the
    registrar's password can't be read."""
    sip = settings.sip
    return SipConfig(
        address=sip.address,
        port=sip.port,
        transport=Transport(sip.transport),
        rtp_ports=(sip.rtp_first, sip.rtp_last),
        codecs=tuple(map(Codec, sip.codecs)),
        peers=tuple(ip_network(peer, strict=False) for peer in sip.peers),
        pbx=sip.pbx,
        user=sip.user,
        registration=_registration(sip),
        tls=_tls(sip),
        srtp=Srtp(sip.srtp),
        max_calls=2 * sip.most_calls + SPARE_LEGS,
        refer=sip.refer,
        redirect=sip.redirect,
        no_answer_s=max(
            settings.operators.ring_s,
            settings.operators.last_resort_ring_s,
            settings.dialogue.entry_ring_s,
        ),
        silent_line_s=sip.silent_line_s,
        reorder_ms=sip.reorder_ms,
    )


def _registration(sip: SipSettings) -> Registration | None:
    if not sip.registrar:
        return None
    return Registration(
        server=sip.registrar,
        user=sip.user,
        password=sip_password(sip),
        login=sip.login,
        every_s=sip.register_every_s,
    )


def _tls(sip: SipSettings) -> Tls | None:
    if not sip.certificate:
        return None
    return Tls(
        certificate=Path(sip.certificate).expanduser(),
        authorities=Path(sip.authorities).expanduser() if sip.authorities else None,
        verify=sip.check_certificate,
    )
