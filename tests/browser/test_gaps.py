"""The list of gaps: worked through by keyboard, and no key does more than it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from grammar.calibration import shipped
from grammar.decision import Costs
from switchboard.gaps.detecting import detect
from switchboard.gaps.parts import Parts
from switchboard.storage import gaps as stored
from switchboard.storage.call_labels import Wanted, label_call
from switchboard.storage.directories import load_directory
from switchboard.storage.gaps import GapState
from switchboard.storage.proposals import all_proposals, propose
from switchboard.storage.store import Store
from switchboard.storage.users import Role
from tests.browser.conftest import SignIn
from tests.gaps.office import Office


@pytest.fixture
def housing(kept: Store) -> str:
    """A department's key. The bin men were asked for twice and meant it, the key master once and
    meant somebody else."""
    (key,) = (each.key for each in load_directory(kept).departments if each.name == "Housing")
    parts = Parts(kept, shipped(), Costs())
    office = Office(kept, parts)
    office.now = datetime.now(UTC) - timedelta(hours=6)
    for said, meant in (("the bin men", key), ("the bin men", key), ("key master", "3")):
        label_call(kept, office.call(said), Wanted.ENTRY, entry=meant)
    detect(kept, parts)
    return key


def _states(kept: Store) -> dict[str, GapState]:
    return {gap.said: gap.state for gap in stored.find_gaps(kept)}


@pytest.mark.usefixtures("housing")
def test_gaps_are_accepted_and_refused_with_the_keyboard_alone(
    scripted: Page, sign_in: SignIn, kept: Store
) -> None:
    sign_in(scripted, Role.ADMINISTRATOR)
    scripted.goto("/gaps")
    for key in ("j", "j", "k", "x", "a"):
        scripted.keyboard.press(key)
    expect(scripted.get_by_text("1 gap accepted.")).to_be_visible()
    for key in ("j", "x", "r"):
        scripted.keyboard.press(key)
    expect(scripted.get_by_label("Why they are refused")).to_be_focused()
    scripted.keyboard.type("a joke")
    scripted.keyboard.press("Tab")
    scripted.keyboard.press("Enter")
    expect(scripted.get_by_text("1 gap refused.")).to_be_visible()
    assert _states(kept) == {"bin men": GapState.IN_DRAFT, "key master": GapState.REFUSED}


@pytest.mark.usefixtures("housing")
def test_single_keys_can_be_switched_off_here_too(
    scripted: Page, sign_in: SignIn, kept: Store
) -> None:
    sign_in(scripted, Role.ADMINISTRATOR)
    scripted.goto("/gaps")
    scripted.get_by_label("Single keys").uncheck()
    scripted.reload()
    expect(scripted.get_by_label("Single keys")).not_to_be_checked()
    scripted.get_by_label("bin men").check()
    scripted.locator("h1").click()
    scripted.keyboard.press("a")
    scripted.goto("/gaps")
    assert _states(kept) == {"bin men": GapState.PROPOSED, "key master": GapState.PROPOSED}


@pytest.mark.usefixtures("housing")
def test_enter_after_the_reason_for_refusing_does_not_accept(
    page: Page, sign_in: SignIn, kept: Store
) -> None:
    sign_in(page, Role.ADMINISTRATOR)
    page.goto("/gaps")
    page.get_by_label("bin men").check()
    page.get_by_label("Why they are refused").fill("nobody says that")
    page.keyboard.press("Enter")
    page.goto("/gaps")
    assert GapState.IN_DRAFT not in _states(kept).values()


def test_enter_after_the_answer_to_a_proposal_does_not_accept_it(
    page: Page, sign_in: SignIn, kept: Store, housing: str
) -> None:
    propose(kept, housing, {"extension": "6005"}, reason="moved", actor="olga")
    sign_in(page, Role.ADMINISTRATOR)
    page.goto("/proposals")
    page.locator("form input[name=answer]").fill("no, that is the lift")
    page.keyboard.press("Enter")
    page.goto("/proposals")
    assert [each.state for each in all_proposals(kept)] == ["open"]
