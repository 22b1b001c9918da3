from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import pytest
import sqlalchemy as sa

from switchboard.checks import storing
from switchboard.checks.finding import Finding, Level, tried
from switchboard.storage.store import open_store
from tests.checks.conftest import Given

Usage = namedtuple("Usage", "total used free")


def _by_part(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.part: finding for finding in findings}


def test_a_database_that_can_be_written_to_is_left_as_it_was(
    given: Given, database_url: str, tmp_path: Path
) -> None:
    settings = given(storage={"spool": str(tmp_path)})
    found = _by_part(list(storing.database(settings, database_url)))
    assert {finding.level for finding in found.values()} == {Level.OK}
    store = open_store(database_url)
    assert "switchboard_check" not in sa.inspect(store.engine).get_table_names()
    store.close()


def test_a_database_that_can_not_be_written_to_fails(given: Given, tmp_path: Path) -> None:
    file = tmp_path / "switchboard.db"
    open_store(f"sqlite:///{file}").close()
    settings = given(storage={"spool": str(tmp_path)})
    url = f"sqlite:///file:{file}?mode=ro&uri=true"
    findings = list(tried("database", lambda: storing.database(settings, url)))
    assert [finding.level for finding in findings] == [Level.FAIL]
    assert findings[0].part == "database"


def test_a_spool_that_takes_nothing_fails(given: Given, sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    gone = Path("/proc/switchboard")  # nobody can write there, not even root
    found = _by_part(list(storing.database(given(storage={"spool": str(gone)}), sqlite_url)))
    assert found["spool"].level is Level.FAIL
    assert "[storage] spool" in found["spool"].said


@pytest.mark.parametrize(
    ("free", "level"), [(10_000_000_000, Level.OK), (10**9, Level.WARN), (10**8, Level.FAIL)]
)
def test_a_disk_that_fills_is_told(
    given: Given, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, level: Level
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, free))
    url = f"sqlite:///{tmp_path / 'switchboard.db'}"
    found = _by_part(list(storing.database(given(storage={"spool": str(tmp_path)}), url)))
    assert found["disk"].level is level
