from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from switchboard.settings import default_settings
from switchboard.storage.call_records import find_calls
from switchboard.storage.caller_hash import caller_hash, site_key
from switchboard.storage.calls import write_entries
from switchboard.storage.store import Store, open_store
from tests.cli.conftest import Ran
from tests.storage.made_up_calls import whole_call

Run = Callable[..., Ran]
LONG_AGO = datetime.now(UTC) - timedelta(days=500)


@pytest.fixture
def store(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A call of long ago and one of an hour ago."""
    monkeypatch.setenv("SWITCHBOARD_DATABASE", sqlite_url)
    opened = open_store(sqlite_url)
    write_entries(opened, whole_call("old", LONG_AGO, audio=b"fLaC"))
    write_entries(opened, whole_call("new", datetime.now(UTC) - timedelta(hours=1)))
    return opened


def test_what_has_expired_is_deleted_and_counted(store: Store, run: Run) -> None:
    told = (
        "1 turn's sound, 1 caller's number, 1 record of a call, 0 files of damaged records, "
        "0 uploads that were left"
    )
    assert run("purge", "--dry-run").out == f"{told} would be deleted.\n"
    assert len(find_calls(store)) == 2
    assert run("purge").out == f"{told} deleted.\n"
    assert [call.call for call in find_calls(store)] == ["new"]


def test_the_settings_say_what_expires(store: Store, run: Run, tmp_path: Path) -> None:
    settings = tmp_path / "mine.toml"
    settings.write_text("[privacy]\nrecord_days = 1000\nkeep_numbers = true\n")
    assert "0 callers' numbers, 0 records" in run("purge", "--settings", settings).out
    assert len(find_calls(store)) == 2


def test_a_caller_who_asks_is_forgotten(store: Store, run: Run) -> None:
    plan = default_settings().number_plan.plan()
    theirs = caller_hash("+442079460001", site_key(store), plan)
    write_entries(store, whole_call("theirs", datetime.now(UTC), caller_hash=theirs))
    ran = run("purge", "--caller", "020 7946 0001")
    assert ran.out == "1 records of calls from that number deleted.\n"
    assert {call.call for call in find_calls(store)} == {"old", "new"}


def test_a_caller_without_digits_is_refused_and_nobody_is_forgotten(store: Store, run: Run) -> None:
    ran = run("purge", "--caller", "withheld")
    assert ran.code == 2
    assert "written in digits" in ran.err
    assert len(find_calls(store)) == 2


def test_the_privacy_notice_is_written_as_markdown(run: Run, tmp_path: Path) -> None:
    settings = tmp_path / "mine.toml"
    settings.write_text('[prompts]\norganisation = "Sampleton Hospital"\n')
    ran = run("privacy", "--settings", settings)
    assert ran.code == 0
    assert ran.out.startswith("# Data protection")
    assert "Sampleton Hospital answers calls" in ran.out
