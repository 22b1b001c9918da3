from __future__ import annotations

import pytest

from switchboard.storage.store import Store
from tests.gaps.office import Office, open_office


@pytest.fixture
def office(store: Store) -> Office:
    """On SQLite and on PostgreSQL."""
    return open_office(store)
