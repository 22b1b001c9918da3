"""The database goes while calls are up: nobody notices, and no record is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.journeys.service import put_through, serving
from tests.journeys.speaking import Says
from tests.journeys.talking import Exchange
from tests.servers import stopped

pytestmark = [pytest.mark.engine, pytest.mark.slow]

Gone = Callable[[], AbstractContextManager[None]]


@contextmanager
def moved_away(file: Path) -> Iterator[None]:
    aside = file.rename(file.with_suffix(".away"))
    try:
        yield
    finally:
        assert not file.exists(), "another database was made in its place"
        aside.rename(file)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Gone]:
    """Its address, and what takes it away."""
    if request.param == "sqlite":
        file = tmp_path / "switchboard.db"
        return f"sqlite:///{file}", lambda: moved_away(file)
    server = request.getfixturevalue("postgresql_server")
    return request.getfixturevalue("postgresql_url"), lambda: stopped(server)


def test_callers_are_put_through_without_a_database_and_their_records_kept(
    database: tuple[str, Gone], tmp_path: Path, exchange: Exchange, says: Says
) -> None:
    url, gone = database
    with serving(tmp_path / "a", exchange, database=url) as service:
        with service.call(*put_through("5001")) as caller:
            caller.talker.hears_a_prompt()
            with gone():
                caller.talker.say(says("Jane Smith"))
                caller.phone.succeed()
                with service.call(*put_through("5005")) as second:
                    second.presses("736237866")
                    second.presses("1")
        record = service.record()
    assert record.call.ending == "transferred"
    assert [each.to for each in record.transfers] == ["5005"]
