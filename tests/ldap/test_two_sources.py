"""A file, the directory server, and the file again: nobody is undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from switchboard.storage.directories import load_directory
from switchboard.storage.import_undo import can_be_undone, undo_last
from switchboard.storage.store import open_store
from tests.cli.conftest import Ran
from tests.ldap.conftest import Sync
from tests.ldap.server import Slapd

COUNCILLORS = """Staff ID,Forename,Surname,Department,Extension
00002,William,Okafor,Housing,5042
C1,Ada,Lovelace,Members,5901
"""
"""The second is in no directory server, the first is in both with another extension."""


def _present(database: str) -> dict[str, str | None]:
    people = load_directory(open_store(database)).people
    return {each.key: each.extension for each in people if not each.left}


@pytest.fixture
def imports(run: Callable[..., Ran], tmp_path: Path) -> Callable[..., Ran]:
    """Imports the councillors, with the settings of the last sync."""
    file = tmp_path / "councillors.csv"
    file.write_text(COUNCILLORS, "utf-8")
    settings = tmp_path / "settings.toml"
    return lambda *words: run("directory", "import", file, "--settings", settings, *words)


@pytest.mark.parametrize(("wins", "extension"), [("ldap", "5002"), ("file", "5042")])
def test_the_file_and_the_server_do_not_undo_each_other(
    imports: Callable[..., Ran],
    sync: Sync,
    server: Slapd,
    *,
    database: str,
    wins: str,
    extension: str,
) -> None:
    sync(server.secure_url, wins=wins)
    told = imports("--dry-run").out
    assert "Other sources say something else of 1:" in told
    assert f"William Okafor (also in ldap; {wins} holds): " in told
    assert 'extension "5042", there "5002"' in told
    assert imports().code == 0
    everybody = {"00001", "00002", "00003", "00004", "C1"}
    assert set(_present(database)) == everybody
    assert sync(server.secure_url, wins=wins).code == 0
    assert set(_present(database)) == everybody
    assert imports().code == 0
    present = _present(database)
    assert set(present) == everybody
    assert present["00002"] == extension
    store = open_store(database)
    last = can_be_undone(store)
    assert last is not None
    undo_last(store, last)
    assert set(_present(database)) == everybody
