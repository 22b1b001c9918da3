"""What is worked out behind a page, waited for as somebody would who looks again."""

from __future__ import annotations

from contextlib import suppress

from playwright.sync_api import Error, Page

from tests.browser.conftest import PATIENCE_MS

PROPOSED = "newest tries would go right"
"""What the page of a gap says once something is proposed for it."""


def until(page: Page, there: str) -> None:
    """Until the text is on the page, by itself or by looking again."""
    for _ in range(PATIENCE_MS // 500):
        if page.get_by_text(there).first.is_visible():
            return
        page.wait_for_timeout(500)
        with suppress(Error):  # the page's own script may be loading it at this moment
            page.goto(page.url)
    raise AssertionError(there)
