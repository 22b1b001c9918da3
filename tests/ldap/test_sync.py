from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from directory.model import Person
from directory.outcome import ReviewKind
from switchboard.storage.directories import load_directory
from switchboard.storage.imports import imports, outcome_of
from switchboard.storage.reviews import reviews
from switchboard.storage.sources import source_copy
from switchboard.storage.store import Store, open_store
from tests.cli.conftest import Ran
from tests.ldap.certificates import Certificates
from tests.ldap.conftest import Sync
from tests.ldap.server import STAFF, SUFFIX, Slapd, named, person, slapd

ALAN = named(4, "Alan", "Wozencraft")


@pytest.fixture
def store(database: str) -> Store:
    return open_store(database)


def _people(store: Store) -> dict[str, Person]:
    return {person.key: person for person in load_directory(store).people}


def test_people_come_from_active_directorys_attributes(
    sync: Sync, server: Slapd, store: Store
) -> None:
    server.add(
        *person(
            5, "Catherine", "Featherstonehaugh", personalTitle="Dr", middleName="Anne",
            title="Head of Trees", department="Parks", physicalDeliveryOfficeName="Old Town Hall",
            telephoneNumber="+44 20 8313 5005", mobile="07700 900456", mail="CF@Example.org",
            msExchHideFromAddressLists="TRUE",
        )
    )  # fmt: skip
    ran = sync(server.secure_url)
    assert (ran.code, ran.err.strip()) == (0, "")
    assert "All 5 entries were read." in ran.out
    assert _people(store)["00005"] == Person(
        key="00005", surname="Featherstonehaugh", forename="Catherine", title="Dr",
        middle_names="Anne", job_title="Head of Trees", department="Parks", site="Old Town Hall",
        extension="5005", direct_line="+442083135005", mobile="+447700900456",
        email="cf@example.org", ex_directory=True,
    )  # fmt: skip


def test_people_are_cleansed_and_reviewed_as_those_of_a_file_are(
    sync: Sync, server: Slapd, store: Store
) -> None:
    server.add(*person(5, "Will", "Okafor", department="Housing", ipPhone="5002"))
    server.add(*person(6, "Vacant", "Vacant"))
    ran = sync(server.secure_url)
    assert "1  info     capitals" in ran.out
    assert "Rows that make no entry, 1:\n  line 4: a vacant post" in ran.out
    assert ReviewKind.DUPLICATE in {review.item.kind for review in reviews(store)}
    assert "switchboard directory review   1 to decide: 1 duplicate" in ran.out
    assert "switchboard grammar publish" in ran.out
    assert _people(store)["00001"].surname == "O'Neill"


def test_an_import_remembers_which_server_it_came_from(
    sync: Sync, server: Slapd, store: Store
) -> None:
    sync(server.secure_url)
    (record,) = imports(store)
    assert record.source.file_name == f"{server.secure_url}/{STAFF}"
    assert len(record.source.digest) == 64
    assert record.source.actor
    assert outcome_of(store).rows_read == 4


def test_a_disabled_account_is_a_leaver(sync: Sync, server: Slapd, store: Store) -> None:
    sync(server.secure_url)
    server.modify(ALAN, userAccountControl="514")
    ran = sync(server.secure_url)
    assert "1  left" in ran.out
    assert _people(store)["00004"].left


def test_a_flag_may_be_any_attribute(sync: Sync, server: Slapd, store: Store) -> None:
    server.modify(ALAN, extensionAttribute5="yes", msExchHideFromAddressLists="FALSE")
    assert not sync(server.secure_url).code
    assert not _people(store)["00004"].ex_directory
    more = '[ldap_people]\nex_directory = ["extensionAttribute5"]'
    assert "1  changed" in sync(server.secure_url, more=more).out
    assert _people(store)["00004"].ex_directory


def test_a_dry_run_says_what_would_change_and_stores_nothing(
    sync: Sync, server: Slapd, store: Store, tmp_path: Path
) -> None:
    ran = sync(server.secure_url, "--dry-run", "--table", tmp_path / "read.csv")
    assert "7  added" in ran.out
    assert ran.out.endswith("This was a dry run: nothing was stored.\n")
    assert (load_directory(store).people, imports(store)) == ((), ())
    assert source_copy(store, "ldap") is None
    lines = (tmp_path / "read.csv").read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("Staff id,Title,Forename,Middle names,Surname,")
    assert lines[1].startswith("00004,,Alan,,Wozencraft,")


def test_when_nothing_is_new_no_import_is_recorded(sync: Sync, server: Slapd, store: Store) -> None:
    sync(server.secure_url)
    ran = sync(server.secure_url, "--all")
    assert "Nothing is new." in ran.out
    assert len(imports(store)) == 1


def test_organisational_units_may_be_the_departments(
    sync: Sync, server: Slapd, store: Store
) -> None:
    base = f"ou=Departments,{SUFFIX}"
    server.add(base, {"objectClass": "organizationalUnit", "ou": "Departments"})
    for name, number in (("Planning", "5900"), ("Housing", "5901"), ("Legal", "5902")):
        server.add(
            f"ou={name},{base}",
            {
                "objectClass": "organizationalUnit",
                "ou": [name, f"{name} Services"],
                "telephoneNumber": number,
            },
        )
    more = '[ldap_departments]\naliases = ["ou"]'
    chosen = "(&(objectClass=organizationalUnit)(telephoneNumber=*))"
    ran = sync(server.secure_url, more=more, departments_base=base, departments_filter=chosen)
    assert ran.code == 0
    housing = load_directory(store).department("Housing")
    assert housing is not None
    assert (housing.extension, housing.aliases) == ("5901", ("Housing Services",))
    assert imports(store)[0].source.departments_file == f"{server.secure_url}/{base}"
    server.delete(f"ou=Legal,{base}")
    sync(server.secure_url, more=more, departments_base=base, departments_filter=chosen)
    legal = load_directory(store).department("Legal")
    assert legal is not None
    assert legal.left


def test_2500_people_are_read_in_pages_from_a_server_that_gives_1000_at_a_time(
    sync: Sync, store: Store, right: Certificates, tmp_path: Path
) -> None:
    (tmp_path / "many").mkdir()
    # Names that nobody else's resembles: looking for doubles is not what this is about.
    entries = (
        person(number, f"F{_letters(number)}", f"S{_letters(number * 7919)}")
        for number in range(2500)
    )
    with slapd(tmp_path / "many", right, entries) as server:
        ran = sync(server.secure_url, page_size=300)
        assert "All 2,500 entries were read." in ran.out
        assert len(_people(store)) == 2500
        refused = sync(server.secure_url, "--all", page_size=5000)
        assert "has a limit that this search exceeds; lower [ldap] page_size" in refused.err
        refused = sync(server.secure_url, "--all", page_size=300, most_entries=2000)
        assert "has more than 2,000 entries there; narrow [ldap] base" in refused.err
        assert len(imports(store)) == 1
        refused = sync(server.secure_url, base=f"ou=Staff,{SUFFIX}", filter="(employeeID=001*)")
        assert "2,400 of 2,500 people have left" in refused.err
        assert "--allow-leavers. Nothing was stored." in refused.err
        assert not any(each.left for each in _people(store).values())
        dry = sync(server.secure_url, "--dry-run", filter="(employeeID=001*)")
        assert "By this sync 2,400 of 2,500 people have left" in dry.out
        assert sync(server.secure_url, "--allow-leavers", filter="(employeeID=001*)").code == 0
        assert sum(each.left for each in _people(store).values()) == 2400


def test_without_a_server_in_the_settings_the_command_says_what_to_set(
    run: Callable[..., Ran], database: str
) -> None:
    assert database
    ran = run("directory", "sync")
    assert ran.code == 2
    assert "[ldap] url is empty" in ran.err


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + number // 26**place % 26) for place in range(4))
