"""Getting in, and staying out."""
# ruff: noqa: S105, S106  passwords of tests are no secrets

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from switchboard.admin.app import create_app
from switchboard.admin.passwords import weakness
from switchboard.settings import Settings
from switchboard.storage import users
from switchboard.storage.store import Store, open_store
from switchboard.storage.users import Role
from tests.admin.conftest import PASSWORD, Clock, signed_in

NAME = "a-administrator"
NEW = "green ladder orchestra"


def _sign_in(browser: FlaskClient, name: str = NAME, password: str = PASSWORD) -> int:
    return browser.post("/sign-in", data={"name": name, "password": password}).status_code


def _is_in(browser: FlaskClient) -> bool:
    return browser.get("/").status_code == 200


def test_a_new_installation_has_no_user_and_no_password(tmp_path: object) -> None:
    store = open_store(f"sqlite:///{tmp_path}/new.db")
    assert users.all_users(store) == ()
    store.close()


def test_the_right_password_lets_in_and_a_wrong_one_does_not(client: FlaskClient) -> None:
    assert _sign_in(client, password="wrong") == 422
    assert not _is_in(client)
    assert _sign_in(client) == 302
    assert _is_in(client)


def test_capitals_and_blanks_around_a_user_name_do_not_matter(client: FlaskClient) -> None:
    assert _sign_in(client, name=" A-Administrator ") == 302


def test_the_answer_does_not_tell_which_names_there_are(client: FlaskClient) -> None:
    wrong = client.post("/sign-in", data={"name": NAME, "password": "wrong"}).text
    unknown = client.post("/sign-in", data={"name": "nobody", "password": "wrong"}).text
    assert wrong.replace(NAME, "X") == unknown.replace("nobody", "X")


def test_after_five_wrong_passwords_the_right_one_is_refused_for_a_while(
    client: FlaskClient, clock: Clock
) -> None:
    for _ in range(5):
        assert _sign_in(client, password="wrong") == 422
    assert _sign_in(client) == 429
    assert not _is_in(client)
    clock.pass_by(minutes=16)
    assert _sign_in(client) == 302


def test_a_name_that_nobody_has_is_locked_just_so(client: FlaskClient) -> None:
    codes = [_sign_in(client, name="nobody", password="wrong") for _ in range(6)]
    assert codes == [422] * 5 + [429]


def test_all_processes_agree_on_who_is_locked(
    client: FlaskClient, url: str, settings: Settings, clock: Clock
) -> None:
    for _ in range(5):
        _sign_in(client, password="wrong")
    other_store = open_store(url)
    other = create_app(other_store, settings, now=clock)
    other.config["WTF_CSRF_ENABLED"] = False
    assert _sign_in(other.test_client()) == 429
    other_store.close()


def test_one_address_can_not_try_one_name_after_another(client: FlaskClient) -> None:
    codes = [_sign_in(client, name=f"name {n}", password="wrong") for n in range(51)]
    assert codes == [422] * 50 + [429]


def test_an_administrator_unlocks(client: FlaskClient, kept: Store) -> None:
    for _ in range(5):
        _sign_in(client, password="wrong")
    users.unlock(kept, NAME, actor="test")
    assert _sign_in(client) == 302


def test_a_success_forgives_the_failures_before_it(client: FlaskClient) -> None:
    for _ in range(4):
        _sign_in(client, password="wrong")
    assert _sign_in(client) == 302
    client.post("/sign-in/out")
    for _ in range(4):
        assert _sign_in(client, password="wrong") == 422
    assert _sign_in(client) == 302


def test_a_session_planted_before_signing_in_is_worth_nothing(app: Flask) -> None:
    victim, thief = app.test_client(), app.test_client()
    with victim.session_transaction() as cookie:
        cookie["secret"] = "planted"
        cookie["csrf_token"] = "planted"
    _sign_in(victim)
    with victim.session_transaction() as cookie:
        assert cookie["secret"] != "planted"
        assert cookie.get("csrf_token") != "planted"
    with thief.session_transaction() as cookie:
        cookie["secret"] = "planted"
    assert not _is_in(thief)


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(
    app: Flask, client: FlaskClient
) -> None:
    _sign_in(client)
    with client.session_transaction() as cookie:
        stolen = cookie["secret"]
    client.post("/sign-in/out")
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie["secret"] = stolen
    assert not _is_in(thief)


def test_the_database_holds_nothing_that_signs_in(client: FlaskClient, url: str) -> None:
    _sign_in(client)
    with client.session_transaction() as cookie:
        secret = cookie["secret"]
    content = Path(url.removeprefix("sqlite:///")).read_bytes()
    assert secret.encode() not in content
    assert PASSWORD.encode() not in content
    assert b"$argon2id$" in content


def test_a_session_ends_when_nothing_was_done_for_long(client: FlaskClient, clock: Clock) -> None:
    _sign_in(client)
    for _ in range(3):
        clock.pass_by(minutes=29)
        assert _is_in(client)
    clock.pass_by(minutes=31)
    assert not _is_in(client)
    assert "signed out because" in client.get("/sign-in").text


def test_a_session_ends_at_last_however_busy(client: FlaskClient, clock: Clock) -> None:
    _sign_in(client)
    for _ in range(12 * 3):
        clock.pass_by(minutes=20)
        client.get("/")
    assert _is_in(client)
    clock.pass_by(minutes=1)
    assert not _is_in(client)


def test_a_disabled_user_is_out_at_once(client: FlaskClient, kept: Store) -> None:
    users.add_user(kept, "second", Role.ADMINISTRATOR, actor="test")
    _sign_in(client)
    users.set_disabled(kept, NAME, disabled=True, actor="test")
    assert not _is_in(client)
    assert _sign_in(client) == 422


def test_support_ends_by_itself(
    as_role: Callable[[Role], FlaskClient], kept: Store, clock: Clock
) -> None:
    support = as_role(Role.SUPPORT)
    assert _is_in(support)
    clock.pass_by(days=366)
    assert not _is_in(support)
    assert _sign_in(support, name="a-support") == 422


def test_signing_in_leads_to_the_page_that_was_asked_for(client: FlaskClient) -> None:
    asked = client.get("/directory?q=smith")
    assert asked.status_code == 302
    answer = client.post(asked.location, data={"name": NAME, "password": PASSWORD})
    assert answer.location == "/directory?q=smith"


@pytest.mark.parametrize(
    "elsewhere",
    ["//other.example/", "https://other.example/", "/\\other.example", "\\\\other", "javascript:x"],
)
def test_signing_in_never_leads_to_another_site(client: FlaskClient, elsewhere: str) -> None:
    answer = client.post(
        "/sign-in", query_string={"next": elsewhere}, data={"name": NAME, "password": PASSWORD}
    )
    assert answer.location == "/"


def test_a_one_time_link_chooses_a_password_once(client: FlaskClient, kept: Store) -> None:
    users.add_user(kept, "new.one", Role.VIEWER, actor="test")
    link = "/sign-in/link/" + users.new_link(kept, "new.one", actor="test")
    assert client.get(link).status_code == 200
    assert client.get(link).status_code == 200  # looking at it doesn't use it up
    assert client.post(link, data={"password": NEW, "again": NEW}).status_code == 302
    assert _is_in(client)
    assert client.get(link).status_code == 404
    client.post("/sign-in/out")
    assert client.post(link, data={"password": PASSWORD, "again": PASSWORD}).status_code == 404
    assert _sign_in(client, "new.one", NEW) == 302


def test_a_one_time_link_expires_and_a_newer_one_replaces_it(
    client: FlaskClient, kept: Store, clock: Clock
) -> None:
    first = users.new_link(kept, NAME, actor="test", at=clock())
    second = users.new_link(kept, NAME, actor="test", at=clock())
    assert client.get(f"/sign-in/link/{first}").status_code == 404
    clock.pass_by(hours=49)
    assert client.get(f"/sign-in/link/{second}").status_code == 404


def test_a_new_password_signs_everybody_else_out(client: FlaskClient, kept: Store) -> None:
    _sign_in(client)
    secret = users.new_link(kept, NAME, actor="test")
    users.choose_password(kept, secret, "$argon2id$new")
    assert not _is_in(client)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "at least 12"),
        ("aaaaaaaaaaaaaaaa", "more different"),
        ("ada lovelace is here", "user name"),
        ("correct horse battery staple", "lists"),
        ("Password1234", "lists"),
        ("administrator99!", "lists"),
    ],
)
def test_a_password_that_is_tried_first_may_not_be_chosen(password: str, reason: str) -> None:
    assert reason in weakness(password, "ada")


def test_a_long_password_of_any_characters_may_be_chosen() -> None:
    assert weakness(NEW, "ada") == ""
    assert weakness("üñíçødé ✓ wörds ok", "ada") == ""


def test_a_weak_password_is_refused_at_its_field(client: FlaskClient, kept: Store) -> None:
    link = "/sign-in/link/" + users.new_link(kept, NAME, actor="test")
    page = client.post(link, data={"password": "short", "again": "short"})
    assert page.status_code == 200
    assert "Use at least 12 characters" in page.text
    assert 'href="#password"' in page.text  # in the summary, a link to the field
    assert client.get(link).status_code == 200


def _change(browser: FlaskClient, current: str = PASSWORD, new: str = NEW) -> int:
    sent = {"current": current, "password": new, "again": new}
    return browser.post("/users/me/password", data=sent).status_code


def test_a_user_changes_the_own_password_and_is_signed_out_everywhere_else(
    app: Flask, client: FlaskClient, kept: Store
) -> None:
    elsewhere = app.test_client()
    link = "/sign-in/link/" + users.new_link(kept, NAME, actor="test")
    for browser in (client, elsewhere):
        assert _sign_in(browser) == 302
    assert _change(client) == 302
    assert _is_in(client)
    assert not _is_in(elsewhere)
    assert elsewhere.get(link).status_code == 404
    assert _sign_in(elsewhere) == 422
    assert _sign_in(elsewhere, password=NEW) == 302


def test_nobody_changes_a_password_without_knowing_it(client: FlaskClient) -> None:
    assert _sign_in(client) == 302
    assert _change(client, new="short") == 422
    for _ in range(5):
        assert _change(client, current="wrong") == 422
    assert _change(client) == 422  # locked, although it is the right one


def test_who_signs_in_with_the_organisations_account_has_no_password_to_change(
    app: Flask, kept: Store, clock: Clock
) -> None:
    user = users.add_user(kept, "by.oidc", Role.VIEWER, actor="test", subject="someone")
    browser = signed_in(app, kept, user, clock())
    assert "changed there" in browser.get("/users/me").text
    assert browser.get("/users/me/password").status_code == 404
