"""What is wrong between the settings of calls, without a look at the machine."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Final

from switchboard.settings.calls import SipSettings
from switchboard.settings.checking import Problem
from switchboard.settings.dialable import number_problems
from switchboard.settings.hours_check import hours_problems
from switchboard.settings.model import Settings

PORTS_A_CALL: Final = 4
"""RTP and RTCP, twice: a call that is bridged has two legs."""

_WIDEST: Final = {4: 8, 6: 32}
"""The shortest prefix of a network of peers, by IP version: a wider one is a slip of the finger
that would let half the world place calls."""

_SHORTEST_BEGINNING: Final = 5
"""Digits of a beginning in E.164: "+44" would make the whole country internal."""

_PRIVILEGED: Final = 1024


def calls_contradictions(settings: Settings) -> Iterator[Problem]:
    """Every problem of the sections that `settings.calls` defines."""
    yield from _sip(settings.sip)
    yield from _ports(settings.sip)
    yield from _numbers(settings)
    yield from hours_problems(settings)


def _sip(sip: SipSettings) -> Iterator[Problem]:
    try:
        ipaddress.ip_address(sip.address)
    except ValueError:
        yield _sip_problem("address", "is not an IP address; give one that this machine has.")
    for peer in sip.peers:
        yield from _peer(peer)
    if not sip.codecs:
        yield _sip_problem("codecs", "is empty, so no call could come in; name at least one.")
    if sip.transport == "tls" and not sip.certificate:
        yield _sip_problem("transport", '= "tls" needs a certificate; name its file there.')
    if sip.srtp == "required" and sip.transport != "tls":
        yield _sip_problem(
            "srtp",
            '= "required" protects nothing while the keys cross the network in the clear; set '
            'transport = "tls".',
        )


def _peer(peer: str) -> Iterator[Problem]:
    try:
        network = ipaddress.ip_network(peer, strict=False)
    except ValueError:
        yield _sip_problem(
            "peers",
            f"holds {peer!r}, which is not an address or a network; write 192.0.2.10 or "
            "192.0.2.0/28.",
        )
        return
    if network.prefixlen < _WIDEST[network.version]:
        yield _sip_problem(
            "peers",
            f"holds {peer!r}, from where half the world could place calls; name the PBX's own "
            "addresses.",
        )


def _ports(sip: SipSettings) -> Iterator[Problem]:
    if sip.rtp_first < _PRIVILEGED:
        yield _sip_problem(
            "rtp_first", "is a port that only root may open; give one from 1024 on, as 20000."
        )
    if sip.rtp_last - sip.rtp_first + 1 < PORTS_A_CALL * sip.most_calls:
        yield _sip_problem(
            "rtp_last",
            f"leaves no room for {sip.most_calls} calls of {PORTS_A_CALL} ports each; give at "
            f"least {sip.rtp_first + PORTS_A_CALL * sip.most_calls - 1}, or lower `most_calls`.",
        )
    for taken in (sip.port, sip.port + 1):
        if sip.rtp_first <= taken <= sip.rtp_last:
            yield _sip_problem(
                "port",
                f"makes {taken} a port for calls and for audio (`rtp_first` to `rtp_last`); move "
                "one of them.",
            )
            return


def _numbers(settings: Settings) -> Iterator[Problem]:
    region, operators = settings.number_plan.region, settings.operators
    named = [(("operators", "numbers"), number) for number in operators.numbers]
    named += [
        (("operators", "last_resort"), operators.last_resort),
        (("rollout", "unserved_number"), settings.rollout.unserved_number),
    ]
    for path, number in named:
        yield from number_problems(path, number, region)
    if operators.last_resort and operators.last_resort in operators.numbers:
        yield Problem(
            ("operators", "last_resort"),
            "is one of `numbers`, which has not answered by then; give another, or none.",
        )
    for beginning in settings.callers.internal:
        if beginning.startswith("+") and len(beginning) <= _SHORTEST_BEGINNING:
            yield Problem(
                ("callers", "internal"),
                f"holds {beginning!r}, which would make half a country internal; write more of "
                "the number.",
            )


def _sip_problem(key: str, sentence: str) -> Problem:
    return Problem(("sip", key), sentence)
