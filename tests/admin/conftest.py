"""An admin on a small made-up directory, with its grammar published and a user of every role."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from directory.importing import run_import
from directory.model import Directory
from directory.tabular import table_from_bytes
from switchboard.admin import passwords
from switchboard.admin.app import create_app
from switchboard.settings import Settings, default_settings
from switchboard.storage import users
from switchboard.storage.grammars import draft_grammar, publish_grammar
from switchboard.storage.imports import apply_import, source_of_bytes
from switchboard.storage.sign_ins import begin_session
from switchboard.storage.store import Store, open_store
from switchboard.storage.users import Role, User

PASSWORD = "purple tractor window"  # noqa: S105  of users that only tests have

STAFF = """Staff ID,Forename,Surname,Job title,Department,Extension,E-mail
1,Jane,Smith,Planner,Planning,5001,jane@example.org
2,Jane,Smith,Clerk,Housing,5002,jane2@example.org
3,Rakesh,Sen,Warden,Housing,5003,rakesh@example.org
4,Siobhan,Featherstonehaugh,Director,Planning,5004,siobhan@example.org
5,Jon,Ashe,Plumber,Housing,5005,jon@example.org
6,Jonathan,Ashe,Plumber,Housing,5005,jon@example.org
"""
DEPARTMENTS = """Department,Also known as,Extension
Planning,Development Control,6001
Housing,The Council Houses,6002
"""


@dataclass
class Clock:
    """The time as the admin sees it; tests move it on."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


@pytest.fixture(scope="session", autouse=True)
def _quick_hashes() -> Iterator[None]:
    """Hashes of the same kind that cost little: tests sign in hundreds of times."""
    usual = passwords._hasher
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield
    passwords._hasher = usual


@pytest.fixture(scope="session", autouse=True)
def _templates_compiled_once(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test has an app of its own, which would compile all that it shows anew: a fifth of the
    time of these tests. What a template was compiled to is known by its content."""
    usual = Flask.jinja_options
    folder = request.config.cache.mkdir("templates")
    Flask.jinja_options = {**usual, "bytecode_cache": FileSystemBytecodeCache(str(folder))}
    yield
    Flask.jinja_options = usual


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file to copy: imported, published, a user of every role with PASSWORD."""
    file = tmp_path_factory.mktemp("admin") / "filled.db"
    store = open_store(f"sqlite:///{file}")
    fill(store)
    publish_grammar(store, draft_grammar(store), actor="test")
    kept = passwords.hashed(PASSWORD)
    for role in Role:
        until = datetime.now(UTC) + timedelta(days=365) if role is Role.SUPPORT else None
        user = users.add_user(store, f"a-{role}", role, actor="test", support_until=until)
        users.set_password_hash(store, user, kept)
    store.close()
    return file


def fill(store: Store, staff: str = STAFF, departments: str = DEPARTMENTS) -> None:
    """Import these people and departments."""
    outcome = run_import(
        table_from_bytes(staff.encode(), "staff.csv"),
        table_from_bytes(departments.encode(), "departments.csv"),
        mapping={},
        plan=default_settings().number_plan.plan(),
        previous=Directory(),
        verdicts={},
        today=date(2026, 1, 5),
        progress=None,
    )
    apply_import(store, outcome, source_of_bytes("staff.csv", staff.encode()))


@pytest.fixture
def url(filled: Path, tmp_path: Path) -> str:
    copy = tmp_path / "admin.db"
    shutil.copy(filled, copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def kept(url: str) -> Iterator[Store]:
    """The store under the admin."""
    opened = open_store(url)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime.now(UTC))


@pytest.fixture
def settings() -> Settings:
    defaults = default_settings()
    return replace(defaults, admin=replace(defaults.admin, port=0))


@pytest.fixture
def app(kept: Store, settings: Settings, clock: Clock) -> Flask:
    """With forms that need no token: what tokens do is tested by itself."""
    made = create_app(kept, settings, now=clock)
    made.config["WTF_CSRF_ENABLED"] = False
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser with nobody signed in."""
    return app.test_client()


@pytest.fixture
def as_role(app: Flask, kept: Store, clock: Clock) -> Callable[[Role], FlaskClient]:
    """A browser in which the user of a role is signed in."""
    return lambda role: signed_in(app, kept, users.user_named(kept, f"a-{role}"), clock())


@pytest.fixture
def admin(as_role: Callable[[Role], FlaskClient]) -> FlaskClient:
    return as_role(Role.ADMINISTRATOR)


def signed_in(app: Flask, store: Store, user: User, at: datetime) -> FlaskClient:
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["secret"] = begin_session(store, user, "127.0.0.1", at=at)
    return browser
