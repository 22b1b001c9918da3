from __future__ import annotations

import socket

from switchboard.checks.finding import Level
from switchboard.checks.web import web_admin
from tests.checks.conftest import Given


def test_a_port_of_the_web_admin_that_is_taken_fails_for_the_service_would_not_start(
    given: Given,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (finding,) = web_admin(given(admin={"port": port}))
    assert finding.level is Level.FAIL
    assert "--no-admin" in finding.said
    (finding,) = web_admin(given(admin={"port": port}))
    assert finding.level is Level.OK


def test_a_host_that_this_machine_has_not_fails(given: Given) -> None:
    (finding,) = web_admin(given(admin={"host": "192.0.2.1"}))
    assert finding.level is Level.FAIL
