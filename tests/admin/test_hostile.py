"""Forged requests, and names that are programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from switchboard.settings import Settings
from switchboard.storage import additions
from switchboard.storage.additions import AddedAlias
from switchboard.storage.directories import load_directory
from switchboard.storage.store import Store
from switchboard.storage.users import Role
from tests.admin.conftest import PASSWORD, fill

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(1)>'
FORMULA = "=cmd|' /C calc'!A0"
HOSTILE = f'''Staff ID,Title,Forename,Known as,Surname,Job title,Department,Team,Site,Ext,E-mail
7,Dr,"{SCRIPT}","{SCRIPT}","O{SCRIPT}","{SCRIPT}","{SCRIPT}","{SCRIPT}","{SCRIPT}",5007,"{SCRIPT}"
8,Dr,"'""><img src=x onerror=alert(1)>",x,"{{{{ 7*7 }}}}","{FORMULA}","Planning","x","x",1,"a@b.c"
9,Dr,Jane,Jane,Smith,"{SCRIPT}",Planning,x,x,5008,jane@example.org
10,Dr,Jayne,Jane,Smith,"{SCRIPT}",Planning,x,x,5008,jane@example.org
'''
PAGES = (
    "/", "/directory?q=alert", "/directory/search?q=alert", "/directory?q=" + SCRIPT,
    "/imports", "/imports/1", "/imports/2", "/reviews", "/grammar", "/grammar/versions",
    "/grammar/coverage", "/grammar/confusable", "/grammar/phrases", "/users", "/users/add",
    "/users/me", "/audit", "/audit?subject=" + SCRIPT, "/audit?since=" + IMAGE,
    "/there-is-no/" + SCRIPT,
)  # fmt: skip


@pytest.fixture
def hostile(kept: Store) -> Store:
    fill(kept, HOSTILE, f'Department,Also known as,Extension\n"{SCRIPT}","{SCRIPT}",6001\n')
    key = load_directory(kept).people[0].key
    additions.add_alias(kept, AddedAlias(key, SCRIPT), actor=SCRIPT)
    return kept


def test_names_that_are_programs_stay_text_on_every_page(
    hostile: Store, admin: FlaskClient
) -> None:
    keys = [entry.key for entry in load_directory(hostile).people]
    keys += [entry.key for entry in load_directory(hostile).departments]
    pages = [*PAGES, *(f"/directory/entry/{key}" for key in keys)]
    pages += [f"/directory/alike/{key}" for key in keys]
    for page in pages:
        answer = admin.get(page)
        assert answer.status_code in {200, 404}, page
        soup = BeautifulSoup(answer.text, "html.parser")
        assert all(script.get("src", "").startswith("/static/") for script in soup("script")), page
        assert not [tag for tag in soup("img") if tag.get("src") == "x"], page


def test_no_page_has_a_script_or_a_style_in_it(admin: FlaskClient, client: FlaskClient) -> None:
    for browser, pages in ((admin, (*PAGES, "/directory/entry/1")), (client, ("/sign-in",))):
        for page in pages:
            soup = BeautifulSoup(browser.get(page).text, "html.parser")
            assert not soup("style"), page
            assert not [tag for tag in soup("script") if tag.get_text(strip=True)], page
            for tag in soup(True):
                wrong = [name for name in tag.attrs if name == "style" or name.startswith("on")]
                assert not wrong, (page, tag.name, wrong)


def test_every_answer_forbids_scripts_from_elsewhere_and_caches(admin: FlaskClient) -> None:
    for page in ("/", "/directory", "/there-is-none", "/audit/audit.csv"):
        headers = admin.get(page).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"


def test_no_form_is_accepted_without_its_token(
    app: Flask, as_role: Callable[[Role], FlaskClient]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    browser = as_role(Role.ADMINISTRATOR)
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    assert rules
    for rule in rules:
        address = rule.rule.replace("<path:key>", "1").replace("<int:number>", "1")
        answer = browser.post(address)
        assert answer.status_code == 400, rule.rule
        assert "was not accepted" in answer.text


def test_a_form_with_its_token_is_accepted(
    app: Flask, as_role: Callable[[Role], FlaskClient]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    browser = as_role(Role.ADMINISTRATOR)
    soup = BeautifulSoup(browser.get("/users/add").text, "html.parser")
    token = soup.find("input", {"name": "csrf_token"})["value"]
    sent = {"csrf_token": token, "name": "eve", "role": "viewer"}
    assert "One-time link for eve" in browser.post("/users/add", data=sent).text
    other = as_role(Role.ADMINISTRATOR)
    assert other.post("/users/add", data={**sent, "name": "mallory"}).status_code == 400


def test_another_host_name_is_refused(client: FlaskClient) -> None:
    assert client.get("/sign-in", headers={"Host": "other.example"}).status_code == 400


def test_the_audit_log_harms_no_spreadsheet(admin: FlaskClient, kept: Store) -> None:
    additions.add_alias(kept, AddedAlias("1", FORMULA), actor="+1+1")
    rows = list(csv.reader(io.StringIO(admin.get("/audit/audit.csv").text.lstrip("\ufeff"))))
    assert ["'+1+1", f"'{FORMULA}"] in [[row[1], row[6]] for row in rows]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_cookies_are_kept_from_scripts_and_from_other_sites(client: FlaskClient) -> None:
    sent = {"name": "a-administrator", "password": PASSWORD}
    cookie = client.post("/sign-in", data=sent).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_behind_https_cookies_travel_by_nothing_else(kept: Store, settings: Settings) -> None:
    from dataclasses import replace

    from switchboard.admin.app import create_app

    public = replace(settings.admin, address="https://switchboard.example.org")
    browser = create_app(kept, replace(settings, admin=public)).test_client()
    answer = browser.get("/sign-in", base_url="https://switchboard.example.org")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Set-Cookie"].startswith("__Host-")
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_who_is_believed_about_the_callers_address_is_set(client: FlaskClient, kept: Store) -> None:
    """Without a proxy in the settings, nobody gets around the limit by naming another address."""
    for n in range(50):
        client.post(
            "/sign-in",
            data={"name": f"name {n}", "password": "wrong"},
            headers={"X-Forwarded-For": f"10.0.0.{n}"},
        )
    answer = client.post(
        "/sign-in",
        data={"name": "another", "password": "wrong"},
        headers={"X-Forwarded-For": "10.1.1.1"},
    )
    assert answer.status_code == 429
