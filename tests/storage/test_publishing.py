from __future__ import annotations

import pytest
import sqlalchemy as sa

from switchboard.errors import StorageError
from switchboard.storage.publishing import (
    PublicationKind,
    load_version,
    publications,
    publish,
    published_version,
    rollback,
    save_version,
)
from switchboard.storage.store import Store
from switchboard.storage.tables import grammar_versions


@pytest.fixture
def three(store: Store) -> Store:
    for version in "abc":
        save_version(store, version, version.encode() * 1000)
    return store


def test_a_saved_grammar_comes_back_byte_for_byte(store: Store) -> None:
    content = bytes(range(256)) * 4000
    assert save_version(store, "v", content)
    assert load_version(store, "v") == content


def test_a_version_is_written_once_and_never_altered(store: Store) -> None:
    save_version(store, "v", b"first")
    assert not save_version(store, "v", b"second")
    assert load_version(store, "v") == b"first"


def test_a_saved_version_is_not_in_force_until_it_is_published(three: Store) -> None:
    assert published_version(three) is None
    publish(three, "b", actor="ada")
    assert published_version(three) == "b"


def test_publishing_what_is_in_force_already_adds_no_history(three: Store) -> None:
    first = publish(three, "a")
    assert publish(three, "a") == first
    assert len(publications(three)) == 1


def test_a_rollback_brings_back_the_version_before_and_is_itself_remembered(three: Store) -> None:
    publish(three, "a")
    publish(three, "b")
    undone = rollback(three, actor="ada", reason="misroutes")
    assert (undone.version, undone.kind) == ("a", PublicationKind.ROLLBACK)
    assert published_version(three) == "a"
    assert [entry.version for entry in publications(three)] == ["a", "b", "a"]
    assert publications(three)[-1].reason == "misroutes"


def test_rolling_back_twice_goes_back_two_steps(three: Store) -> None:
    for version in "abc":
        publish(three, version)
    rollback(three)
    rollback(three)
    assert published_version(three) == "a"
    with pytest.raises(StorageError, match="nothing to go back to"):
        rollback(three)


def test_publishing_after_a_rollback_goes_on_from_there(three: Store) -> None:
    publish(three, "a")
    publish(three, "b")
    rollback(three)
    publish(three, "c")
    rollback(three)
    assert published_version(three) == "a"


def test_a_rollback_can_name_its_version(three: Store) -> None:
    for version in "abc":
        publish(three, version)
    rollback(three, "a")
    assert published_version(three) == "a"
    with pytest.raises(StorageError, match="was not in force before"):
        rollback(three, "c")


def test_an_unknown_version_is_neither_loaded_nor_published(store: Store) -> None:
    with pytest.raises(StorageError, match="no grammar version zzz"):
        load_version(store, "zzz")
    with pytest.raises(StorageError, match="no grammar version zzz"):
        publish(store, "zzz")
    assert publications(store) == ()


def test_a_damaged_grammar_is_refused(three: Store) -> None:
    with three.writing() as connection:
        connection.execute(sa.update(grammar_versions).values(content=b"not zlib"))
    with pytest.raises(StorageError, match="damaged"):
        load_version(three, "a")
