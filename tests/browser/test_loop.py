"""The loop that makes the switchboard better, from end to end in a browser.

A whole service runs: the engine, the voice, the dialogue, the admin. An administrator brings a
dirty directory, a tester asks for somebody as the directory doesn't know, and what the tester said
becomes what everybody may say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Page, Playwright, expect

from switchboard.dialogue.policy import Stage
from switchboard.storage.attempts import Attempt, attempts_of_tester
from switchboard.storage.campaigns import add_campaign, group_of
from switchboard.storage.directories import load_directory
from switchboard.storage.publishing import published_version
from switchboard.storage.reviews import reviews
from switchboard.uat.items import Item, ItemKind, Outcome
from tests.browser.conftest import assert_accessible
from tests.browser.importing import bring, import_deciding_every_doubt
from tests.browser.microphone import page_with_microphone
from tests.browser.waiting import PROPOSED, until
from tests.journeys.service import DEPARTMENTS, STAFF, Service, serving
from tests.journeys.speaking import speaking
from tests.journeys.talking import RATE, Exchange
from tests.telephony.peers import wait_until

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.timeout(900)]

SAID = "household rubbish"
MEANT = "Waste Services"
DIRTY = (
    STAFF
    + "  MARY  ,o'neill,Planing,5031\n"
    + "Jon,Ashe,Parking,5032\nJonathan,Ashe,Parking,5032\n"
)
WITH_WASTE = DEPARTMENTS + f"{MEANT},5105\n"
A_CALL_MS = 180_000
"""For several prompts and questions, on a machine that does other things besides."""


@dataclass(frozen=True)
class Organisation:
    """A running service with an administrator and a tester, each with a page."""

    service: Service
    page: Page
    tester: int


@pytest.fixture
def microphone(tmp_path: Path) -> Path:
    """Somebody who says it, waits, and says it again."""
    file = tmp_path / "microphone.wav"
    silence = np.zeros(6 * RATE, np.int16)
    spoken = speaking()(SAID)
    soundfile.write(file, np.concatenate([silence, spoken, silence]), RATE, subtype="PCM_16")
    return file


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with Exchange() as exchange, serving(tmp_path / "council", exchange) as running:
        yield running


@pytest.fixture
def page(driver: Playwright, service: Service, microphone: Path) -> Iterator[Page]:
    (address,) = re.findall(r"The web admin is at (\S+?)\.?\n", service.output)
    with page_with_microphone(driver, address, microphone, again=True) as opened:
        yield opened


def _let_in(page: Page, service: Service, name: str, role: str) -> Callable[[], None]:
    """Add a user, who chooses a password by the link; what signs the user in again."""
    link = service.run("users", "add", name, "--role", role)
    page.goto(re.findall(r"/sign-in/link/\S+", link)[0])
    password = f"purple tractor window {role}"
    page.get_by_label("New password").fill(password)
    page.get_by_label("The same again").fill(password)
    page.get_by_role("button", name="Save the password").click()
    page.get_by_text(f"Signed in as {name}").wait_for()

    def sign_in() -> None:
        page.get_by_role("button", name="Sign out").click()
        page.get_by_label("User name").fill(name)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_text(f"Signed in as {name}").wait_for()

    return sign_in


def _import(page: Page, folder: Path) -> None:
    """Through the wizard, deciding every doubt."""
    for name, text in (("staff", DIRTY), ("departments", WITH_WASTE)):
        (folder / f"new-{name}.csv").write_text(text, "utf-8")
    bring(page, folder / "new-staff.csv", folder / "new-departments.csv")
    import_deciding_every_doubt(page)


def _publish(page: Page, service: Service, *, replay: bool) -> None:
    """After a replay, where there are calls to be replayed; until the service has taken it up."""
    before = published_version(service.store)
    page.goto("/gaps/draft")
    if replay:
        page.get_by_role("button", name="Replay stored calls").click()
        expect(page.get_by_text("stored calls decided again")).to_be_visible()
        expect(page.get_by_role("button", name="Publish")).to_be_visible()
        assert_accessible(page)
        expect(page.get_by_role("heading", name=re.compile(r"Fixed \([1-9]"))).to_be_visible()
        expect(page.get_by_role("heading", name="Newly broken (0)")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("is in force.").first).to_be_visible()
    version = published_version(service.store)
    assert version not in (before, None)
    taken = f'"grammar taken over", "grammar_version": "{version}"'
    wait_until(lambda: taken in service.log, "the service to take up the grammar", 120.0)


def _script(service: Service) -> int:
    """The tester is to ask for a department by what it is for."""
    (waste,) = (each for each in load_directory(service.store).departments if each.name == MEANT)
    today = date.today()
    campaign = add_campaign(
        service.store,
        "Pilot",
        Stage.INTERNAL,
        today - timedelta(days=1),
        today + timedelta(days=1),
        scripts={"terry": (Item(ItemKind.NICKNAME, SAID, (waste.key,), department=MEANT),)},
        actor="anna",
    )
    return group_of(service.store, campaign.id)[0].id


def _call(page: Page) -> str:
    """A test call until it is over; what it came to."""
    page.goto("/testing")
    page.get_by_role("link", name=SAID).click()
    page.get_by_role("button", name="Call", exact=True).click()
    page.wait_for_url("**/testing/attempts/*", timeout=A_CALL_MS)
    assert_accessible(page)
    return page.get_by_role("heading", level=1).inner_text()


def _judged(page: Page, answer: str, problem: str = "") -> None:
    page.get_by_label(answer, exact=True).check()
    if problem:
        page.get_by_label("If not, what happened?").select_option(problem)
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_text("Thank you, that is kept.")).to_be_visible()


def _attempts(service: Service, tester: int) -> list[Attempt]:
    return list(attempts_of_tester(service.store, tester))


def test_what_a_tester_says_in_vain_is_understood_after_the_loop_has_gone_round(
    service: Service, page: Page, tmp_path: Path
) -> None:
    as_tester = _let_in(page, service, "terry", "tester")
    page.get_by_role("button", name="Sign out").click()
    as_administrator = _let_in(page, service, "anna", "administrator")

    _import(page, tmp_path)
    people = {person.full_name: person for person in load_directory(service.store).people}
    assert people["Mary O'Neill"].department == "Planning"
    assert all(each.verdict for each in reviews(service.store))
    _publish(page, service, replay=False)

    tester = _script(service)
    as_tester()
    told = _call(page)
    assert MEANT not in told
    _judged(page, "No", "not_understood")
    (first,) = _attempts(service, tester)
    assert first.outcome is not Outcome.RIGHT

    as_administrator()
    page.goto("/gaps")
    until(page, "rubbish")  # calls are looked at behind the page
    page.get_by_role("link", name=re.compile("rubbish", re.IGNORECASE)).first.click()
    until(page, PROPOSED)
    expect(page.get_by_text(re.compile("[1-9] of [1-9] newest tries"))).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.get_by_text("It is in the draft")).to_be_visible()
    _publish(page, service, replay=True)

    as_tester()
    assert MEANT in _call(page)
    _judged(page, "Yes")
    assert _attempts(service, tester)[-1].outcome is Outcome.RIGHT
