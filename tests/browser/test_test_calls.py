"""A tester calls from a real browser: its microphone is a file, the engine does what the test says.

Everything between is real: the page, the audio worklet, the admin, the socket, the dialogue, the
speech detector.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Page, Playwright, expect

from grammar.decision import Action, Reason
from switchboard.dialogue.policy import Limits, Stage
from switchboard.routing import Routed
from switchboard.service.testers_calls import browser_calls
from switchboard.storage.attempts import Attempt, attempts_of_tester
from switchboard.storage.campaigns import add_campaign, group_of
from switchboard.storage.store import Store
from switchboard.storage.users import Role
from switchboard.uat.browser.wire import socket_path
from switchboard.uat.items import Item, ItemKind, Outcome, Problem, Verdict
from switchboard.uat.keeping import keeper
from tests.browser.conftest import SignIn, assert_accessible
from tests.browser.microphone import page_with_microphone
from tests.calls.scripted_parts import BILL, HOUSING, POLICY, VOICE, Scripted, heard, scripted

RATE = 8000
RIGHT = heard(Action.TRANSFER, Reason.SURE, BILL, text="bill smith")
WRONG = heard(Action.TRANSFER, Reason.SURE, HOUSING, text="housing")


@pytest.fixture
def speaking(tmp_path: Path) -> Path:
    """What the microphone hears: a moment of silence, a name, silence."""
    file = tmp_path / "microphone.wav"
    silence = np.zeros(2 * RATE, np.int16)
    soundfile.write(file, np.concatenate([silence, VOICE, silence]), RATE, subtype="PCM_16")
    return file


@pytest.fixture
def page(driver: Playwright, address: str, speaking: Path) -> Iterator[Page]:
    """In a browser that gives every page its microphone, which is the file."""
    with page_with_microphone(driver, address, speaking) as opened:
        yield opened


@contextmanager
def service(store: Store, *routed: Routed) -> Iterator[Scripted]:
    """The service's side, on an event loop of its own."""
    ready, done = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()
    running: list[Scripted] = []

    async def run() -> None:
        patient = replace(POLICY, limits=Limits())
        async with scripted(*routed, policy=patient) as script:
            keep = keeper(store, script.parts.grammars)
            async with browser_calls(socket_path(store.location), lambda: script.parts, RATE, keep):
                running.append(script)
                ready.set()
                await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), daemon=True)
    thread.start()
    assert ready.wait(60)
    try:
        yield running[0]
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(60)
        loop.close()


@pytest.fixture
def tester(kept: Store) -> int:
    """Somebody who is to ask for Bill Smith."""
    today = date.today()
    campaign = add_campaign(
        kept,
        "Pilot",
        Stage.INTERNAL,
        today - timedelta(days=1),
        today + timedelta(days=1),
        scripts={"a-tester": (Item(ItemKind.CALLED, "Bill Smith", (BILL.key,), "Chief", "Legal"),)},
        actor="boss",
    )
    return group_of(kept, campaign.id)[0].id


def _call(page: Page, sign_in: SignIn) -> None:
    sign_in(page, Role.TESTER)
    page.get_by_role("button", name="Your test calls").click()
    page.get_by_role("link", name="Bill Smith").click()
    assert_accessible(page)
    page.get_by_role("button", name="Call", exact=True).click()


def _only(kept: Store, tester: int) -> Attempt:
    (attempt,) = attempts_of_tester(kept, tester)
    return attempt


def test_a_call_from_the_browser_succeeds(
    page: Page, sign_in: SignIn, kept: Store, tester: int
) -> None:
    with service(kept, RIGHT) as script:
        _call(page, sign_in)
        heading = page.get_by_role("heading", level=1)
        expect(heading).to_contain_text("You would be connected to")
        assert_accessible(page)
        page.get_by_label("Yes").check()
        page.get_by_role("button", name="Save and go on").click()
        expect(page.get_by_text("1 of 1 done")).to_be_visible()
        assert_accessible(page)
    attempt = _only(kept, tester)
    assert (attempt.outcome, attempt.verdict) == (Outcome.RIGHT, Verdict.YES)
    (utterance,) = script.router.utterances
    assert utterance.rate == RATE
    # What was said arrived whole, and as loud as it was said.
    assert abs(utterance.seconds - len(VOICE) / RATE) < 1.0
    assert np.abs(utterance.samples).max() > 0.3 * np.abs(VOICE).max()


def test_a_call_from_the_browser_fails_and_the_tester_says_why(
    page: Page, sign_in: SignIn, kept: Store, tester: int
) -> None:
    with service(kept, WRONG):
        _call(page, sign_in)
        expect(page.get_by_role("heading", level=1)).to_contain_text("You would be connected to")
        page.get_by_label("No", exact=True).check()
        page.get_by_label("If not, what happened?").select_option("wrong_place")
        page.get_by_role("button", name="Save and go on").click()
        expect(page.get_by_text("Wrong", exact=True)).to_be_visible()
    attempt = _only(kept, tester)
    assert (attempt.outcome, attempt.problem) == (Outcome.WRONG, Problem.WRONG_PLACE)


def test_a_tester_presses_keys_and_hangs_up(
    page: Page, sign_in: SignIn, kept: Store, tester: int, speaking: Path
) -> None:
    soundfile.write(speaking, np.zeros(RATE, np.int16), RATE, subtype="PCM_16")
    with service(kept) as script:
        _call(page, sign_in)
        expect(page.get_by_text("You are connected")).to_be_visible()
        page.get_by_role("button", name="0", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("An operator would have")
        assert script.speaker.said
    assert _only(kept, tester).observed.ending == "operator"


def test_without_the_service_the_page_says_what_to_do(
    page: Page, sign_in: SignIn, tester: int
) -> None:
    assert tester
    _call(page, sign_in)
    expect(page.get_by_text("switchboard serve")).to_be_visible()
    expect(page.get_by_role("button", name="Call", exact=True)).to_be_enabled()
