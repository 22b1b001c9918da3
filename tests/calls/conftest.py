"""What all tests of calls share."""

from __future__ import annotations

import pytest

from switchboard.calls import ears


@pytest.fixture(autouse=True)
def _a_busy_machine_is_not_deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ears, "DEAF_S", 60.0)
