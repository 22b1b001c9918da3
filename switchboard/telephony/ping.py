"""Is the PBX there? One OPTIONS request (RFC 3261 section 11), for `switchboard check`."""

from __future__ import annotations

import asyncio
import re
import secrets
import ssl

from switchboard.errors import TelephonyError
from switchboard.telephony.config import SipConfig, Tls, Transport

_ANSWER = re.compile(rb"SIP/2\.0 ([1-6][0-9]{2}) ")
_RESEND_S = 0.5


async def ping(config: SipConfig, timeout_s: float = 3.0) -> int:
    """The SIP code with which the PBX (else the registrar) answers; any means that it is there.

    Sent from a port of its own, so a running switchboard isn't disturbed. Raises TelephonyError
    when nothing answers within `timeout_s` seconds, or no address is set.
    """
    target = config.pbx or (config.registration.server if config.registration else "")
    if not target:
        raise TelephonyError("No PBX address is set; name it in [sip] pbx.")
    host, port = _host_and_port(target, config.transport)
    try:
        async with asyncio.timeout(timeout_s):
            if config.transport is Transport.UDP:
                return await _by_udp(config, host, port)
            return await _by_stream(config, host, port)
    except (TimeoutError, OSError) as error:
        raise TelephonyError(
            f"The PBX {target} does not answer OPTIONS by {config.transport.upper()} "
            f"({_why(error)}); check [sip] pbx and transport, the PBX's trunk and the firewall."
        ) from error


async def _by_udp(config: SipConfig, host: str, port: int) -> int:
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[int] = loop.create_future()

    class Protocol(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: tuple[object, ...]) -> None:  # noqa: ARG002
            if (found := _ANSWER.match(data)) and not answer.done():
                answer.set_result(int(found[1]))

        def error_received(self, exc: Exception) -> None:
            if not answer.done():
                answer.set_exception(exc)

    channel, _ = await loop.create_datagram_endpoint(
        Protocol, local_addr=(config.address, 0), remote_addr=(host, port)
    )
    try:
        request = _options(config, host, port, channel.get_extra_info("sockname")[1])
        while True:
            channel.sendto(request)
            done, _ = await asyncio.wait((answer,), timeout=_RESEND_S)
            if done:
                return answer.result()
    finally:
        channel.close()


async def _by_stream(config: SipConfig, host: str, port: int) -> int:
    tls = _context(config.tls) if config.transport is Transport.TLS else None
    reader, writer = await asyncio.open_connection(
        host, port, ssl=tls, local_addr=(config.address, 0)
    )
    try:
        writer.write(_options(config, host, port, writer.get_extra_info("sockname")[1]))
        await writer.drain()
        while line := await reader.readline():
            if found := _ANSWER.match(line):
                return int(found[1])
        raise ConnectionError("it closed the connection")
    finally:
        writer.close()


def _context(tls: Tls | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if tls and tls.authorities:
        context.load_verify_locations(tls.authorities)
    if tls:
        context.load_cert_chain(tls.certificate)
    if tls and not tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _options(config: SipConfig, host: str, port: int, local_port: int) -> bytes:
    here = f"{config.host}:{local_port}"
    there = f"[{host}]" if ":" in host else host
    user = config.registration.user if config.registration else config.user
    branch = f"z9hG4bK{secrets.token_hex(8)}"
    lines = (
        f"OPTIONS sip:{there}:{port} SIP/2.0",
        f"Via: SIP/2.0/{config.transport.upper()} {here};rport;branch={branch}",
        f"From: <sip:{user}@{config.host}>;tag={secrets.token_hex(4)}",
        f"To: <sip:{there}:{port}>",
        f"Call-ID: {secrets.token_hex(12)}",
        "CSeq: 1 OPTIONS",
        f"Contact: <sip:{user}@{here};transport={config.transport}>",
        "Max-Forwards: 70",
        "Accept: application/sdp",
        "Content-Length: 0",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _host_and_port(target: str, transport: Transport) -> tuple[str, int]:
    host, colon, port = target.rpartition(":")
    if colon and port.isdigit() and not host.endswith(":"):
        return host.strip("[]"), int(port)
    return target.strip("[]"), 5061 if transport is Transport.TLS else 5060


def _why(error: Exception) -> str:
    return "no answer in time" if isinstance(error, TimeoutError) else str(error)
