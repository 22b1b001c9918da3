"""A browser whose microphone is a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, Playwright

from tests.browser.conftest import launched, strict_page


@contextmanager
def page_with_microphone(
    driver: Playwright, address: str, speaking: Path, *, again: bool = False
) -> Iterator[Page]:
    """A page whose microphone hears the file once, or `again` and again, from when it is opened."""
    browser = launched(
        driver,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={speaking}{'' if again else '%noloop'}",
        "--autoplay-policy=no-user-gesture-required",
        muted=False,
    )
    with strict_page(browser, address) as page:
        yield page
    browser.close()
