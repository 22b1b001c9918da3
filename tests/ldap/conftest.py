"""A directory server for the tests here, and the command as a user runs it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from switchboard.storage.store import open_store
from tests.cli.conftest import Ran, run
from tests.ldap.certificates import Certificates, certificates
from tests.ldap.server import PASSWORD, READER, STAFF, Slapd, person, slapd

FEW = (
    person(1, "Jane", "O'NEILL", title="Planner", department="Planning"),
    person(2, "William", "Okafor", department="Housing", mobile="07700 900123"),
    person(3, "Zoë", "Ångström", department="Legal", telephoneNumber="020 8313 5003"),
    person(4, "Alan", "Wozencraft", department="Housing"),
)

__all__ = ["run"]

Sync = Callable[..., Ran]


@pytest.fixture(scope="session")
def right(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def server(tmp_path: Path, right: Certificates) -> Iterator[Slapd]:
    """With four people in it."""
    folder = tmp_path / "slapd"
    folder.mkdir()
    with slapd(folder, right, FEW) as started:
        yield started


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables and nothing in it, to be copied: making one takes a second."""
    file = tmp_path_factory.mktemp("empty") / "switchboard.db"
    open_store(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def database(tmp_path: Path, empty: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{shutil.copy(empty, tmp_path)}"
    monkeypatch.setenv("SWITCHBOARD_DATABASE", url)
    monkeypatch.setenv("SWITCHBOARD_LDAP_PASSWORD", PASSWORD)
    return url


@pytest.fixture
def sync(run: Callable[..., Ran], tmp_path: Path, database: str, right: Certificates) -> Sync:
    """`sync(url, "--dry-run", base=..., more="...")` syncs with these settings over usual ones."""

    def sync(url: str, *words: object, more: str = "", **changed: object) -> Ran:
        settings = {
            "url": url,
            "user": READER,
            "base": STAFF,
            "authorities": right.authority,
            "page_size": 1000,
            **changed,
        }
        file = tmp_path / "settings.toml"
        lines = [f"{key} = {_toml(value)}" for key, value in settings.items()]
        file.write_text("\n".join(["[ldap]", *lines, more]), "utf-8")
        return run("directory", "sync", "--settings", file, *words)

    return sync


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else f"'{value}'"
