"""Signing in through a real provider on loopback: what it proves lets in, what it does not, not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey

from switchboard.admin.app import create_app
from switchboard.settings import Settings
from switchboard.settings.admin import RoleClaim
from switchboard.storage import users
from switchboard.storage.store import Store
from switchboard.storage.users import Role
from tests.admin.conftest import Clock
from tests.admin.oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider


@pytest.fixture
def provider() -> Iterator[Provider]:
    running = Provider(
        {"sub": "4711", "preferred_username": "Ada.Byron", "groups": ["staff", "sb-operators"]}
    )
    yield running
    running.stop()


@pytest.fixture
def with_provider(kept: Store, settings: Settings, clock: Clock, provider: Provider) -> Flask:
    oidc = replace(
        settings.oidc,
        issuer=provider.issuer,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        roles=(RoleClaim("sb-admins", "administrator"), RoleClaim("sb-operators", "operator")),
    )
    return create_app(kept, replace(settings, oidc=oidc), now=clock)


@pytest.fixture
def browser(with_provider: Flask) -> FlaskClient:
    return with_provider.test_client()


def _there_and_back(browser: FlaskClient) -> tuple[int, str]:
    """Follows the browser to the provider and back; the answer's code and text."""
    away = browser.get("/sign-in/oidc")
    assert away.status_code == 302
    back = requests.get(away.location, allow_redirects=False, timeout=30).headers["Location"]
    assert "/sign-in/oidc/callback?" in back
    answer = browser.get(back[back.index("/sign-in/") :])
    return answer.status_code, answer.text


def test_the_providers_word_lets_in_with_the_role_of_its_claims(
    browser: FlaskClient, kept: Store, provider: Provider
) -> None:
    assert "Sign in with your work account" in browser.get("/sign-in").text
    assert _there_and_back(browser)[0] == 302
    page = browser.get("/").text
    assert "ada.byron" in page
    user = users.user_named(kept, "ada.byron")
    assert user.role is Role.OPERATOR
    assert user.subject == f"{provider.issuer} 4711"
    assert provider.used_pkce


def test_a_changed_claim_changes_the_role_at_the_next_sign_in(
    browser: FlaskClient, kept: Store, provider: Provider
) -> None:
    _there_and_back(browser)
    provider.claims["groups"] = "sb-admins"
    _there_and_back(browser)
    assert users.user_named(kept, "ada.byron").role is Role.ADMINISTRATOR


def test_whoever_has_no_role_stays_out(
    browser: FlaskClient, kept: Store, provider: Provider
) -> None:
    provider.claims["groups"] = ["staff"]
    code, text = _there_and_back(browser)
    assert code == 422
    assert "have no role in this service" in text
    assert "ada.byron" not in {user.name for user in users.all_users(kept)}


def test_nobody_takes_a_local_users_name_over(browser: FlaskClient, provider: Provider) -> None:
    provider.claims["preferred_username"] = "a-administrator"
    code, text = _there_and_back(browser)
    assert code == 422
    assert "already" in text
    assert browser.get("/").status_code == 302


def test_a_disabled_user_stays_out(browser: FlaskClient, kept: Store) -> None:
    _there_and_back(browser)
    users.set_disabled(kept, "ada.byron", disabled=True, actor="test")
    assert _there_and_back(browser)[0] == 422
    assert browser.get("/").status_code == 302


def test_a_token_signed_by_somebody_else_is_refused(
    browser: FlaskClient, provider: Provider
) -> None:
    provider.published = RSAKey.generate_key(2048, {"kid": "1"})
    code, text = _there_and_back(browser)
    assert code == 422
    assert "did not confirm who you are" in text
    assert browser.get("/").status_code == 302


def test_a_token_of_another_issuer_is_refused(browser: FlaskClient, provider: Provider) -> None:
    provider.tells_issuer = "https://other.example"
    assert _there_and_back(browser)[0] == 422
    assert browser.get("/").status_code == 302


def test_a_token_made_for_another_sign_in_is_refused(
    browser: FlaskClient, provider: Provider
) -> None:
    provider.wrong_nonce = True
    assert _there_and_back(browser)[0] == 422
    assert browser.get("/").status_code == 302


def test_a_code_that_another_browser_asked_for_is_refused(
    with_provider: Flask, browser: FlaskClient
) -> None:
    away = browser.get("/sign-in/oidc").location
    back = requests.get(away, allow_redirects=False, timeout=30).headers["Location"]
    victim = with_provider.test_client()
    path = back[back.index("/sign-in/") :]
    assert victim.get(path).status_code == 422
    assert victim.get("/").status_code == 302


def test_a_provider_that_is_down_is_told_and_passwords_still_work(
    browser: FlaskClient, provider: Provider
) -> None:
    provider.stop()
    page = browser.get("/sign-in/oidc")
    assert page.status_code == 422
    assert "can't be reached" in page.text.replace("&#39;", "'")
    assert browser.get("/sign-in").status_code == 200
