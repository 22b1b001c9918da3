"""What journeys share: one thread of talkers, one voice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.speaking import WIDEBAND, Says, speaking
from tests.journeys.talking import Exchange


@pytest.fixture(scope="session")
def exchange() -> Iterator[Exchange]:
    with Exchange() as running:
        yield running


@pytest.fixture(scope="session")
def says() -> Says:
    return speaking()


@pytest.fixture(scope="session")
def says_wideband() -> Says:
    return speaking(WIDEBAND)
