"""Whether the web admin can listen, which `switchboard serve` starts with the calls."""

from __future__ import annotations

import socket
from collections.abc import Iterator

from switchboard.checks.finding import Finding, fail, ok
from switchboard.settings import Settings


def web_admin(settings: Settings) -> Iterator[Finding]:
    host, port = settings.admin.host, settings.admin.port
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        yield fail(
            "web admin",
            f"{host}:{port} can't be listened on ({error.strerror}), so the service would not "
            "start; end what has it, change [admin] host and port, or run: switchboard serve "
            "--no-admin.",
        )
    else:
        yield ok("web admin", f"{host}:{port} is free")
