"""How the switchboard is reached by telephone, and how it reaches the PBX."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path


class Transport(StrEnum):
    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


class Codec(StrEnum):
    PCMA = "pcma"
    PCMU = "pcmu"
    G722 = "g722"


class Srtp(StrEnum):
    """Encrypted media (SDES keys, RFC 4568): only as secret as the signalling, so use TLS."""

    OFF = "off"
    REQUIRED = "required"
    """A peer that offers plain RTP is refused with 488."""


@dataclass(frozen=True, slots=True)
class Registration:
    """Register as an extension or trunk (digest authentication, RFC 3261 section 22).

    `server` is the registrar's host or host:port; `user` the extension. `login` is the name to
    authenticate as where it differs from `user`. Renewed every `every_s` seconds.
    """

    server: str
    user: str
    password: str = field(repr=False)
    login: str = ""
    every_s: int = 300


@dataclass(frozen=True, slots=True)
class Tls:
    """`certificate` is a PEM file with our certificate and its key; `authorities` a PEM file with
    those that the PBX's certificate must come from. `verify` False accepts any."""

    certificate: Path
    authorities: Path | None = None
    verify: bool = True


@dataclass(frozen=True, slots=True)
class SipConfig:
    """One SIP endpoint. Checked when the settings are read; `BaresipEndpoint` trusts it.

    `address` is the address to listen on and to send from; it has to be one of this machine's.
    `port` serves UDP and TCP; TLS listens on the next one (5061 by custom). Calls are taken only
    from `peers`: others are refused with 403 before anybody hears of them. With a registration the
    registrar's own addresses are added to the peers.

    `pbx` is host or host:port to which transfers, bridged calls and OPTIONS go; "" takes the
    registrar, else the address that the call came from. `transport` is how we talk to it.

    `max_calls` counts legs: a bridged call has two. One more is refused with 486 by the stack.
    `refer` False bridges every transfer, for carriers that are known to refuse REFER; `redirect`
    False answers and transfers what would be sent on by 302, for those that follow none.
    """

    address: str = "127.0.0.1"
    port: int = 5060
    transport: Transport = Transport.UDP
    rtp_ports: tuple[int, int] = (20000, 24000)
    codecs: tuple[Codec, ...] = (Codec.PCMA, Codec.PCMU, Codec.G722)
    peers: tuple[IPv4Network | IPv6Network, ...] = ()
    pbx: str = ""
    user: str = "switchboard"
    registration: Registration | None = None
    tls: Tls | None = None
    srtp: Srtp = Srtp.OFF
    max_calls: int = 120
    refer: bool = True
    redirect: bool = True
    no_answer_s: float = 30.0
    """How long a transfer may ring. Above the PBX's own no-answer time, its forwarding acts
    first; below it, callers wait less for nobody."""
    silent_line_s: float = 20.0
    """A bridge ends when no packet has come from either end for so many seconds."""
    reorder_ms: int = 0
    """How long a packet is waited for so that those that overtook each other are put in order; 0
    takes them as they come, however late, and leaves out those that were overtaken. The stack's
    buffer, when its thread comes late, plays only the last of what is due: the end of any call
    costs all others 20 to 40 ms of sound. With 60, 3 to 16 of 30 calls at once were damaged, with
    0 none of 150; but where packets are up to 45 ms late and so overtake each other, 9 of 10
    pieces of sound stay as they were with 60, and 3 of 10 with 0."""

    @property
    def host(self) -> str:
        """The address as it stands in a URI: of IPv6 in brackets."""
        return f"[{self.address}]" if ":" in self.address else self.address
