from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from alembic import command

from directory.importing import run_import
from directory.sources import FILE, Origin
from directory.tabular import table_from_bytes
from switchboard.settings import default_settings
from switchboard.storage import migrate
from switchboard.storage.directories import load_snapshot
from switchboard.storage.import_undo import undo_last
from switchboard.storage.imports import ImportRecord, ImportSource, apply_import
from switchboard.storage.store import Store

HEADINGS = "Staff ID,Forename,Surname,Department,Extension\n"
JANE, RAKESH, ADA = (
    "1,Jane,Smith,Planning,5001\n",
    "2,Rakesh,Sen,Housing,5002\n",
    "3,Ada,Okafor,Parks,5003\n",
)


def reads(store: Store, source: str, *people: str) -> ImportRecord:
    snapshot = load_snapshot(store)
    outcome = run_import(
        table_from_bytes("".join((HEADINGS, *people)).encode(), "p.csv"),
        None,
        mapping={},
        plan=default_settings().number_plan.plan(),
        previous=snapshot.directory,
        verdicts={},
        today=date(2031, 1, 5),
        progress=None,
        origin=Origin(source, snapshot.listed),
    )
    name = "ldaps://dc1.example.org/dc=x" if source == "ldap" else "p.csv"
    return apply_import(store, outcome, ImportSource(name, ""), revision=snapshot.revision)


def present(store: Store) -> set[str]:
    return {each.forename for each in load_snapshot(store).directory.people if not each.left}


def test_who_lists_whom_is_kept_from_import_to_import(store: Store) -> None:
    reads(store, FILE, JANE, RAKESH)
    reads(store, "ldap", RAKESH, ADA)
    reads(store, FILE, JANE)
    assert present(store) == {"Jane", "Rakesh", "Ada"}
    listed = load_snapshot(store).listed
    assert {key: set(listed[key]) for key in "123"} == {"1": {FILE}, "2": {"ldap"}, "3": {"ldap"}}


def test_undoing_an_import_brings_back_who_listed_whom(store: Store) -> None:
    reads(store, FILE, JANE, RAKESH)
    reads(store, "ldap", RAKESH, ADA)
    before = load_snapshot(store)
    last = reads(store, FILE, JANE)
    undo_last(store, last.id)
    after = load_snapshot(store)
    assert (after.listed, after.directory) == (before.listed, before.directory)
    reads(store, "ldap", ADA)
    assert present(store) == {"Jane", "Rakesh", "Ada"}  # Rakesh is in the file again


def test_a_directory_of_before_belongs_to_what_was_imported_last(store: Store) -> None:
    for source in ("ldap", FILE):
        reads(store, source, JANE, RAKESH)
        reads(store, source, JANE)
        with store.writing() as connection:
            command.downgrade(migrate.configuration(connection), "0010")
            command.upgrade(migrate.configuration(connection), migrate.HEAD)
        with store.reading() as connection:
            rows = connection.execute(sa.text("SELECT entry, source FROM entry_sources")).all()
        assert ("1", source) in rows
        assert not any(entry == "2" for entry, _ in rows)
        assert {by for _, by in rows} == {source}
