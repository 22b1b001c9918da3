"""The section of the settings that the web admin reads: where it is, and who gets in how."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Annotated

from switchboard.settings.checking import Between, OneOf


@dataclass(frozen=True, slots=True)
class RoleClaim:
    """Who has `claim` among the values of the provider's role claim signs in with `role`."""

    claim: str
    role: Annotated[str, OneOf("administrator", "operator", "tester", "viewer")]


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """Sign-in with OpenID Connect; off while `issuer` is ""."""

    issuer: str
    client_id: str
    client_secret: str
    role_claim: str
    roles: tuple[RoleClaim, ...]
    button: str


@dataclass(frozen=True, slots=True)
class AdminSettings:
    host: str
    port: Annotated[int, Between(0, 65535)]
    address: str
    proxies: Annotated[int, Between(0, 5)]
    threads: Annotated[int, Between(2, 64)]
    idle_minutes: Annotated[int, Between(1, 480)]
    session_hours: Annotated[int, Between(1, 24)]
    failures: Annotated[int, Between(3, 20)]
    lock_minutes: Annotated[int, Between(1, 1440)]
    upload_mb: Annotated[int, Between(1, 100)]

    @property
    def encrypted(self) -> bool:
        """Browsers reach it by HTTPS, so cookies are sent over nothing else."""
        return self.address.startswith("https://")

    @property
    def local(self) -> bool:
        """Only this machine can reach it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"
