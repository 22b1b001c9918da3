from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from switchboard.storage import audit, users
from switchboard.storage.audit import AuditFilter
from switchboard.storage.store import Store, open_store
from switchboard.storage.users import Role
from tests.cli.conftest import Ran

Run = Callable[..., Ran]


@pytest.fixture
def kept(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("SWITCHBOARD_DATABASE", sqlite_url)
    opened = open_store(sqlite_url)
    yield opened
    opened.close()


def _owner(kept: Store, printed: str) -> users.User | None:
    link = re.search(r"http://127\.0\.0\.1:8080/sign-in/link/(\S+)", printed)
    return users.owner_of_link(kept, link[1]) if link else None


def test_adding_a_user_prints_a_link_by_which_a_password_is_chosen(run: Run, kept: Store) -> None:
    ran = run("users", "add", "Ada", "--role", "administrator")
    assert ran.code == 0
    owner = _owner(kept, ran.out)
    assert owner is not None
    assert (owner.name, owner.role, owner.has_password) == ("ada", Role.ADMINISTRATOR, False)
    assert [each.action for each in audit.entries(kept)] == ["sign-in link made", "user added"]


def test_a_name_that_is_taken_is_refused_in_a_sentence(run: Run, kept: Store) -> None:
    run("users", "add", "ada", "--role", "viewer")
    ran = run("users", "add", " ADA ", "--role", "viewer")
    assert ran.code == 2
    assert "There is a user “ada” already" in ran.err


def test_users_are_listed_with_role_and_state(run: Run, kept: Store) -> None:
    run("users", "add", "ada", "--role", "administrator")
    run("users", "add", "bob[b]", "--role", "tester")
    run("users", "disable", "bob[b]")
    listed = run("users", "list").out
    assert re.search(r"ada +administrator +active +never", listed)
    assert re.search(r"bob\[b\] +tester +no access", listed)


def test_a_role_is_changed_but_never_the_last_administrators(run: Run, kept: Store) -> None:
    run("users", "add", "ada", "--role", "administrator")
    refused = run("users", "role", "ada", "viewer")
    assert refused.code == 2
    assert "last administrator" in refused.err
    assert run("users", "disable", "ada").code == 2
    run("users", "add", "bob", "--role", "viewer")
    assert run("users", "role", "bob", "administrator").out == "bob is administrator now.\n"
    assert run("users", "role", "ada", "viewer").code == 0


def test_a_reset_makes_the_earlier_link_worthless(run: Run, kept: Store) -> None:
    first = run("users", "add", "ada", "--role", "viewer").out
    second = run("users", "reset", "ada").out
    assert _owner(kept, first) is None
    assert _owner(kept, second) is not None


def test_a_disabled_user_has_no_link_until_enabled(run: Run, kept: Store) -> None:
    first = run("users", "add", "ada", "--role", "viewer").out
    run("users", "disable", "ada")
    assert _owner(kept, first) is None
    run("users", "enable", "ada")
    assert _owner(kept, run("users", "reset", "ada").out) is not None


def test_support_is_granted_for_a_while_and_is_on_the_log(run: Run, kept: Store) -> None:
    ran = run("users", "grant-support", "engineer", "--hours", "4")
    owner = _owner(kept, ran.out)
    assert owner is not None
    assert owner.role is Role.SUPPORT
    assert owner.support_until is not None
    assert run("users", "grant-support", "engineer", "--hours", "8").code == 0
    later = users.user_named(kept, "engineer").support_until
    assert later is not None
    assert later > owner.support_until
    entry = audit.entries(kept, AuditFilter(action="support granted"))[0]
    assert entry.before["support until"] < entry.after["support until"]


def test_unlocking_is_for_users_that_there_are(run: Run, kept: Store) -> None:
    assert run("users", "unlock", "nobody").code == 2
    run("users", "add", "ada", "--role", "viewer")
    assert run("users", "unlock", "ada").code == 0
