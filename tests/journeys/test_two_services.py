"""Whole calls through Kamailio to two services, of which one is killed in between."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from switchboard.storage.call_records import find_calls
from tests.journeys.service import Service, put_through, serving
from tests.journeys.speaking import Says
from tests.journeys.talking import PATIENCE_S, Exchange
from tests.telephony.peers import Peer, kamailio, wait_until

pytestmark = [pytest.mark.engine, pytest.mark.slow]

FRONT = "127.0.0.9"


@pytest.fixture
def services(tmp_path: Path, exchange: Exchange) -> Iterator[list[Service]]:
    both, copy = ("127.0.0.1", FRONT), tmp_path / "b"
    with serving(tmp_path / "a", exchange, peers=both) as one:
        copy.mkdir()
        with (
            sqlite3.connect(one.folder / "switchboard.db") as published,
            sqlite3.connect(copy / "switchboard.db") as its_own,
        ):
            published.backup(its_own)
        with serving(copy, exchange, peers=both, published=True) as other:
            yield [one, other]


@pytest.fixture
def front(tmp_path: Path, services: list[Service]) -> Iterator[Peer]:
    listed = tmp_path / "dispatcher.list"
    listed.write_text("".join(f"1 sip:{each.uri} 0 0\n" for each in services))
    with kamailio(tmp_path, "dispatcher", FRONT, LIST=str(listed)) as running:
        yield running


def test_after_a_service_is_killed_callers_are_put_through_by_the_other(
    services: list[Service], front: Peer, says: Says
) -> None:
    with services[0].call(*put_through("5001"), through=front.uri) as caller:
        caller.says(says("Jane Smith"))
    wait_until(lambda: any(taken(each) for each in services), "the call's record", PATIENCE_S)
    first, other = sorted(services, key=taken, reverse=True)
    assert (taken(first), taken(other)) == (["transferred"], [])

    first.process.kill()
    for calls in (1, 2):
        with other.call(*put_through("5001"), through=front.uri) as caller:
            caller.says(says("Jane Smith"))
        other.calls = calls
        other.record()
        assert taken(other) == ["transferred"] * calls


def taken(service: Service) -> list[str]:
    """How the calls ended that it has answered; of one that is up, "" is left out."""
    return [each.ending for each in find_calls(service.store) if each.ending]
