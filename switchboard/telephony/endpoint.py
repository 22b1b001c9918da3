"""Where calls come in: one SIP stack in this process, on threads of its own."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Coroutine
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from baresip import Account, BaresipError, Config, RegistrationError, Runtime, UserAgent
from baresip.call import Call

from switchboard.errors import TelephonyError
from switchboard.telephony import native
from switchboard.telephony.addresses import addresses
from switchboard.telephony.config import Codec, SipConfig, Srtp, Transport
from switchboard.telephony.leg import Leg
from switchboard.telephony.line import SipLine
from switchboard.telephony.port import Offer, OnCall
from switchboard.telephony.transfer import Transfers

log = logging.getLogger(__name__)

_HEADERS = (
    "P-Asserted-Identity",
    "Privacy",
    "Diversion",
    "History-Info",
    "Remote-Party-ID",
    "From",
    "To",
    "Allow",
)
_CODECS = {Codec.PCMA: "pcma", Codec.PCMU: "pcmu", Codec.G722: "g722/16000/1"}
_COUNT_EVERY_S = 1.0
_STOP_S = 3.0

Networks = tuple[IPv4Network | IPv6Network, ...]


class BaresipEndpoint:
    """Implements `switchboard.telephony.port.Endpoint`. One at a time in a process."""

    def __init__(self, config: SipConfig) -> None:
        self.died = asyncio.Event()
        self._config = config
        self._peers: Networks = config.peers
        self._runtime: Runtime | None = None
        self._transfers: Transfers | None = None
        self._draining = False
        self._lines: dict[Leg, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def calls(self) -> int:
        return len(self._lines)

    async def start(self, on_call: OnCall) -> None:
        config = self._config
        native.load()
        if registration := config.registration:
            self._peers += await _addresses_of(registration.server)
        if not self._peers:
            raise TelephonyError(
                "No peers are set, so nobody could call; name the PBX's address in [sip] peers."
            )
        _check_free(config)
        # Its messages hold callers' addresses; what matters of them is logged here.
        logging.getLogger("baresip").setLevel(logging.CRITICAL)
        runtime = Runtime()
        try:
            await runtime.start(_stack_config(config))
        except BaresipError as error:
            raise TelephonyError(
                f"The SIP stack does not start on {config.host}:{config.port} ({error}); check "
                "the address, the port and the certificate in [sip]."
            ) from error
        self._runtime = runtime
        runtime.on_dead = self._on_dead
        try:
            _check_listening(config)
            await self._sign_on(runtime, on_call)
        except BaseException:
            await self.stop()
            raise
        self._keep(self._count())

    async def drain(self) -> None:
        self._draining = True

    async def stop(self) -> None:
        self._draining = True
        runtime, self._runtime = self._runtime, None
        if runtime is None:
            return
        for leg in self._legs():
            await leg.hang_up()
        if self._lines:
            await asyncio.wait(self._lines.values(), timeout=_STOP_S)
        for task in (*self._lines.values(), *self._tasks):
            task.cancel()
        await asyncio.gather(*self._lines.values(), *self._tasks, return_exceptions=True)
        if not self.died.is_set():
            await runtime.close()

    async def _sign_on(self, runtime: Runtime, on_call: OnCall) -> None:
        try:
            agents = [
                await UserAgent.create(runtime, _account(self._config, transport))
                for transport in _transports(self._config)
            ]
        except (BaresipError, ValueError) as error:
            raise TelephonyError(f"The SIP account is refused: {error}; check [sip].") from error
        stack = native.StackThread(runtime)
        transfers = self._transfers = Transfers(
            agents[0], stack, self._config.silent_line_s, self._keep, self._config.refer
        )
        for agent, transport in zip(agents, _transports(self._config), strict=True):
            agent.on_incoming(lambda call, by=transport: self._admit(call, by, transfers, on_call))
        if registration := self._config.registration:
            try:
                await agents[0].register()
            except (RegistrationError, BaresipError) as error:
                status = getattr(error, "status", None)
                raise TelephonyError(
                    f"The registrar {registration.server} says {status or 'nothing'}; check its "
                    "address, the user and the password in [sip]."
                ) from error

    def _admit(
        self, call: Call, transport: Transport, transfers: Transfers, on_call: OnCall
    ) -> None:
        # Listens from this moment on: a CANCEL may come at once.
        leg = Leg(call, transfers.stack)
        task = asyncio.get_running_loop().create_task(self._run(leg, transport, transfers, on_call))
        self._lines[leg] = task
        task.add_done_callback(lambda _: self._lines.pop(leg, None))

    async def _run(
        self, leg: Leg, transport: Transport, transfers: Transfers, on_call: OnCall
    ) -> None:
        source = await transfers.stack.run(native.source, leg.name)
        if leg.gone.is_set():
            return
        if source is None or not any(source.address in network for network in self._peers):
            log.warning("refused a call from an unknown peer", extra={"peer": str(source)})
            await leg.refuse(403, "Forbidden")
            return
        if self._draining:
            await leg.refuse(503, "Service Unavailable")
            return
        registration = self._config.registration
        # A connection comes from a port of its own, on which nobody listens.
        there = str(source) if transport is Transport.UDP else source.host
        host = self._config.pbx or (registration.server if registration else there)
        line = SipLine(leg, _offer(leg.call, source), self._config, host, transfers)
        try:
            await on_call(line)
            if line.bridged:
                await leg.gone.wait()
        except Exception:
            log.exception("a call's task failed")
        finally:
            await line.hang_up()

    async def _count(self) -> None:
        """Keep all legs' packet counts, in one errand to the stack a second."""
        while True:
            await asyncio.sleep(_COUNT_EVERY_S)
            legs = [leg for leg in self._legs() if leg.answered and not leg.gone.is_set()]
            if legs and self._transfers:
                counts = await self._transfers.stack.run(native.packets, [leg.name for leg in legs])
                for leg, packets in zip(legs, counts, strict=True):
                    leg.count(packets)

    def _legs(self) -> list[Leg]:
        return [*self._lines, *(self._transfers.legs if self._transfers else ())]

    def _keep(self, errand: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(errand)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _on_dead(self) -> None:
        log.critical("the SIP stack has failed: a new process is needed")
        self.died.set()
        for leg in self._legs():
            leg.end()


def _offer(call: Call, source: native.Source) -> Offer:
    headers = {name.lower(): value for name, value in call.headers.items()}
    to = addresses(headers.get("to", ""))
    return Offer(
        call_id=call.call_id or "",
        peer=str(source),
        trusted=True,
        dialled=to[0].user if to else "",
        headers=headers,
    )


def _transports(config: SipConfig) -> tuple[Transport, ...]:
    """Ours first, then those on which calls are taken too: a secure trunk takes no others."""
    if config.transport is Transport.TLS or config.registration:
        return (config.transport,)
    return (config.transport, *({Transport.UDP, Transport.TCP} - {config.transport}))


def _stack_config(config: SipConfig) -> Config:
    lines = [
        f"sip_listen {config.host}:{config.port}",
        f"sip_transports {','.join(_transports(config))}",
        f"sip_trans_def {config.transport}",
        f"rtp_ports {config.rtp_ports[0]}-{config.rtp_ports[1]}",
        # Not the adaptive one: that damages a call in five on a clean network.
        f"audio_jitter_buffer_type {'fixed' if config.reorder_ms else 'off'}",
        f"audio_jitter_buffer_ms {config.reorder_ms}-{3 * config.reorder_ms + 20}",
    ]
    if tls := config.tls:
        lines += [
            f"sip_certificate {tls.certificate}",
            f"sip_verify_server {'yes' if tls.verify else 'no'}",
        ]
        if tls.authorities:
            lines.append(f"sip_cafile {tls.authorities}")
    everywhere = config.address in {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound
    return Config(
        net_interface=None if everywhere else config.address,
        expose_headers=_HEADERS,
        native_log_level="error",
        max_concurrent_calls=config.max_calls,
        extra_config_text="\n".join(lines) + "\n",
    )


def _account(config: SipConfig, transport: Transport) -> Account:
    """The stack gives an account only the calls that come by its own transport."""
    registration = config.registration
    extra = ["catchall=yes", "call_transfer=no"]
    if config.srtp is Srtp.REQUIRED:
        extra.append("mediaenc=srtp-mand")
    return Account(
        user=registration.user if registration else config.user,
        domain=registration.server if registration else f"{config.host}:{config.port}",
        password=registration.password if registration else "",
        auth_user=registration.login or None if registration else None,
        reg_interval=registration.every_s if registration else 0,
        transport=transport.value,
        audio_codecs=tuple(_CODECS[codec] for codec in config.codecs),
        extra_params=tuple(extra),
    )


async def _addresses_of(server: str) -> Networks:
    host = server.rpartition(":")[0] if server.rpartition(":")[2].isdigit() else server
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host.strip("[]"), None)
    except OSError as error:
        raise TelephonyError(
            f"The registrar {server} is not found; check [sip] registrar."
        ) from error
    return tuple({ip_network(str(entry[4][0])) for entry in found})


def _check_free(config: SipConfig) -> None:
    """The stack does not say so itself when an address is taken."""
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        for port in (config.port, config.port + 1)[: 2 if config.tls else 1]:
            if error := _bind_error(config.address, port, kind):
                raise TelephonyError(
                    f"{config.address}:{port} can't be used for SIP ({error}); set [sip] address "
                    "and port to what is this machine's and free."
                )


def _check_listening(config: SipConfig) -> None:
    """Nor when it does not listen, because no network interface has the address."""
    secure = config.transport is Transport.TLS
    kind = socket.SOCK_STREAM if secure else socket.SOCK_DGRAM
    if not _bind_error(config.address, config.port + secure, kind):
        raise TelephonyError(
            f"The SIP stack does not listen on {config.address}: set [sip] address to one that "
            "`ip address` shows."
        )


def _bind_error(address: str, port: int, kind: socket.SocketKind) -> str:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            return error.strerror or "no such address"
    return ""
