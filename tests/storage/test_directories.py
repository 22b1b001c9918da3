from __future__ import annotations

from dataclasses import fields, replace

import pytest
import sqlalchemy as sa

from directory.model import Department, Directory, Person
from switchboard.storage import tables
from switchboard.storage.directories import (
    changing_directory,
    load_directory,
    load_snapshot,
    write_directory,
)
from switchboard.storage.faults import BusyError, StaleError
from switchboard.storage.store import Store, open_store
from tests.storage.made_up import CLOSED, DIRECTORY, JANE, PLANNING, WILL


def _write(store: Store, directory: Directory) -> bool:
    with changing_directory(store, None) as connection:
        return write_directory(connection, directory)


def test_a_new_database_holds_an_empty_directory(store: Store) -> None:
    assert load_directory(store) == Directory()


def test_every_field_of_every_entry_comes_back_as_it_was(store: Store) -> None:
    _write(store, DIRECTORY)
    assert load_directory(store) == DIRECTORY


@pytest.mark.parametrize(
    ("entry", "table"), [(Person, tables.people), (Department, tables.departments)]
)
def test_the_tables_have_a_column_for_every_field(
    entry: type[Person | Department], table: sa.Table
) -> None:
    assert [column.name for column in table.columns] == [field.name for field in fields(entry)]


def test_a_written_directory_replaces_the_one_before(store: Store) -> None:
    _write(store, DIRECTORY)
    after = Directory(people=(replace(WILL, extension="5002"),), departments=(PLANNING,))
    assert _write(store, after)
    assert load_directory(store) == after


def test_the_revision_rises_only_when_something_changed(store: Store) -> None:
    first = load_snapshot(store).revision
    _write(store, DIRECTORY)
    second = load_snapshot(store).revision
    assert second > first
    shuffled = Directory(people=DIRECTORY.people[::-1], departments=(CLOSED, PLANNING))
    assert not _write(store, shuffled)
    assert load_snapshot(store).revision == second


def test_what_was_worked_out_from_an_older_directory_is_refused(store: Store) -> None:
    before = load_snapshot(store).revision
    _write(store, DIRECTORY)
    with (
        pytest.raises(StaleError, match="Run it again"),
        changing_directory(store, before) as connection,
    ):
        write_directory(connection, Directory())
    assert load_directory(store) == DIRECTORY


def test_two_who_change_the_directory_at_once_get_one_turn_and_one_sentence(
    database_url: str,
) -> None:
    first, second = open_store(database_url), open_store(database_url, lock_wait_s=0.1)
    with changing_directory(first, None) as connection:
        write_directory(connection, DIRECTORY)
        with pytest.raises(BusyError, match="try again"), changing_directory(second, None):
            pytest.fail("the second was let in")
    assert load_directory(second) == DIRECTORY
    first.close()
    second.close()


def test_readers_see_the_old_directory_until_the_new_one_is_whole(store: Store) -> None:
    with changing_directory(store, None) as connection:
        write_directory(connection, DIRECTORY)
        assert load_directory(store) == Directory()
    assert load_directory(store) == DIRECTORY


def test_one_reading_is_one_moment(store: Store) -> None:
    people = sa.select(sa.func.count()).select_from(tables.people)
    with store.reading() as connection:
        assert connection.execute(people).scalar() == 0
        _write(store, DIRECTORY)
        assert connection.execute(people).scalar() == 0


def test_a_reader_cannot_write_by_mistake_on_a_server(postgresql_url: str) -> None:
    store = open_store(postgresql_url)
    with pytest.raises(Exception, match="can't be written"), store.reading() as connection:
        connection.execute(sa.delete(tables.people))
    store.close()


def test_names_in_any_script_are_kept(store: Store) -> None:
    person = replace(JANE, forename="Zoë 小明", surname="Ó Súilleabháin 🌳")
    _write(store, Directory(people=(person,)))
    assert load_directory(store).people == (person,)
