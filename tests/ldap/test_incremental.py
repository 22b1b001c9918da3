"""A sync asks only for what changed, and misses nothing by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from directory.model import Person
from switchboard.ldap.syncing import SOURCE, apply, prepare
from switchboard.settings import load_settings
from switchboard.storage.directories import load_directory
from switchboard.storage.faults import StaleError
from switchboard.storage.imports import imports
from switchboard.storage.sources import keep_source_copy, source_copy
from switchboard.storage.store import Store, open_store
from tests.ldap.certificates import Certificates
from tests.ldap.conftest import FEW, Sync
from tests.ldap.server import STAFF, Slapd, named, person, slapd

ALAN, ZOE = named(4, "Alan", "Wozencraft"), named(3, "Zoë", "Ångström")
FIRST_DC = {"highestCommittedUSN": "5000", "dsServiceName": "CN=NTDS Settings,CN=DC1"}


@pytest.fixture(params=["Active Directory", "OpenLDAP"])
def server(request: pytest.FixtureRequest, tmp_path: Path, right: Certificates) -> Iterator[Slapd]:
    """Four people, changed on four days long ago, as each kind of server says it."""
    folder = tmp_path / "slapd"
    folder.mkdir()
    entries = [
        (name, {**attributes, "entryCSN": f"2020010{day}120000.000000Z#000000#000#000000"})
        for day, (name, attributes) in enumerate(FEW, start=1)
    ]
    about = FIRST_DC if request.param == "Active Directory" else {}
    with slapd(folder, right, entries, **about) as started:
        yield started


@pytest.fixture
def store(database: str) -> Store:
    return open_store(database)


def _people(store: Store) -> dict[str, Person]:
    return {person.key: person for person in load_directory(store).people}


def test_only_what_changed_is_asked_for_and_nobody_else_becomes_a_leaver(
    sync: Sync, server: Slapd, store: Store
) -> None:
    assert "All 4 entries were read." in sync(server.url).out
    server.modify(named(1, "Jane", "O'NEILL"), title="Chief planner", uSNChanged="5001")
    server.add(*person(5, "Ifeoma", "Quill", department="Housing", uSNChanged="5002"))
    ran = sync(server.url)
    # OpenLDAP goes by times, and has the last change before the cursor again.
    assert ran.out.startswith(("2 entries that may", "3 entries that may"))
    assert ("1  added" in ran.out, "1  changed" in ran.out, "0  left" in ran.out) == (True,) * 3
    people = _people(store)
    assert people["00001"].job_title == "Chief planner"
    assert people["00005"].surname == "Quill"
    assert not any(each.left for each in people.values())


def test_who_is_disabled_is_a_leaver_at_once_and_who_is_deleted_when_everybody_is_read(
    sync: Sync, server: Slapd, store: Store
) -> None:
    sync(server.url)
    server.modify(ALAN, userAccountControl="514", uSNChanged="5001")
    server.delete(ZOE)
    assert "may have changed" in sync(server.url).out
    assert {key for key, each in _people(store).items() if each.left} == {"00004"}
    assert "All 3 entries" in sync(server.url, "--all").out
    assert {key for key, each in _people(store).items() if each.left} == {"00003", "00004"}


def test_a_renamed_entry_is_the_same_person(sync: Sync, server: Slapd, store: Store) -> None:
    sync(server.url)
    server.rename(ALAN, "cn=Alan Hill 4")
    server.modify(f"cn=Alan Hill 4,{STAFF}", sn="Hill", uSNChanged="5001")
    ran = sync(server.url)
    assert "1  changed" in ran.out
    assert _people(store)["00004"].surname == "Hill"
    assert len(_people(store)) == 4


def test_reviews_of_entries_that_did_not_change_stay_open(
    sync: Sync, server: Slapd, store: Store
) -> None:
    server.add(*person(5, "Will", "Okafor", department="Housing", ipPhone="5002"))
    assert "1 to decide: 1 duplicate" in sync(server.url).out
    server.modify(ALAN, title="Gardener", uSNChanged="5001")
    ran = sync(server.url)
    assert "may have changed" in ran.out
    assert "1 to decide: 1 duplicate" in ran.out


def test_everybody_is_read_again_after_the_hours_that_the_settings_name(
    sync: Sync, server: Slapd, store: Store
) -> None:
    sync(server.url)
    assert "may have changed" in sync(server.url, whole_every_h=20).out
    assert "All 4 entries" in sync(server.url, whole_every_h=0).out
    kept = source_copy(store, SOURCE)
    assert kept is not None
    keep_source_copy(store, SOURCE, replace(kept, whole_at=kept.whole_at - timedelta(hours=21)))
    assert "All 4 entries" in sync(server.url, whole_every_h=20).out


def test_other_settings_read_everybody(sync: Sync, server: Slapd, store: Store) -> None:
    assert store
    sync(server.url)
    more = '[ldap_people]\nteam = ["company"]'
    assert "All 4 entries" in sync(server.url, more=more).out
    assert "may have changed" in sync(server.url, more=more).out
    assert "All 3 entries" in sync(server.url, filter="(&(sn=*)(!(employeeID=00001)))").out


@pytest.mark.parametrize("server", ["Active Directory"], indirect=True)
@pytest.mark.parametrize(
    "about",
    [
        {**FIRST_DC, "dsServiceName": "CN=NTDS Settings,CN=DC2"},
        {**FIRST_DC, "highestCommittedUSN": "4999"},
    ],
    ids=["another domain controller", "restored from a backup"],
)
def test_a_count_that_means_nothing_to_the_server_reads_everybody(
    sync: Sync, server: Slapd, store: Store, about: dict[str, str]
) -> None:
    assert store
    sync(server.url)
    server.start(**about)
    assert "All 4 entries" in sync(server.url).out


def test_a_file_imported_meanwhile_is_not_undone(
    sync: Sync, server: Slapd, store: Store, tmp_path: Path
) -> None:
    sync(server.url)
    before = source_copy(store, SOURCE)
    settings = load_settings(tmp_path / "settings.toml")
    server.modify(ALAN, title="Gardener", uSNChanged="5001")
    slow = prepare(settings, store, actor="one")
    apply(settings, store, prepare(settings, store, actor="another"))
    kept = source_copy(store, SOURCE)
    with pytest.raises(StaleError, match="Run it again"):
        apply(settings, store, slow)
    assert len(imports(store)) == 2
    assert source_copy(store, SOURCE) == kept != before
