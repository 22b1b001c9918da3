"""Settings for checks, and a telephone system that says it is there."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from switchboard.settings import Settings, default_settings
from tests.telephony.peers import free_port

Given = Callable[..., Settings]


@pytest.fixture
def given() -> Given:
    """`given(sip={"port": 5060})`: the defaults on a free port of loopback, with these changes."""

    def given(**sections: dict[str, Any]) -> Settings:
        settings = default_settings()
        port = free_port()
        audio = 30000 if port < 30000 else 20000  # away from the port for calls
        usual: dict[str, dict[str, Any]] = {
            "sip": {
                "peers": ("127.0.0.1",),
                "port": port,
                "rtp_first": audio,
                "rtp_last": audio + 199,
            },
            "operators": {"numbers": ("5900",), "last_resort": "5999"},
            "rollout": {"stage": "internal"},
            "hours": {"timezone": "Europe/London"},
            "admin": {"port": 0},
        }
        for section in {*usual, *sections}:
            changes = {**usual.get(section, {}), **sections.get(section, {})}
            changed = replace(getattr(settings, section), **changes)
            settings = replace(settings, **{section: changed})
        return settings

    return given


@pytest.fixture
def pbx() -> Iterator[str]:
    """host:port of what answers every OPTIONS with 200."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here:
        here.bind(("127.0.0.1", 0))
        here.settimeout(60)

        def answer() -> None:
            while True:
                request, sender = here.recvfrom(65535)
                if not request.startswith(b"OPTIONS"):
                    return
                here.sendto(request.replace(request.split(b"\r\n")[0], b"SIP/2.0 200 OK"), sender)

        thread = threading.Thread(target=answer)
        thread.start()
        host, port = here.getsockname()
        yield f"{host}:{port}"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.sendto(b"end", (host, port))
        thread.join()
