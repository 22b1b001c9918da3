from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from switchboard.settings import default_settings
from switchboard.settings.privacy import PrivacySettings
from switchboard.storage.call_labels import Wanted, label_call
from switchboard.storage.call_records import call_record, find_calls, turn_sound
from switchboard.storage.calls import write_entries
from switchboard.storage.import_drafts import begin_draft, load_draft
from switchboard.storage.purging import Expired, expired, forget_caller, purge, purge_numbers
from switchboard.storage.store import Store, open_store
from switchboard.storage.tables import metadata
from switchboard.storage.users import Role, add_user
from tests.storage.made_up_calls import NOON, fallen_back, whole_call

PRIVACY = PrivacySettings(
    keep_audio=True, audio_days=30, keep_numbers=False, number_hours=12, record_days=90
)
NOTHING = Expired(0, 0, 0, 0, 0)
NOWHERE = Path("/nowhere")


@pytest.fixture
def filled(store: Store) -> Store:
    write_entries(store, whole_call("old", NOON - timedelta(days=91), audio=b"fLaC"))
    write_entries(store, fallen_back("older", NOON - timedelta(days=400)))
    write_entries(store, whole_call("month", NOON - timedelta(days=31), audio=b"fLaC"))
    write_entries(store, whole_call("day", NOON - timedelta(days=1), audio=b"fLaC"))
    write_entries(store, whole_call("new", NOON - timedelta(hours=1), audio=b"fLaC"))
    label_call(store, "old", Wanted.INFORMATION)
    return store


def _purge(store: Store, **changed: object) -> Expired:
    return purge(store, replace(PRIVACY, **changed), NOWHERE, now=NOON)  # type: ignore[arg-type]


def test_each_kind_goes_when_its_time_has_come_and_not_before(filled: Store) -> None:
    assert _purge(filled) == Expired(sounds=2, numbers=4, records=2, files=0, uploads=0)
    assert {call.call: call.caller_number for call in find_calls(filled)} == {
        "month": "",
        "day": "",
        "new": "5003",
    }
    assert turn_sound(filled, "month", 1) is None
    assert turn_sound(filled, "day", 1) == b"fLaC"
    assert call_record(filled, "old") is None
    assert _purge(filled) == NOTHING


def test_a_number_goes_within_the_hour_and_nothing_else_with_it(filled: Store) -> None:
    assert purge_numbers(filled, PRIVACY, now=NOON - timedelta(hours=13)) == 3
    assert purge_numbers(filled, PRIVACY, now=NOON) == 1
    assert {call.caller_number for call in find_calls(filled)} == {"5003", ""}
    assert len(find_calls(filled)) == 5
    assert turn_sound(filled, "month", 1) == b"fLaC"
    assert purge_numbers(filled, replace(PRIVACY, keep_numbers=True), now=NOON) == 0


def test_of_an_expired_record_no_row_is_left_in_any_table(filled: Store) -> None:
    _purge(filled, record_days=1)
    assert [call.call for call in find_calls(filled)] == ["new"]
    with filled.reading() as connection:
        for table in metadata.sorted_tables:
            if "call" in table.c:
                left = connection.execute(table.select().with_only_columns(table.c.call)).scalars()
                assert set(left) <= {"new"}, table.name


def test_a_dry_run_counts_the_same_and_deletes_nothing(filled: Store) -> None:
    counted = expired(filled, PRIVACY, NOWHERE, now=NOON)
    assert len(find_calls(filled)) == 5
    assert counted == _purge(filled)


def test_a_staff_list_that_nobody_goes_on_importing_is_deleted(store: Store) -> None:
    boss = add_user(store, "boss", Role.ADMINISTRATOR, actor="test")
    draft = begin_draft(store, boss.id, ("staff.csv", b"Forename\nJane\n"))
    later = datetime.now(UTC) + timedelta(days=2, seconds=5)
    assert purge(store, PRIVACY, NOWHERE) == NOTHING
    assert load_draft(store, draft) is not None
    assert expired(store, PRIVACY, NOWHERE, now=later).uploads == 1
    assert purge(store, PRIVACY, NOWHERE, now=later).uploads == 1
    assert load_draft(store, draft) is None


def test_sound_is_deleted_at_once_when_it_is_not_to_be_kept_any_more(filled: Store) -> None:
    _purge(filled, keep_audio=False)
    assert turn_sound(filled, "new", 1) is None


def test_numbers_stay_as_long_as_the_record_where_the_settings_keep_them(filled: Store) -> None:
    assert _purge(filled, keep_numbers=True).numbers == 0
    assert {call.caller_number for call in find_calls(filled)} == {"5003"}


def test_a_thousand_records_go_in_several_transactions(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        write_entries(store, whole_call(f"c{number}", NOON - timedelta(days=100)))
    monkeypatch.setattr("switchboard.storage.purging._BATCH", 3)
    assert _purge(store).records == 7
    assert find_calls(store) == ()


def test_what_is_deleted_is_gone_from_the_files_of_the_database(
    sqlite_url: str,
) -> None:
    store = open_store(sqlite_url)
    secret = os.urandom(20_000)
    write_entries(store, whole_call("c1", NOON - timedelta(days=100), audio=secret))
    files = [Path(store.location), Path(f"{store.location}-wal")]
    assert any(secret[1000:1100] in file.read_bytes() for file in files)
    _purge(store)
    for what in (secret[1000:1100], b"will smith in planning", b"ab12"):
        assert not any(what in file.read_bytes() for file in files)


def test_a_caller_who_asks_is_forgotten_and_others_are_not(filled: Store) -> None:
    assert forget_caller(filled, "ab12") == 4
    assert [call.call for call in find_calls(filled)] == ["older"]


def test_damaged_lines_of_the_spool_expire_too(store: Store, tmp_path: Path) -> None:
    old, new = tmp_path / "1.damaged", tmp_path / "2.damaged"
    for file, age in ((old, 31), (new, 29)):
        file.write_text("{}")
        at = (NOON - timedelta(days=age)).timestamp()
        os.utime(file, (at, at))
    assert purge(store, PRIVACY, tmp_path, now=NOON) == replace(NOTHING, files=1)
    assert [file.name for file in tmp_path.glob("*.damaged")] == ["2.damaged"]


def test_the_shipped_settings_keep_no_sound_and_no_number_beyond_the_day() -> None:
    shipped = default_settings().privacy
    assert not shipped.keep_audio
    assert not shipped.keep_numbers
    assert shipped.number_hours <= 24
