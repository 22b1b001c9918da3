from __future__ import annotations

from dataclasses import fields, replace

import pytest
import sqlalchemy as sa

from directory.model import Department, Directory, Person
from directory.search import SearchIndex
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


NAMESAKES = Directory(
    people=tuple(
        Person(key, surname, forename, department=department, extension=extension, left=left)
        for key, surname, forename, department, extension, left in (
            ("9", "Smith", "Jane", "Housing", "5001", False),
            ("10", "Smith", "Jane", "Planning", "5010", False),
            ("B", "smith", "Ádám", "Planning", None, True),
            ("a", "Šmith", "Adam", "Housing", "5002", False),
            ("é", "O'Neill", "Siobhán", "Planning", "6001", False),
            ("e", "ONeill", "Siobhan", "Housing", None, False),
        )
    ),
    departments=(Department("d1", "Planning", aliases=("Smithy",)), Department("D1", "planning")),
)


def test_what_is_typed_finds_the_same_in_the_same_order_on_both_databases(
    sqlite_url: str, postgresql_url: str
) -> None:
    typed = ("s", "sm", "smith", "jane smith", "o", "oneill", "plan", "50", "siobhan housing",
             "smihth", "D1", "é", "xyzzy")  # fmt: skip
    answers = []
    for url in (sqlite_url, postgresql_url):
        store = open_store(url)
        _write(store, NAMESAKES)
        index = SearchIndex(load_directory(store), {"9": ("the boss",)})
        answers.append([index.find(query, 4) for query in typed])
        store.close()
    assert answers[0] == answers[1]
    assert [found.total for found in answers[0][:4]] == [7, 5, 5, 2]
