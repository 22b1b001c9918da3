"""A voice artist records in a real browser, whose microphone is a file."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from switchboard.storage.store import Store
from switchboard.storage.users import Role
from switchboard.storage.voice_drafts import voice_draft
from tests.browser.conftest import assert_accessible
from tests.browser.test_test_calls import page, speaking

__all__ = ["page", "speaking"]


def test_a_text_is_recorded_measured_and_listened_to(
    page: Page, sign_in: Callable[[Page, Role], None], kept: Store
) -> None:
    sign_in(page, Role.ADMINISTRATOR)
    page.get_by_role("link", name="Voice", exact=True).click()
    assert_accessible(page)
    page.goto("/voices?kind=name")
    page.get_by_role("link", name="Rakesh Sen").click()
    assert_accessible(page)
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_text("Recording. Leave half a second")).to_be_visible()
    page.wait_for_timeout(5500)  # the file lasts as long
    page.get_by_role("button", name="Stop and check").click()
    expect(page.get_by_role("heading", name="Listen to it")).to_be_visible()
    assert_accessible(page)
    seconds = page.evaluate(
        """() => new Promise((done) => {
            const sound = document.querySelector("audio");
            const told = () => done(sound.duration);
            if (sound.readyState) told();
            else sound.addEventListener("loadedmetadata", told);
        })"""
    )
    draft = voice_draft(kept, "name-rakesh-sen")
    assert draft is not None
    assert draft.problem == ""
    assert seconds < draft.measured["seconds"]
    page.get_by_role("link", name="What callers hear").click()
    page.get_by_role("link", name="Recorded and not published yet (1)").click()
    assert_accessible(page)
