"""The pictures in docs/: the main pages on the sample organisation, taken anew by each run.

They are compared with those in docs/ by name only, because every machine draws letters its own
way. `SWITCHBOARD_SCREENSHOTS=docs` puts the new ones in their place.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

import directory
from directory.importing import run_import
from directory.model import Directory
from directory.tabular import read_table
from switchboard.admin import passwords
from switchboard.admin.server import AdminServer
from switchboard.gaps.detecting import detect
from switchboard.gaps.parts import parts_of
from switchboard.measures.simulated_campaign import simulate_campaign
from switchboard.measures.simulated_week import simulate_week
from switchboard.settings import default_settings
from switchboard.storage import users
from switchboard.storage.directories import load_directory
from switchboard.storage.grammars import draft_grammar, publish_grammar
from switchboard.storage.imports import apply_import, source_of_bytes
from switchboard.storage.store import Store, open_store
from switchboard.storage.users import Role
from tests.admin.conftest import PASSWORD
from tests.browser.conftest import PATIENCE_MS, assert_accessible

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

DOCS = Path(__file__).parents[2] / "docs"
SAMPLE = Path(directory.__file__).parent / "sample"
SIZE = {"width": 900, "height": 1100}
MOST_BYTES = 150_000
NAME = "anna"

PAGES = {
    "home": "/",
    "entry": "/directory/entry/{somebody}#said",
    "reviews": "/reviews",
    "gaps": "/gaps",
    "console": "/console",
    "testing": "/testing",
    "roll-out": "/campaigns",
    "voice": "/voices?kind=name",
    "reports": "/reports",
    "highlight-report": "/reports/monthly",
}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A council of 1,200 with a week of simulated calls, an administrator, and a test group."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('sample')}/sample.db")
    settings = default_settings()
    staff = SAMPLE / "staff.csv"
    outcome = run_import(
        read_table(staff),
        read_table(SAMPLE / "departments.csv"),
        mapping={},
        plan=settings.number_plan.plan(),
        previous=Directory(),
        verdicts={},
        today=date.today(),
        progress=None,
    )
    apply_import(store, outcome, source_of_bytes(staff.name, staff.read_bytes()))
    grammar = draft_grammar(store)
    publish_grammar(store, grammar, actor=NAME)
    people, now = load_directory(store), datetime.now(UTC)
    simulate_week(store, people, grammar.version, until=now)
    testers = {NAME: "", "ben": "London", "chi": "Scottish", "dev": "London", "eve": "Scottish"}
    simulate_campaign(store, people, grammar, settings, testers=testers, until=now)
    publish_grammar(store, draft_grammar(store), actor=NAME)  # with how often each is called
    detect(store, parts_of(store, settings))
    user = users.add_user(store, NAME, Role.ADMINISTRATOR, actor="test")
    users.set_password_hash(store, user, passwords.hashed(PASSWORD))
    yield store
    store.close()


@pytest.fixture(scope="module")
def shown(sample: Store, chromium: Browser) -> Iterator[Page]:
    """A page in which the administrator is signed in."""
    settings = default_settings()
    prompts = replace(settings.prompts, organisation="Ashbourne Vale Council")
    admin = replace(settings.admin, port=0)
    server = AdminServer(sample, replace(settings, admin=admin, prompts=prompts))
    server.start()
    context = chromium.new_context(base_url=server.address, viewport=SIZE, locale="en-GB")  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("User name").fill(NAME)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text(f"Signed in as {NAME}").wait_for()
    yield page
    context.close()
    server.stop()


@pytest.mark.parametrize("name", PAGES)
def test_the_main_pages_look_as_docs_show_them(
    shown: Page, sample: Store, name: str, tmp_path: Path
) -> None:
    somebody = next(each.key for each in load_directory(sample).people if each.known_as)
    shown.goto(PAGES[name].format(somebody=somebody))
    shown.wait_for_timeout(1000)  # for what scripts load besides
    assert_accessible(shown)
    assert shown.evaluate("document.documentElement.scrollWidth") <= SIZE["width"]
    into = DOCS / "screenshots" if os.environ.get("SWITCHBOARD_SCREENSHOTS") == "docs" else tmp_path
    file = into / f"{name}.png"
    shown.screenshot(path=file, animations="disabled")
    assert 5_000 < file.stat().st_size < MOST_BYTES
    assert (DOCS / "screenshots" / file.name).is_file()


def test_docs_explain_every_picture_that_there_is() -> None:
    text = (DOCS / "admin.md").read_text("utf-8")
    assert {file.stem for file in (DOCS / "screenshots").glob("*.png")} == set(PAGES)
    for name in PAGES:
        assert f"](screenshots/{name}.png)" in text
