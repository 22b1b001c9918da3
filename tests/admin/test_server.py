"""The admin on a port of its own: what stopping it does to browsers that are connected."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests

from switchboard.admin.server import AdminServer
from switchboard.settings import Settings
from switchboard.storage.calls import write_entries
from switchboard.storage.store import Store
from tests.admin.conftest import PASSWORD
from tests.storage.made_up_calls import started, turn

PROMPTLY_S = 2.0
"""Far below how long it waits for answers that go on."""
MORE_THAN_SOCKETS_HOLD = 12_000_000


@pytest.fixture
def server(kept: Store, settings: Settings) -> Iterator[AdminServer]:
    running = AdminServer(kept, settings)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def browser(server: AdminServer) -> Iterator[requests.Session]:
    """With an operator signed in; it keeps its connections."""
    with requests.Session() as session:
        form = session.get(f"{server.address}/sign-in", timeout=30).text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
        assert token is not None
        given = {"csrf_token": token[1], "name": "a-operator", "password": PASSWORD}
        answer = session.post(f"{server.address}/sign-in", data=given, timeout=30)
        assert answer.ok
        assert "Sign out" in answer.text
        yield session


def _seconds_to_stop(server: AdminServer) -> float:
    begun = time.monotonic()
    server.stop()
    return time.monotonic() - begun


@pytest.mark.parametrize("path", ["/console/events", "/console/now/events"])
def test_it_stops_promptly_while_a_console_listens(
    server: AdminServer, browser: requests.Session, path: str
) -> None:
    with browser.get(f"{server.address}{path}", stream=True, timeout=30) as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith(b"retry:")
        assert _seconds_to_stop(server) < PROMPTLY_S
        for _ in lines:  # to its end, and not one that the browser takes for a fault
            pass


def test_it_stops_promptly_while_a_browser_keeps_its_connection(
    server: AdminServer, browser: requests.Session
) -> None:
    console = f"{server.address}/console"
    assert browser.get(console, timeout=30).ok
    assert _seconds_to_stop(server) < PROMPTLY_S
    with pytest.raises(requests.ConnectionError):
        browser.get(console, timeout=30)


def test_a_slow_browser_gets_the_whole_of_what_was_begun(
    server: AdminServer, browser: requests.Session, kept: Store
) -> None:
    at = datetime.now(UTC)
    write_entries(kept, (started("c1", at), turn("c1", at=at, audio=bytes(MORE_THAN_SOCKETS_HOLD))))
    sound = f"{server.address}/console/sound/c1/1"
    with browser.get(sound, stream=True, timeout=30) as answer:
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        stopping.join(0.5)
        assert len(answer.content) == MORE_THAN_SOCKETS_HOLD
        stopping.join(30)
