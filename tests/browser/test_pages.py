"""The admin in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from switchboard.admin.app import create_app
from switchboard.settings import default_settings
from switchboard.storage import additions, users
from switchboard.storage.directories import load_directory
from switchboard.storage.publishing import published_version
from switchboard.storage.reviews import reviews
from switchboard.storage.store import Store
from switchboard.storage.users import Role
from tests.admin.conftest import PASSWORD, STAFF
from tests.browser.conftest import PATIENCE_MS, SignIn, assert_accessible
from tests.browser.every_page import NO_PAGES, PAGES, furnish
from tests.browser.importing import bring, import_deciding_every_doubt


def test_every_address_is_a_page_that_is_looked_at_or_known_to_be_none(kept: Store) -> None:
    rules = create_app(kept, default_settings()).url_map.iter_rules()
    asked_for = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())}
    assert asked_for == {*PAGES, *NO_PAGES}


@pytest.mark.timeout(600)
def test_axe_finds_nothing_on_any_page(scripted: Page, sign_in: SignIn, kept: Store) -> None:
    furnished = furnish(kept)
    scripted.goto("/sign-in")
    assert_accessible(scripted)
    scripted.get_by_role("button", name="Sign in").click()  # with nothing filled in
    expect(scripted.get_by_text("There is a problem")).to_be_visible()
    assert_accessible(scripted)
    for link in (users.new_link(kept, "a-viewer", actor="test"), "wrong"):
        scripted.goto(f"/sign-in/link/{link}")
        assert_accessible(scripted)
    sign_in(scripted, Role.ADMINISTRATOR)
    for address in furnished.addresses():
        answer = scripted.goto(address)
        assert answer is not None
        assert answer.ok or address == "/there-is-none", address
        scripted.wait_for_load_state("load")
        assert_accessible(scripted)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.TESTER, Role.VIEWER])
def test_axe_finds_nothing_on_what_other_roles_see(
    scripted: Page, sign_in: SignIn, role: Role
) -> None:
    sign_in(scripted, role)
    for path in ("/", "/directory/entry/1", "/reviews", "/grammar", "/users"):
        scripted.goto(path)
        assert_accessible(scripted)


def test_on_a_phone_nothing_is_wider_than_the_screen(
    chromium: Browser, address: str, sign_in: SignIn, kept: Store
) -> None:
    context = chromium.new_context(base_url=address, viewport={"width": 360, "height": 740})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    furnished = furnish(kept)
    sign_in(page, Role.ADMINISTRATOR)
    for path in furnished.addresses():
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, f"{path} is {width} pixels wide"
    context.close()


def test_results_appear_while_somebody_types(scripted: Page, sign_in: SignIn) -> None:
    sign_in(scripted, Role.VIEWER)
    scripted.goto("/directory")
    scripted.get_by_label("Find a person or a department").press_sequentially("rak")
    expect(scripted.get_by_role("link", name="Rakesh Sen")).to_be_visible()
    assert "q=" not in scripted.url


def test_somebody_is_found_and_looked_at(page: Page, sign_in: SignIn) -> None:
    sign_in(page, Role.VIEWER)
    page.get_by_role("link", name="Directory").click()
    page.get_by_label("Find a person or a department").fill("feather")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Siobhan Featherstonehaugh").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Siobhan Featherstonehaugh")
    expect(page.get_by_text("/ʃɪvɔːn").first).to_be_visible()


def test_a_new_user_chooses_a_password_by_the_link_that_an_administrator_gives(
    page: Page, sign_in: SignIn
) -> None:
    sign_in(page, Role.ADMINISTRATOR)
    page.get_by_role("link", name="Users").click()
    page.get_by_role("button", name="Add a user").click()
    page.get_by_label("User name").fill("grace")
    page.get_by_label("Operator:").check()
    page.get_by_role("button", name="Add the user").click()
    link = page.get_by_text(re.compile("/sign-in/link/")).inner_text()
    page.get_by_role("button", name="Sign out").click()
    page.goto(link)
    page.get_by_label("New password").fill("green ladder orchestra")
    page.get_by_label("The same again").fill("green ladder orchestra")
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_text("Signed in as grace, operator")).to_be_visible()


def test_a_directory_is_imported_its_doubts_decided_and_the_grammar_published(
    page: Page, sign_in: SignIn, kept: Store, tmp_path: Path
) -> None:
    staff = tmp_path / "staff.csv"
    staff.write_text(STAFF + "9,  MARY  ,o'neill,Clerk,Planing,5009,m@example.org\n", "utf-8")
    before = published_version(kept)
    sign_in(page, Role.ADMINISTRATOR)
    bring(page, staff)
    expect(page.get_by_label("Surname")).to_have_value("surname")
    import_deciding_every_doubt(page)
    people = {person.key: person for person in load_directory(kept).people}
    assert people["9"].full_name == "Mary O'Neill"
    assert people["9"].department == "Planning"
    assert all(each.verdict for each in reviews(kept))

    page.get_by_role("link", name="Grammar").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("is in force.").first).to_be_visible()
    assert published_version(kept) != before


def test_an_alias_that_collides_is_told_and_added_all_the_same(
    page: Page, sign_in: SignIn, kept: Store
) -> None:
    sign_in(page, Role.ADMINISTRATOR)
    page.goto("/directory/entry/3")
    page.get_by_label("Another way of asking for it").fill("jane smith")
    page.get_by_role("button", name="See what it collides with").click()
    expect(page.get_by_text("callers will be asked which").first).to_be_visible()
    page.get_by_role("button", name="Add it all the same").click()
    expect(page.get_by_text("means Rakesh Sen once the grammar is published")).to_be_visible()
    page.get_by_role("button", name="Remove “jane smith”").click()
    expect(page.get_by_text("is taken back once")).to_be_visible()
    assert additions.aliases(kept) == ()


def test_all_of_it_is_done_with_the_keyboard(scripted: Page, sign_in: SignIn) -> None:
    sign_in(scripted, Role.VIEWER)
    scripted.goto("/directory")
    scripted.keyboard.press("Tab")
    expect(scripted.get_by_role("link", name="Skip to main content")).to_be_focused()
    scripted.keyboard.press("Enter")
    scripted.keyboard.press("Tab")
    expect(scripted.get_by_label("Find a person or a department")).to_be_focused()
    scripted.keyboard.type("sen")
    scripted.keyboard.press("Enter")
    expect(scripted.get_by_role("link", name="Rakesh Sen")).to_be_visible()


def test_a_pronunciation_is_heard_before_it_is_set(
    scripted: Page, sign_in: SignIn, kept: Store
) -> None:
    sign_in(scripted, Role.ADMINISTRATOR)
    scripted.goto("/directory/entry/4")
    scripted.get_by_label("Word").select_option("featherstonehaugh")
    scripted.get_by_label("How it is said").fill("FEE-ston-hay")
    scripted.get_by_role("button", name="Hear it first").click()
    expect(scripted.get_by_text("Nothing is set yet.")).to_be_visible()
    # Seconds of sound that the browser was let load and could decode.
    heard = scripted.locator("audio").evaluate(
        "audio => new Promise((done, fail) => {"
        " audio.onloadedmetadata = () => done(audio.duration);"
        " audio.onerror = () => fail(audio.error.message); audio.load(); })"
    )
    assert 0.3 < heard < 10
    assert_accessible(scripted)
    assert additions.pronunciations(kept) == {}
    scripted.get_by_role("button", name="Set how it is said").click()
    expect(scripted.get_by_text("once the grammar is published")).to_be_visible()
    assert additions.pronunciations(kept) == {"featherstonehaugh": "FEE-ston-hay"}


def test_a_user_changes_the_own_password(page: Page, sign_in: SignIn) -> None:
    sign_in(page, Role.VIEWER)
    page.get_by_role("link", name="a-viewer").click()
    page.get_by_role("link", name="Change your password").click()
    page.get_by_label("Password now").fill(PASSWORD)
    page.get_by_label("New password").fill("green ladder orchestra")
    page.get_by_label("The same again").fill("green ladder orchestra")
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    expect(page.get_by_text("Signed in as a-viewer")).to_be_visible()
