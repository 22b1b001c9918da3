"""Debian's Chromium on an admin that listens on loopback."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from switchboard.admin.server import AdminServer
from switchboard.settings import default_settings
from switchboard.storage import users
from switchboard.storage.store import Store, open_store
from switchboard.storage.users import Role
from tests.admin.conftest import PASSWORD, _quick_hashes, _templates_compiled_once, filled
from tests.servers import unavailable

__all__ = ["_quick_hashes", "_templates_compiled_once", "filled"]

_ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE_MS = 60_000
"""The machine that runs the tests may be busy with others."""
expect.set_options(timeout=PATIENCE_MS)

SignIn = Callable[[Page, Role], None]


@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    """The one of this process: there can't be two at a time, and while it is there no other test
    can run an event loop of its own. So it ends with the module."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def chromium(driver: Playwright) -> Iterator[Browser]:
    browser = launched(driver)
    yield browser
    browser.close()


def launched(driver: Playwright, *more: str, muted: bool = True) -> Browser:
    """Debian's Chromium with these arguments besides."""
    # The first is the same browser without windows: half the CPU for the same pages.
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if program is None:
        unavailable("Chromium is not installed; run: apt-get install chromium-headless-shell")
    return driver.chromium.launch(
        executable_path=program,
        args=[*_ARGUMENTS, *more],
        ignore_default_args=None if muted else ["--mute-audio"],
    )


@pytest.fixture
def kept(filled: Path, tmp_path: Path) -> Iterator[Store]:
    copy = tmp_path / "admin.db"
    shutil.copy(filled, copy)
    opened = open_store(f"sqlite:///{copy}")
    yield opened
    opened.close()


@pytest.fixture
def address(kept: Store) -> Iterator[str]:
    """Where the admin listens."""
    defaults = default_settings()
    server = AdminServer(kept, replace(defaults, admin=replace(defaults.admin, port=0)))
    server.start()
    yield server.address
    server.stop()


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def page(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[Page]:
    """A page that any error of a script, or of the content security policy, makes fail."""
    yield from _page(chromium, address, scripts=request.param == "with JavaScript")


@pytest.fixture
def scripted(chromium: Browser, address: str) -> Iterator[Page]:
    """As `page`, with JavaScript only."""
    yield from _page(chromium, address, scripts=True)


def _page(chromium: Browser, address: str, *, scripts: bool) -> Iterator[Page]:
    with strict_page(chromium, address, scripts=scripts) as opened:
        yield opened


@contextmanager
def strict_page(browser: Browser, address: str, *, scripts: bool = True) -> Iterator[Page]:
    """A page of that browser. Any error of a script, or of the content security policy, fails."""
    context = browser.new_context(base_url=address, java_script_enabled=scripts)
    context.set_default_timeout(PATIENCE_MS)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on(
        "console",
        lambda said: (
            faults.append(said.text)
            # The browser itself reports answers that are refusals, which tests ask for.
            if said.type == "error" and "Failed to load resource" not in said.text
            else None
        ),
    )
    yield opened
    context.close()
    assert faults == []


@pytest.fixture
def sign_in(kept: Store) -> SignIn:
    """Signs the user of a role in, through the form."""

    def signing_in(page: Page, role: Role) -> None:
        page.goto("/sign-in")
        page.get_by_label("User name").fill(users.user_named(kept, f"a-{role}").name)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_text(f"Signed in as a-{role}").wait_for()

    return signing_in


def assert_accessible(page: Page) -> None:
    """axe-core finds nothing on the page as it is now."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
