"""A real OpenLDAP server with Active Directory's attributes, started for a test."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import ldap3

from tests.ldap.certificates import Certificates
from tests.servers import unavailable
from tests.telephony.peers import free_port

SUFFIX = "dc=example,dc=org"
STAFF = f"ou=Staff,{SUFFIX}"
ADMIN = f"cn=admin,{SUFFIX}"
READER = f"cn=switchboard,{SUFFIX}"
PASSWORD = "open sesame"  # noqa: S105 - of a server that lives for a test

Attributes = Mapping[str, "str | bytes | Sequence[str | bytes]"]

_TEXT = "1.3.6.1.4.1.1466.115.121.1.15"
_NUMBER = "1.3.6.1.4.1.1466.115.121.1.27"
_BYTES = "1.3.6.1.4.1.1466.115.121.1.40"
_ACTIVE_DIRECTORY = {
    "objectCategory": _TEXT,
    "objectGUID": _BYTES,
    "uSNChanged": _NUMBER,
    "highestCommittedUSN": _NUMBER,
    "dsServiceName": _TEXT,
    "userAccountControl": _NUMBER,
    "accountExpires": _NUMBER,
    "employeeID": _TEXT,
    "company": _TEXT,
    "department": _TEXT,
    "middleName": _TEXT,
    "personalTitle": _TEXT,
    "ipPhone": _TEXT,
    "otherTelephone": _TEXT,
    "msExchHideFromAddressLists": _TEXT,
    "extensionAttribute5": _TEXT,
}
_EQUALITY = {
    _TEXT: "caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch",
    _NUMBER: "integerMatch ORDERING integerOrderingMatch",
    _BYTES: "octetStringMatch",
}
_COSINE_HAS = {"personalTitle"}
_START_S = 30.0


class Slapd:
    """The server. `url` is plain (and for StartTLS), `secure_url` is LDAPS."""

    def __init__(self, folder: Path, certificates: Certificates, demand: str) -> None:
        self._folder = folder
        self._demand = demand
        self._certificates = certificates
        self._ports = (free_port(), free_port())
        self._process: subprocess.Popen[bytes] | None = None
        self.url, self.secure_url = (
            f"{scheme}://127.0.0.1:{port}"
            for scheme, port in zip(("ldap", "ldaps"), self._ports, strict=True)
        )

    def load(self, entries: Iterable[tuple[str, Attributes]]) -> None:
        """Put entries into the stopped server's database, as fast as it goes."""
        self._configure({})
        (self._folder / "data").mkdir()
        ldif = self._folder / "entries.ldif"
        ldif.write_text("\n".join(map(_ldif, [*_SKELETON, *entries])), "ascii")
        command = [_slapd(), "-Ta", "-q", "-f", str(self._folder / "slapd.conf"), "-l", str(ldif)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def start(self, **about: str) -> None:
        """Start it, or start it anew; `about` is what it says about itself in its root."""
        self.stop()
        self._configure(about)
        log = (self._folder / "log").open("ab")
        self._process = subprocess.Popen(
            [
                _slapd(),
                *("-d", "0", "-f", str(self._folder / "slapd.conf")),
                *("-h", f"{self.url}/ {self.secure_url}/"),
            ],
            stdout=log,
            stderr=log,
        )
        until = time.monotonic() + _START_S
        for port in self._ports:
            while True:
                assert self._process.poll() is None, (self._folder / "log").read_text()
                assert time.monotonic() < until
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                time.sleep(0.05)

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(30)
            self._process = None

    def add(self, name: str, attributes: Attributes) -> None:
        self._change("add", name, None, dict(attributes))

    def modify(self, name: str, **values: str | bytes | None) -> None:
        """Set attributes; None takes one away."""
        self._change(
            "modify",
            name,
            {
                attribute: [(ldap3.MODIFY_REPLACE, [] if value is None else [value])]
                for attribute, value in values.items()
            },
        )

    def rename(self, name: str, to: str) -> None:
        self._change("modify_dn", name, to)

    def delete(self, name: str) -> None:
        self._change("delete", name)

    def _change(self, operation: str, *arguments: object) -> None:
        server = ldap3.Server(self.url, get_info=ldap3.NONE)
        with ldap3.Connection(
            server, ADMIN, PASSWORD, auto_bind=True, raise_exceptions=True
        ) as connection:
            getattr(connection, operation)(*arguments)

    def _configure(self, about: Mapping[str, str]) -> None:
        folder, certificates = self._folder, self._certificates
        (folder / "ad.schema").write_text(_schema())
        (folder / "root.ldif").write_text(
            _ldif(("", {"objectClass": ["top", "extensibleObject"], **about}))
        )
        (folder / "slapd.conf").write_text(
            f"""
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include {folder}/ad.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/pid
TLSCACertificateFile {certificates.authority}
TLSCertificateFile {certificates.certificate}
TLSCertificateKeyFile {certificates.key}
rootDSE {folder}/root.ldif
{self._demand}
database mdb
maxsize 268435456
suffix "{SUFFIX}"
rootdn "{ADMIN}"
rootpw "{PASSWORD}"
directory {folder}/data
dbnosync
index objectClass,entryCSN,uSNChanged eq
# As Active Directory: no more than 1000 at a time, and all of them in pages.
limits * size.soft=1000 size.hard=1000 size.pr=1000 size.prtotal=unlimited
access to attrs=userPassword by * auth
access to * by dn.exact="{READER}" read by anonymous auth
"""
        )


_SKELETON: list[tuple[str, Attributes]] = [
    (SUFFIX, {"objectClass": ["organization", "dcObject"], "o": "Example", "dc": "example"}),
    (STAFF, {"objectClass": "organizationalUnit", "ou": "Staff"}),
    (
        READER,
        {
            "objectClass": ["organizationalRole", "simpleSecurityObject"],
            "cn": "switchboard",
            "userPassword": PASSWORD,
        },
    ),
]


def person(
    number: int, forename: str, surname: str, **more: str | bytes | Sequence[str | bytes]
) -> tuple[str, Attributes]:
    """An entry as Active Directory has them, with extension 5000 + `number`."""
    name = f"{forename} {surname}"
    attributes: dict[str, str | bytes | Sequence[str | bytes]] = {
        "objectClass": ["top", "user"],
        "objectCategory": "person",
        "cn": f"{name} {number}",
        "givenName": forename,
        "sn": surname,
        "displayName": f"{surname}, {forename}",
        "employeeID": f"{number:05}",
        "ipPhone": str(5000 + number),
        "userAccountControl": "512",
        "objectGUID": number.to_bytes(16, "little"),
        "uSNChanged": str(1000 + number),
        **more,
    }
    return named(number, forename, surname), {key: v for key, v in attributes.items() if v}


def named(number: int, forename: str, surname: str) -> str:
    """The name of the entry that `person` makes."""
    return f"cn={forename} {surname} {number},{STAFF}"


@contextmanager
def slapd(
    folder: Path,
    certificates: Certificates,
    entries: Iterable[tuple[str, Attributes]],
    demand: str = "",
    **about: str,
) -> Iterator[Slapd]:
    """A running server with these entries below the staff's, stopped afterwards.

    `demand` is a further line of its configuration; `about` is what its root says.
    """
    server = Slapd(folder, certificates, demand)
    try:
        server.load(entries)
        server.start(**about)
        yield server
    finally:
        server.stop()


def _slapd() -> str:
    found = shutil.which("slapd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        unavailable("OpenLDAP's server is not installed; run: apt-get install slapd")
    assert found is not None
    return found


def _schema() -> str:
    lines = [
        f"attributetype ( 1.3.6.1.4.1.4203.666.1.{number} NAME '{name}' "
        f"EQUALITY {_EQUALITY[syntax]} SYNTAX {syntax} )"
        for number, (name, syntax) in enumerate(_ACTIVE_DIRECTORY.items(), start=9000)
        if name not in _COSINE_HAS
    ]
    names = " $ ".join(_ACTIVE_DIRECTORY)
    lines.append(
        "objectclass ( 1.3.6.1.4.1.4203.666.3.9000 NAME 'user' SUP inetOrgPerson STRUCTURAL "
        f"MAY ( {names} ) )"
    )
    return "\n".join(lines) + "\n"


def _ldif(entry: tuple[str, Attributes]) -> str:
    name, attributes = entry
    lines = [f"dn:: {_base64(name)}" if name else "dn:"]
    for attribute, values in attributes.items():
        several = [values] if isinstance(values, str | bytes) else values
        lines += [f"{attribute}:: {_base64(value)}" for value in several]
    return "\n".join(lines) + "\n"


def _base64(value: str | bytes) -> str:
    import base64

    return base64.b64encode(value.encode() if isinstance(value, str) else value).decode()
