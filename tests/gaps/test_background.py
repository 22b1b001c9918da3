"""Work on gaps beside the pages that ask for it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from switchboard.gaps.background import Background
from switchboard.settings import default_settings
from switchboard.storage import gaps as stored
from switchboard.storage import replays
from switchboard.storage.call_labels import Wanted, label_call
from switchboard.storage.grammars import draft_grammar
from switchboard.storage.replays import ReplayState
from switchboard.storage.store import open_store
from tests.gaps.office import Office, open_office

LONG = 120.0
FAILED = "work on gaps failed"


def test_gaps_are_found_and_a_draft_is_replayed_in_a_process_beside(office: Office) -> None:
    label_call(office.store, office.call("bin men"), Wanted.ENTRY, entry="d1")
    behind = Background(office.store, default_settings())
    assert behind.detect()
    assert behind.settled(LONG)
    assert [gap.meant for gap in stored.find_gaps(office.store)] == ["d1"]
    number = behind.replay(draft_grammar(office.store), actor="test", sound=False)
    assert behind.settled(LONG)
    assert replays.replay_of(office.store, number).state is ReplayState.DONE


def test_what_goes_on_ends_with_the_admin_and_is_no_failure(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'office.db'}")
    office = open_office(store)
    for _ in range(200):
        office.call("bin men")
    behind = Background(store, default_settings())
    assert behind.detect()
    behind.stop()
    store.close()
    (tmp_path / "office.db").unlink()
    assert behind.settled(LONG)
    assert not behind.detect()
    assert FAILED not in [record.getMessage() for record in caplog.records]


def test_what_fails_is_told_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'empty.db'}")
    behind = Background(store, default_settings())
    with caplog.at_level(logging.WARNING):
        behind.detect()
        assert behind.settled(LONG)
    (record,) = [each for each in caplog.records if each.getMessage() == FAILED]
    assert "No grammar is published yet" in record.__dict__["cause"]
    store.close()
