"""Users and sign-ins on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from switchboard.errors import UserError
from switchboard.storage import users
from switchboard.storage.sign_ins import (
    Limits,
    begin_session,
    begin_try,
    cookie_key,
    end_session,
    forget_sessions,
    session_user,
)
from switchboard.storage.store import Store
from switchboard.storage.users import Role

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
LIMITS = Limits(
    failures=5,
    lock=timedelta(minutes=15),
    idle=timedelta(minutes=30),
    longest=timedelta(hours=12),
)


def test_tries_made_at_the_same_moment_do_not_slip_past_the_limit(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        tries = list(pool.map(lambda n: begin_try(store, "ada", f"10.0.0.{n}", LIMITS), range(20)))
    assert sum(attempt is not None for attempt in tries) == 5


def test_a_session_is_known_by_its_secret_until_it_ends(store: Store) -> None:
    ada = users.add_user(store, "ada", Role.VIEWER, actor="test")
    secret = begin_session(store, ada, "::1", at=NOW)
    found = session_user(store, secret, LIMITS, at=NOW)
    assert found is not None
    assert found.name == "ada"
    assert session_user(store, "another", LIMITS, at=NOW) is None
    end_session(store, secret, ada)
    assert session_user(store, secret, LIMITS, at=NOW) is None


def test_sessions_that_ended_by_themselves_are_forgotten(store: Store) -> None:
    ada = users.add_user(store, "ada", Role.VIEWER, actor="test")
    begin_session(store, ada, "::1", at=NOW)
    kept = begin_session(store, ada, "::1", at=NOW + timedelta(hours=10))
    assert forget_sessions(store, LIMITS.longest, at=NOW + timedelta(hours=13)) == 1
    at = NOW + timedelta(hours=10, minutes=1)
    assert session_user(store, kept, LIMITS, at=at) is not None


def test_all_processes_sign_cookies_with_one_key(store: Store) -> None:
    key = cookie_key(store)
    assert len(key) == 32
    assert cookie_key(store) == key


def test_support_needs_an_end_and_nobody_else_has_one(store: Store) -> None:
    with pytest.raises(UserError, match="until a set time"):
        users.add_user(store, "eve", Role.SUPPORT, actor="test")
    with pytest.raises(UserError, match="passed"):
        users.grant_support(store, "eve", NOW, actor="test")
    users.add_user(store, "ada", Role.VIEWER, actor="test")
    with pytest.raises(UserError, match="grant-support"):
        users.set_role(store, "ada", Role.SUPPORT, actor="test")


def test_a_name_that_is_none_is_refused(store: Store) -> None:
    for name in ("", "   ", "x" * 65, "a\nb\x00"):
        with pytest.raises(UserError, match="1 to 64 characters"):
            users.add_user(store, name, Role.VIEWER, actor="test")
