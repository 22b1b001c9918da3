"""Each way in which a call's record may fail to be stored; nothing is lost, nothing is doubled."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from switchboard.calls.record import Entry, Recorder
from switchboard.dialogue.caller import EarlierCall
from switchboard.settings import default_settings
from switchboard.storage.call_log import CallLog, open_call_log
from switchboard.storage.call_records import call_record, find_calls, turn_sound
from switchboard.storage.spool import DAMAGED, Spool, spool_folder
from switchboard.storage.store import Store, open_store
from switchboard.storage.tables import calls, turns
from tests.servers import postgresql, stopped
from tests.storage.made_up_calls import NOON, fallen_back, sent, started, turn, whole_call

LONG = 60.0
"""Seconds: how long a test waits for what must happen, on however busy a machine."""
KEEP_ALL = replace(default_settings().privacy, keep_audio=True, keep_numbers=True)


class Logs:
    """Makes call logs on one spool, as several processes would, and closes them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: list[CallLog] = []

    def __call__(self, store: Store, memory: int = 2**26) -> CallLog:
        log = CallLog(
            store, Spool(self.folder), KEEP_ALL, lambda number: number, memory=memory, retry_s=0.05
        )
        self._open.append(log)
        return log

    def files(self) -> list[Path]:
        return sorted(self.folder.glob("*.jsonl"))

    def close(self) -> None:
        for log in self._open:
            log.close(1.0)


@pytest.fixture
def logs(tmp_path: Path) -> Iterator[Logs]:
    made = Logs(tmp_path / "spool")
    yield made
    made.close()


@pytest.fixture
def impatient(sqlite_url: str) -> Iterator[Store]:
    """An SQLite database that gives up on a lock soon."""
    opened = open_store(sqlite_url, lock_wait_s=0.1)
    yield opened
    opened.close()


def _write(log: Recorder, entries: tuple[Entry, ...], wait_s: float = LONG) -> bool:
    kept = [log.write(entry, wait_s) for entry in entries]
    return all(kept)


def _stored(store: Store) -> tuple[int, int]:
    """Calls and turns in the database."""
    with store.reading() as connection:
        count = [
            connection.execute(sa.select(sa.func.count()).select_from(t)) for t in (calls, turns)
        ]
        return count[0].scalar_one(), count[1].scalar_one()


def test_a_call_is_in_the_database_when_it_has_ended(store: Store, logs: Logs) -> None:
    log = logs(store)
    assert _write(log, whole_call(audio=b"fLaC"))
    assert log.flush(LONG)
    record = call_record(store, "c1")
    assert record is not None
    assert (record.call.ending, record.call.entry) == ("transferred", "p2")
    assert record.turns == (turn(),)
    assert turn_sound(store, "c1", 1) == b"fLaC"


def test_writing_without_a_wait_returns_before_anything_is_stored(
    impatient: Store, logs: Logs
) -> None:
    log = logs(impatient)
    with impatient.writing():
        assert not log.write(started())
    assert log.flush(LONG)
    assert _stored(impatient) == (1, 0)


def test_a_database_locked_by_another_process_sends_the_record_to_disk_and_gets_it_later(
    impatient: Store, logs: Logs, sqlite_url: str
) -> None:
    log = logs(impatient)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_THE_LOCK, sqlite_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == b"locked\n"
        assert _write(log, fallen_back())
        assert logs.files()
        assert _stored(impatient) == (0, 0)
        assert not log.flush(0.3)
        other.stdin.close()
    assert log.flush(LONG)
    assert _stored(impatient) == (1, 1)
    assert not logs.files()


HOLD_THE_LOCK = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1].removeprefix("sqlite:///"), isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


def test_a_database_that_hangs_does_not_keep_an_entry_off_the_disk(
    sqlite_url: str, logs: Logs
) -> None:
    hanging = open_store(sqlite_url, lock_wait_s=60)
    log = logs(hanging)
    with hanging.writing():
        assert log.write(started(), LONG)
        assert logs.files()
    assert log.flush(LONG)
    assert _stored(hanging) == (1, 0)
    hanging.close()


def test_a_database_file_that_is_gone_is_not_made_anew_and_gets_the_record_when_it_is_back(
    impatient: Store, logs: Logs
) -> None:
    log = logs(impatient)
    assert _write(log, whole_call("c1"))
    assert log.flush(LONG)
    impatient.close()  # so that all of it is in the one file
    file = Path(impatient.location)
    away = file.with_suffix(".away")
    file.rename(away)
    assert _write(log, whole_call("c2"))
    assert not log.flush(0.3)
    assert not file.exists()
    away.rename(file)
    assert log.flush(LONG)
    assert {call.call for call in find_calls(impatient)} == {"c1", "c2"}


def test_a_read_only_database_sends_the_record_to_disk(
    impatient: Store, logs: Logs, tmp_path: Path
) -> None:
    read_only = open_store(f"sqlite:///file:{tmp_path}/switchboard.db?mode=ro&uri=true")
    log = logs(read_only)
    assert _write(log, whole_call())
    log.close(0.1)
    assert _stored(impatient) == (0, 0)
    assert logs(impatient).flush(LONG)
    assert _stored(impatient) == (1, 1)
    read_only.close()


def test_a_full_database_sends_the_record_to_disk(impatient: Store, logs: Logs) -> None:
    full = True

    def fill(connection: sa.Connection) -> None:
        pages = 1 if full else 10**6
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    sa.event.listen(impatient.engine, "begin", fill)
    log = logs(impatient)
    assert _write(log, whole_call(audio=bytes(200_000)))
    assert logs.files()
    assert not log.flush(0.3)
    full = False
    assert log.flush(LONG)
    assert len(turn_sound(impatient, "c1", 1) or b"") == 200_000


def test_a_server_that_is_stopped_mid_call_gets_the_record_when_it_is_back(logs: Logs) -> None:
    with postgresql() as url:
        store = open_store(url % "postgres", lock_wait_s=0.1)
        log = logs(store)
        entries = whole_call()
        assert _write(log, entries[:2])
        assert log.flush(LONG)
        with stopped(url):
            assert _write(log, entries[2:])
            assert logs.files()
            assert not log.flush(0.3)
        assert log.flush(LONG)
        record = call_record(store, "c1")
        assert record is not None
        assert record.call.ending == "transferred"
        log.close()
        store.close()


KILLED = """
import os, signal, sys, threading
from dataclasses import replace
from pathlib import Path
from switchboard.storage.call_log import CallLog
from switchboard.storage.spool import Spool
from switchboard.storage.store import open_store
from tests.storage.made_up_calls import fallen_back
from tests.storage.test_call_log import KEEP_ALL

store = open_store(sys.argv[1], lock_wait_s=0.1)
log = CallLog(store, Spool(Path(sys.argv[2])), KEEP_ALL, str)
with store.writing():
    assert all([log.write(entry, 60) for entry in fallen_back(sys.argv[3])])
    print("on disk", flush=True)
    sys.stdin.read()
"""


def test_what_a_killed_process_left_on_disk_is_stored_by_the_next_and_not_while_it_lives(
    sqlite_url: str, impatient: Store, logs: Logs
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, sqlite_url, str(logs.folder), "c7"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"on disk\n"
        assert Spool(logs.folder).adopt() == 0
        os.kill(process.pid, signal.SIGKILL)
    assert _stored(impatient) == (0, 0)
    last = logs.files()[-1]
    with last.open("ab") as torn:
        torn.write(b'{"kind": "CallEnded", "call": "c7", "at": "2031-')
    log = logs(impatient)
    _wait_for(lambda: _stored(impatient) == (1, 1) and not logs.files())
    assert log.flush(LONG)
    record = call_record(impatient, "c7")
    assert record is not None
    assert record.call.ending == "operator"
    assert [note.note for note in record.notes] == ["declined", "fallback"]


def _wait_for(happened: Callable[[], bool]) -> None:
    for _ in range(int(LONG / 0.05)):
        if happened():
            return
        threading.Event().wait(0.05)
    pytest.fail("it did not happen")


def test_a_line_that_was_cut_off_is_told_and_set_aside_and_the_others_are_stored(
    store: Store, logs: Logs, caplog: pytest.LogCaptureFixture
) -> None:
    spool = Spool(logs.folder)
    spool.append(whole_call())
    spool.release()
    (file,) = logs.files()
    file.write_bytes(file.read_bytes()[:-20])
    with caplog.at_level(logging.ERROR):
        logs(store)
        _wait_for(lambda: _stored(store) == (1, 1) and not logs.files())
    assert [record.message for record in caplog.records] == [
        "lines of a spool file could not be read"
    ]
    (aside,) = logs.folder.glob(f"*{DAMAGED}")
    assert b"CallEnded" in aside.read_bytes()


def test_entries_stored_twice_are_there_once(store: Store, logs: Logs) -> None:
    log = logs(store)
    for _ in range(2):
        assert _write(log, (*whole_call("c1"), *fallen_back("c2")))
    assert log.flush(LONG)
    assert _stored(store) == (2, 2)
    record = call_record(store, "c2")
    assert record is not None
    assert len(record.notes) == 2
    assert len(record.transfers) == 1


def test_one_entry_that_no_database_takes_does_not_keep_the_others_out(
    store: Store, logs: Logs
) -> None:
    log = logs(store)
    broken = replace(turn("c1", 2), expecting=None)  # type: ignore[arg-type]
    assert _write(log, whole_call("c1"))
    log.write(broken)
    assert _write(log, whole_call("c2"))
    assert log.flush(LONG)
    assert _stored(store) == (2, 2)
    assert len(list(logs.folder.glob(f"*{DAMAGED}"))) == 1


def test_what_hostile_headers_and_engines_bring_is_made_storable(store: Store, logs: Logs) -> None:
    log = logs(store)
    hostile = replace(started(), dialled="50\0 00\ud800")
    strange = replace(
        turn(),
        probability=float("nan"),
        hypotheses=({"text": "\udfff", "log_likelihood": float("-inf")},),
    )
    assert _write(log, (hostile, strange))
    assert log.flush(LONG)
    record = call_record(store, "c1")
    assert record is not None
    assert record.call.dialled == "50 00?"
    assert record.turns[0].hypotheses == ({"text": "?", "log_likelihood": None},)
    assert record.turns[0].probability is None


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from switchboard.storage.call_log import CallLog
from switchboard.storage.call_records import find_calls
from switchboard.storage.spool import Spool
from switchboard.storage.store import open_store
from tests.storage.made_up_calls import whole_call
from tests.storage.test_call_log import KEEP_ALL
import logging
logging.basicConfig(format="%(message)s", level="ERROR", stream=sys.stdout)

store = open_store(sys.argv[1], lock_wait_s=0.1)
log = CallLog(store, Spool(Path(sys.argv[2])), KEEP_ALL, str, retry_s=0.05)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with store.writing():
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    kept = [log.write(entry, 0.5) for entry in whole_call()]
    assert not any(kept), kept
    assert not log.flush(1)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert log.flush(60)
assert [call.call for call in find_calls(store)] == ["c1"]
log.close()
"""


def test_on_a_full_disk_the_record_stays_in_memory_with_one_line_in_the_log(
    sqlite_url: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, sqlite_url, str(tmp_path / "spool")],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = [line for line in done.stdout.splitlines() if "stays in memory" in line]
    assert len(told) == 1


def test_when_memory_is_full_too_sound_goes_before_entries(
    impatient: Store, logs: Logs, caplog: pytest.LogCaptureFixture
) -> None:
    logs.folder.write_text("no folder can be made here")
    log = logs(impatient, memory=50_000)
    with impatient.writing(), caplog.at_level(logging.ERROR):
        for number in range(40):
            log.write(turn("c1", number, audio=bytes(20_000)))
    assert log.flush(LONG)
    record = call_record(impatient, "c1")
    assert record is not None
    assert len(record.with_audio) == 2
    assert len(record.with_audio) < len(record.turns) < 40
    told = [each.message for each in caplog.records if "is being lost" in each.message]
    assert len(told) == 1


def test_closing_leaves_on_disk_what_could_not_be_stored(impatient: Store, logs: Logs) -> None:
    log = logs(impatient)
    with impatient.writing():
        for entry in whole_call():
            log.write(entry)
        log.close(0.2)
    assert not log.write(started("c2"))
    assert logs(impatient).flush(LONG)
    _wait_for(lambda: _stored(impatient) == (1, 1))


def test_many_threads_write_at_once_and_all_is_there(store: Store, logs: Logs) -> None:
    log = logs(store)
    threads = [
        threading.Thread(target=_write, args=(log, whole_call(f"c{n}"), 0)) for n in range(30)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert log.flush(LONG)
    assert _stored(store) == (30, 30)


def test_what_the_settings_do_not_keep_never_reaches_database_or_disk(
    impatient: Store, tmp_path: Path
) -> None:
    settings = default_settings()
    settings = replace(
        settings,
        privacy=replace(settings.privacy, number_hours=0),
        storage=replace(settings.storage, spool=str(tmp_path)),
    )
    log = open_call_log(impatient, settings)
    with impatient.writing():
        assert _write(log, whole_call(audio=b"fLaC"))
        (file,) = spool_folder(impatient.location, str(tmp_path)).glob("*.jsonl")
        assert file.stat().st_mode & 0o077 == 0
        assert b"5003" not in file.read_bytes()
        assert b"ZkxhQw" not in file.read_bytes()
    assert log.flush(LONG)
    log.close()
    record = call_record(impatient, "c1")
    assert record is not None
    assert record.call.caller_number == ""
    assert record.with_audio == frozenset()


def test_databases_have_spools_of_their_own(tmp_path: Path) -> None:
    base = str(tmp_path)
    one = spool_folder("/data/a.db", base)
    assert one == spool_folder("/data/../data/a.db", base)
    assert one != spool_folder("/data/b.db", base)
    assert spool_folder("postgresql://host/a", base) != spool_folder("postgresql://host/b", base)


def test_the_same_caller_s_earlier_call_is_known_from_the_database(
    store: Store, logs: Logs
) -> None:
    first = logs(store)
    assert _write(first, whole_call("c1", NOON))
    assert first.flush(LONG)
    log = logs(store)
    later = NOON + timedelta(minutes=4)
    assert log.earlier_call("ab12", later, wait_s=LONG) == EarlierCall("c1", 4.0, "p2")
    assert log.earlier_call("ab12", NOON + timedelta(minutes=11), wait_s=LONG) is None
    assert log.earlier_call("ffff", later, wait_s=LONG) is None
    assert log.earlier_call("", later, wait_s=LONG) is None


def test_the_same_caller_s_earlier_call_is_known_while_the_database_is_gone(
    impatient: Store, logs: Logs
) -> None:
    log = logs(impatient)
    impatient.close()
    Path(impatient.location).unlink()
    begun, done = sent("c1")
    for entry in (started("c1"), begun, done):
        log.write(entry)
    later = NOON + timedelta(minutes=4)
    assert log.earlier_call("ab12", later) == EarlierCall("c1", 4.0, "p2")


def test_a_transfer_that_failed_is_not_where_an_earlier_call_was_sent(
    store: Store, logs: Logs
) -> None:
    log = logs(store)
    assert _write(log, (started("c1"), *sent("c1", outcome="busy")))
    later = NOON + timedelta(minutes=1)
    earlier = EarlierCall("c1", 1.0, None)
    assert log.earlier_call("ab12", later, wait_s=LONG) == earlier
    assert log.flush(LONG)
    assert logs(store).earlier_call("ab12", later, wait_s=LONG) == earlier
