from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from switchboard.errors import StorageError
from switchboard.storage import additions, audit, publishing, users
from switchboard.storage.additions import AddedAlias
from switchboard.storage.audit import AuditFilter
from switchboard.storage.store import Store
from switchboard.storage.users import Role


def _acts(store: Store, actor: str = "") -> list[str]:
    return [entry.action for entry in audit.entries(store, AuditFilter(actor=actor))]


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_the_audit_log(store: Store, statement: str) -> None:
    audit.note(store, "page seen", actor="ada")
    with pytest.raises(StorageError), store.writing() as connection:
        connection.execute(sa.text(statement))
    assert _acts(store) == ["page seen"]


def test_an_act_that_fails_leaves_no_entry(store: Store) -> None:
    def half_an_act() -> None:
        with store.writing() as connection:
            audit.write(connection, "half an act", actor="ada")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_an_act()
    assert _acts(store) == []


def test_entries_are_filtered_by_who_what_when_and_to_whom(store: Store) -> None:
    start = datetime(2026, 1, 5, tzinfo=UTC)
    with store.writing() as connection:
        for day, (actor, action) in enumerate([("a", "x"), ("b", "x"), ("a", "y")]):
            at = start + timedelta(days=day)
            audit.write(connection, action, actor=actor, subject=f"s{day}", at=at)

    def days(**chosen: object) -> list[str]:
        return [each.subject for each in audit.entries(store, AuditFilter(**chosen))]  # type: ignore[arg-type]

    assert days() == ["s2", "s1", "s0"]
    assert days(actor="a") == ["s2", "s0"]
    assert days(action="x") == ["s1", "s0"]
    assert days(subject="s1") == ["s1"]
    assert days(since=start + timedelta(days=1)) == ["s2", "s1"]
    assert days(until=start + timedelta(days=1)) == ["s0"]
    assert audit.count(store, AuditFilter(actor="a")) == 2


def test_every_change_says_who_and_what_was_before_and_after(
    admin: FlaskClient, kept: Store
) -> None:
    admin.post("/directory/pronunciation/3", data={"word": "sen", "spoken": "SAYN"})
    admin.post("/directory/pronunciation/3", data={"word": "sen", "spoken": "SEN-uh"})
    entry = audit.entries(kept, AuditFilter(action="pronunciation set"))[0]
    assert entry.actor == "a-administrator"
    assert entry.role == "administrator"
    assert entry.address == "127.0.0.1"
    assert entry.before == {"said": "SAYN"}
    assert entry.after == {"said": "SEN-uh"}


def test_a_change_of_role_is_on_the_log_with_both_roles(admin: FlaskClient, kept: Store) -> None:
    admin.post("/users/named/a-viewer", data={"role": "operator"})
    entry = audit.entries(kept, AuditFilter(action="role changed"))[0]
    assert (entry.before["role"], entry.after["role"]) == ("viewer", "operator")


def test_what_is_done_on_the_command_line_is_on_the_log(kept: Store) -> None:
    additions.add_alias(kept, AddedAlias("1", "jane the planner"), actor="root")
    entry = audit.entries(kept, AuditFilter(actor="root"))[0]
    assert entry.action == "alias added"
    assert entry.role == audit.COMMAND_LINE
    assert entry.after == {"text": "jane the planner"}


def test_every_page_that_support_sees_is_on_the_log(
    as_role: Callable[[Role], FlaskClient], kept: Store
) -> None:
    support = as_role(Role.SUPPORT)
    support.get("/directory?q=smith")
    support.get("/users")
    support.post("/grammar/phrases/remove")
    seen = audit.entries(kept, AuditFilter(actor="a-support"))
    assert [(each.action, each.subject) for each in seen][:3] == [
        ("form sent", "/grammar/phrases/remove?"),
        ("page seen", "/users?"),
        ("page seen", "/directory?q=smith"),
    ]
    as_role(Role.VIEWER).get("/directory?q=smith")
    assert "page seen" not in _acts(kept, "a-viewer")


def test_publishing_is_on_the_log_with_both_versions(kept: Store) -> None:
    first = publishing.published_version(kept)
    publishing.save_version(kept, "g2", b"x")
    publishing.publish(kept, "g2", actor="ada", reason="better")
    entry = audit.entries(kept, AuditFilter(action="grammar published"))[0]
    assert entry.before == {"version": first}
    assert entry.after == {"version": "g2", "reason": "better"}


def test_the_page_shows_what_was_chosen_and_the_csv_has_all_of_it(
    admin: FlaskClient, kept: Store
) -> None:
    for n in range(60):
        users.unlock(kept, "a-viewer", actor=f"actor{n % 2}")
    page = admin.get("/audit?actor=actor1")
    assert "30 entries" in page.text
    assert "Page 2" not in page.text
    assert "page=2" in admin.get("/audit").text
    rows = list(csv.reader(io.StringIO(admin.get("/audit/audit.csv?actor=actor1").text)))
    assert len(rows) == 31
    assert {row[1] for row in rows[1:]} == {"actor1"}


def test_a_day_that_is_none_is_told(admin: FlaskClient) -> None:
    assert "A day is written as" in admin.get("/audit?since=yesterday").text
