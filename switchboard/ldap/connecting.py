"""A signed-in connection to the directory server, encrypted before anything is said.

ldaps:  TCP ──TLS──▶ sign in          ldap:  TCP ──StartTLS──TLS──▶ sign in

TLS is Python's own: it checks the certificate and the name while the connection is made.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import ldap3
from ldap3.core.exceptions import (
    LDAPExceptionError,
    LDAPInvalidFilterError,
    LDAPSessionTerminatedByServerError,
    LDAPSocketReceiveError,
    LDAPSocketSendError,
)

from switchboard.errors import SettingsError
from switchboard.ldap.faults import SUCCESS, LdapError, distrusted, refusal
from switchboard.ldap.metering import LARGEST_ANSWER, GaveUp, MeteredSocket
from switchboard.settings.ldap import LdapSettings
from switchboard.settings.secrets import ldap_password

_PORTS: Final = {"ldap": 389, "ldaps": 636}
_START_TLS: Final = "1.3.6.1.4.1.1466.20037"

_BROKEN_OFF = (LDAPSocketReceiveError, LDAPSocketSendError, LDAPSessionTerminatedByServerError)
_NOT_LDAP = (
    LDAPExceptionError, ArithmeticError, AttributeError, LookupError, OSError, RecursionError,
    TypeError, ValueError, struct.error,
)  # fmt: skip
"""What `ldap3` raises, beside its own errors, when it is fed what isn't LDAP."""


@dataclass(slots=True)
class Server:
    """A connection. `name` is how messages call the server; it is fit to show."""

    name: str
    connection: Any
    meter: MeteredSocket | None = None

    def ask(self, request: str, *arguments: object, **options: object) -> dict[str, Any]:
        """Have a method of the connection carried out; its result (RFC 4511, section 4.1.9).

        Raises LdapError for everything but success.
        """
        with self._told_plainly():
            getattr(self.connection, request)(*arguments, **options)
            result: dict[str, Any] = self.connection.result
            code, message = int(result["result"]), str(result["message"])
        if code != SUCCESS:
            raise refusal(self.name, code, message)
        return result

    @contextmanager
    def _told_plainly(self) -> Iterator[None]:
        try:
            yield
        except LDAPInvalidFilterError as error:
            raise LdapError(
                "[ldap] filter or departments_filter is not an LDAP filter (RFC 4515); write it as "
                '"(&(objectCategory=person)(objectClass=user))".'
            ) from error
        except _BROKEN_OFF as error:
            raise LdapError(f"{self.name} {self._why_broken_off()}") from error
        except _NOT_LDAP as error:
            raise LdapError(
                f"{self.name} answers with something that is not LDAP; check the host and port of "
                "[ldap] url."
            ) from error

    def _why_broken_off(self) -> str:
        match self.meter.gave_up if self.meter else None:
            case GaveUp.SILENCE:
                return "stopped answering; try again later, or raise [ldap] answer_s."
            case GaveUp.TIME:
                return (
                    "had not sent everything when the time was over; narrow [ldap] base or filter, "
                    "or raise longest_s."
                )
            case GaveUp.SIZE:
                return (
                    f"sent more than {LARGEST_ANSWER // 1024 // 1024} MB in one answer; lower "
                    "[ldap] page_size, and see that no attribute of [ldap_people] holds pictures."
                )
        return "broke the connection off; try again later, and look into its log."


@contextmanager
def connected(ldap: LdapSettings) -> Iterator[Server]:
    """Signed in at `[ldap] url`. Raises LdapError, and SettingsError where there is no password."""
    password = ldap_password(ldap) if ldap.user else ""
    until = time.monotonic() + ldap.longest_s
    server = _opened(ldap, password)
    connection = server.connection
    try:
        plain: socket.socket = connection.socket
        if password and not (ldap.encrypted or _is_here(plain)):
            raise SettingsError(
                "[ldap] start_tls is false, so the password of [ldap] user would cross the network "
                'in the clear; give start_tls = true, or url = "ldaps://...".'
            )
        if ldap.encrypted:
            host = str(urlsplit(ldap.url).hostname)
            if not ldap.url.startswith("ldaps:"):
                _start_tls(server)
            connection.socket = _encrypted(plain, host, server.name, ldap)
        server.meter = MeteredSocket(connection.socket, answer_s=ldap.answer_s, until=until)
        connection.socket = server.meter
        server.ask("bind", read_server_info=False)
        yield server
    finally:
        with suppress(*_NOT_LDAP):
            connection.strategy.close()


def _opened(ldap: LdapSettings, password: str) -> Server:
    url = urlsplit(ldap.url)
    name = ldap.url
    try:
        port = url.port or _PORTS[url.scheme]
        host = ldap3.Server(
            str(url.hostname), port=port, get_info=ldap3.NONE, connect_timeout=ldap.answer_s
        )
        connection = ldap3.Connection(
            host,
            ldap.user or None,
            password or None,
            authentication=ldap3.SIMPLE if password else ldap3.ANONYMOUS,
            auto_referrals=False,
            auto_range=False,
            check_names=False,
            read_only=True,
            receive_timeout=ldap.answer_s,
            return_empty_attributes=False,
        )
        connection.open(read_server_info=False)
    except ValueError as error:
        raise SettingsError(f"[ldap] url: {name} has a port that doesn't exist.") from error
    except (LDAPExceptionError, OSError) as error:
        raise LdapError(
            f"{name} can't be reached; check the host and port of [ldap] url, that the server "
            "runs, and the firewall between."
        ) from error
    return Server(name, connection)


def _is_here(plain: socket.socket) -> bool:
    """Whether the other end is this machine: nobody else can listen."""
    return ipaddress.ip_address(plain.getpeername()[0]).is_loopback


def _start_tls(server: Server) -> None:
    try:
        server.ask("extended", _START_TLS)
    except LdapError as error:
        raise LdapError(
            f"{server.name} doesn't encrypt (StartTLS was refused); set up TLS there, or give "
            '[ldap] url = "ldaps://..." where it has that.'
        ) from error


def _encrypted(plain: socket.socket, host: str, name: str, ldap: LdapSettings) -> ssl.SSLSocket:
    context = _context(ldap)
    try:
        return context.wrap_socket(plain, server_hostname=host)
    except ssl.SSLError as error:
        raise distrusted(name, host, error) from error
    except TimeoutError as error:
        raise LdapError(
            f"{name} doesn't speak TLS there (no answer); check the port of [ldap] url."
        ) from error
    except OSError as error:
        raise LdapError(
            f"{name} broke the connection off while TLS was set up; check the port of [ldap] url "
            "and the server's TLS."
        ) from error


def _context(ldap: LdapSettings) -> ssl.SSLContext:
    file = str(Path(ldap.authorities).expanduser()) if ldap.authorities else None
    try:
        context = ssl.create_default_context(cafile=file)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(
            f"[ldap] authorities: {file} can't be read as PEM certificates; correct the name or "
            "the file."
        ) from error
    if not ldap.check_certificate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
