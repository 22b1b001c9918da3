"""Whether calls come in and go out: addresses, ports, codecs, certificate, the PBX."""

from __future__ import annotations

import asyncio
import ctypes
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from cryptography import x509

from switchboard.checks.finding import Finding, fail, ok, tried, warn
from switchboard.errors import TelephonyError
from switchboard.settings import Settings
from switchboard.settings.calls_check import PORTS_A_CALL
from switchboard.settings.secrets import exposed
from switchboard.telephony import native
from switchboard.telephony.config import Codec, SipConfig
from switchboard.telephony.endpoint import BaresipEndpoint
from switchboard.telephony.ping import ping
from switchboard.telephony.port import Line
from switchboard.trunk import sip_config_of

CERTIFICATE_AHEAD: Final = timedelta(days=21)
"""How long a certificate has to last: time enough to have it renewed."""

_RATES = {Codec.PCMA: 8000, Codec.PCMU: 8000, Codec.G722: 16000}


def telephone(settings: Settings) -> Iterator[Finding]:
    if not (settings.sip.peers or settings.sip.registrar):
        yield fail(
            "telephone",
            "Nobody could call: name the PBX's addresses in [sip] peers, or its [sip] registrar.",
        )
        return
    if settings.sip.certificate:
        yield from certificate(Path(settings.sip.certificate).expanduser())
    config = sip_config_of(settings)
    yield from audio_ports(config, settings.sip.most_calls)
    yield from asyncio.run(_listen(config))
    yield from tried("PBX", partial(_pbx, config))


def audio_ports(config: SipConfig, most_calls: int) -> Iterator[Finding]:
    """How many of the ports for audio are free."""
    first, last = config.rtp_ports
    family = socket.AF_INET6 if ":" in config.address else socket.AF_INET
    free = sum(_is_free(family, config.address, port) for port in range(first, last + 1))
    told = f"{free} of {last - first + 1} ports from {first} to {last} are free"
    if free < PORTS_A_CALL * most_calls:
        yield fail(
            "audio ports",
            f"{told}, too few for {most_calls} calls; end what has them, or move [sip] rtp_first "
            "and rtp_last.",
        )
    else:
        yield ok("audio ports", told)


def certificate(path: Path) -> Iterator[Finding]:
    """Whether a PEM file holds a certificate that lasts, and its key is nobody else's."""
    if fault := exposed(path):
        yield fail("certificate", fault)
        return
    content = path.read_bytes()
    try:
        found = x509.load_pem_x509_certificate(content)
    except ValueError:
        yield fail("certificate", f"{path} holds no PEM certificate; name one that does.")
        return
    if b"PRIVATE KEY-----" not in content:
        yield fail("certificate", f"{path} holds no key; append it to the certificate.")
    ends = found.not_valid_after_utc
    left = ends - datetime.now(UTC)
    if left < timedelta():
        yield fail("certificate", f"{path} ended on {ends:%Y-%m-%d}; renew it.")
    elif left < CERTIFICATE_AHEAD:
        yield warn("certificate", f"{path} ends on {ends:%Y-%m-%d}; renew it.")
    else:
        yield ok("certificate", f"until {ends:%Y-%m-%d}")


async def _listen(config: SipConfig) -> list[Finding]:
    """Start the real endpoint for a moment: it binds, registers, and loads its codecs."""

    async def refuse(line: Line) -> None:
        await line.reject(503)

    endpoint = BaresipEndpoint(config)
    try:
        await endpoint.start(refuse)
        missing = [codec.value for codec in config.codecs if not _has(codec)]
    except TelephonyError as error:
        # A running service holds the port, and is told apart from nothing else that might.
        hint = " A switchboard that runs already has it: stop that first."
        return [fail("telephone", f"{error}{hint if 'use' in str(error) else ''}")]
    finally:
        await endpoint.stop()
    registered = f", registered at {config.registration.server}" if config.registration else ""
    found = [ok("telephone", f"listens on {config.address}:{config.port}{registered}")]
    if missing:
        found.append(
            fail(
                "codecs", f"The SIP stack lacks {', '.join(missing)}; leave it out of [sip] codecs."
            )
        )
    else:
        found.append(ok("codecs", ", ".join(codec.value for codec in config.codecs)))
    return found


def _pbx(config: SipConfig) -> Iterator[Finding]:
    if not (config.pbx or config.registration):
        yield warn(
            "PBX",
            "Not asked whether it is there: no address is set; name it in [sip] pbx.",
        )
        return
    code = asyncio.run(ping(config))
    yield ok("PBX", f"{config.pbx or 'the registrar'} answers OPTIONS with {code}")


def _has(codec: Codec) -> bool:
    """Whether the running stack has a codec (re's `aucodec_find`)."""
    library = native.load()
    library.baresip_aucodecl.restype = ctypes.c_void_p
    library.aucodec_find.restype = ctypes.c_void_p
    library.aucodec_find.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_uint32,
        ctypes.c_uint8,
    ]
    name = codec.value.encode()
    return bool(library.aucodec_find(library.baresip_aucodecl(), name, _RATES[codec], 1))


def _is_free(family: socket.AddressFamily, address: str, port: int) -> bool:
    with ExitStack() as stack:
        probe = stack.enter_context(socket.socket(family, socket.SOCK_DGRAM))
        try:
            probe.bind((address, port))
        except OSError:
            return False
        return True
