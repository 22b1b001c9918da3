"""The administrator's and the operator's work from end to end, with and without JavaScript."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from grammar.calibration import shipped
from grammar.decision import Costs
from switchboard.gaps.parts import Parts
from switchboard.storage import gaps as stored
from switchboard.storage.call_labels import Wanted, label_call
from switchboard.storage.directories import load_directory, load_snapshot
from switchboard.storage.gaps import GapState
from switchboard.storage.publishing import load_version, published_version
from switchboard.storage.reviews import reviews
from switchboard.storage.store import Store
from switchboard.storage.users import Role
from tests.admin.conftest import STAFF
from tests.browser.conftest import SignIn
from tests.browser.importing import bring, import_deciding_every_doubt
from tests.browser.waiting import PROPOSED, until
from tests.gaps.office import Office

DIRTY = (
    STAFF.replace("5,Jon,Ashe,Plumber,Housing,5005,jon@example.org\n", "")
    + "9,  MARY  ,o'neill,Clerk,Planing,5009,m@example.org\n"
    + "10,Ann,Other,Clerk,Housing,99,ann@example.org\n"
)
"""Somebody is gone, a department is misspelt, and a number is of no block."""


def test_a_dirty_file_is_imported_its_doubts_resolved_and_all_of_it_undone(
    page: Page, sign_in: SignIn, kept: Store, tmp_path: Path
) -> None:
    staff = tmp_path / "staff.csv"
    staff.write_text(DIRTY, "utf-8")
    before = load_snapshot(kept)
    asked_before = reviews(kept)
    sign_in(page, Role.ADMINISTRATOR)
    bring(page, staff)
    import_deciding_every_doubt(page)
    people = {person.key: person for person in load_directory(kept).people}
    assert (people["9"].full_name, people["9"].department) == ("Mary O'Neill", "Planning")
    assert people["5"].left
    assert people["10"].extension is None

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("is taken back")).to_be_visible()
    after = load_snapshot(kept)
    assert (after.directory, after.listed) == (before.directory, before.listed)
    assert reviews(kept) == asked_before


@pytest.fixture
def failed(kept: Store) -> str:
    """Somebody asked for the bin men, and an operator says that it was Housing; its key."""
    office = Office(kept, Parts(kept, shipped(), Costs()))
    office.now = datetime.now(UTC) - timedelta(hours=3)
    (housing,) = (each for each in load_directory(kept).departments if each.name == "Housing")
    call = office.call("can i speak to the bin men please")
    label_call(kept, call, Wanted.ENTRY, entry=housing.key)
    return housing.key


def test_a_proposal_is_accepted_replayed_published_and_rolled_back(
    page: Page, sign_in: SignIn, kept: Store, failed: str
) -> None:
    before = published_version(kept)
    assert before is not None
    sign_in(page, Role.ADMINISTRATOR)
    page.get_by_role("link", name="Gaps").click()
    until(page, "bin men")
    page.get_by_role("link", name="bin men").first.click()
    until(page, PROPOSED)
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.get_by_text("It is in the draft")).to_be_visible()
    page.goto("/gaps/draft")
    until(page, "Replay stored calls")  # once the change is in the draft
    page.get_by_role("button", name="Replay stored calls").click()
    until(page, "Newly broken (0)")
    expect(page.get_by_role("heading", name="Fixed (1)")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("is in force.").first).to_be_visible()
    published = published_version(kept)
    assert published not in (before, None)
    assert b"bin men" in load_version(kept, published or "")
    (gap,) = stored.find_gaps(kept)
    assert (gap.meant, gap.state) == (failed, GapState.RELEASED)

    page.goto("/gaps/draft")
    until(page, "Go back to")
    page.get_by_role("button", name="Go back", exact=True).click()
    expect(page.get_by_text("is in force").first).to_be_visible()
    assert published_version(kept) == before
