"""PostgreSQL stops while calls are up: nobody notices, and no record is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.service import Service, put_through, serving
from tests.journeys.speaking import Says
from tests.journeys.talking import Exchange
from tests.servers import stopped

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.fixture
def service(
    tmp_path_factory: pytest.TempPathFactory, exchange: Exchange, postgresql_url: str
) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("serving") / "a"
    with serving(folder, exchange, database=postgresql_url) as running:
        yield running


def test_callers_are_put_through_without_a_database_and_their_records_kept(
    service: Service, says: Says, postgresql_server: str
) -> None:
    with service.call(*put_through("5001")) as caller:
        caller.talker.hears_a_prompt()
        with stopped(postgresql_server):
            caller.talker.say(says("Jane Smith"))
            caller.phone.succeed()
            with service.call(*put_through("5005")) as second:
                second.presses("736237866")
                second.presses("1")
    record = service.record()
    assert record.call.ending == "transferred"
    assert [each.to for each in record.transfers] == ["5005"]
