"""The operators' console in a real browser: with the keyboard alone, and without JavaScript."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import numpy as np
import soundfile
from playwright.sync_api import Browser, Page, Route, expect

from switchboard.storage.call_records import call_record
from switchboard.storage.calls import write_entries
from switchboard.storage.connect_requests import take_requests
from switchboard.storage.store import Store
from switchboard.storage.users import Role
from tests.browser.conftest import SignIn, assert_accessible, strict_page
from tests.storage.made_up_calls import ended, note, sent, started, turn


def _falls_back(
    store: Store, call: str, *, minutes_ago: float = 1, emergency: bool = False
) -> None:
    """Somebody asks for Will Smith, who is entry 3 here, and goes to an operator."""
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    sound = io.BytesIO()
    soundfile.write(sound, np.zeros(800, np.int16), 8000, format="FLAC")
    said = turn(call, at=at, audio=sound.getvalue())
    candidate = {"entry": "3", "name": "Rakesh Sen", "department": "Housing", "probability": 0.4}
    object.__setattr__(said, "candidates", (candidate,))
    notes = [note(call, "emergency", at=at)] if emergency else []
    write_entries(
        store,
        (
            started(call, at),
            said,
            *notes,
            note(call, "fallback", at=at, detail="not_understood"),
            *sent(call, "5000", "", at=at, purpose="operator"),
            ended(call, "operator", at),
        ),
    )


def _label(store: Store, call: str) -> tuple[str, str, str]:
    record = call_record(store, call)
    assert record is not None
    (label,) = record.labels
    return label.wanted, label.entry, label.actor


def test_a_call_that_falls_back_appears_by_itself_and_is_closed_with_one_key(
    scripted: Page, sign_in: SignIn, kept: Store
) -> None:
    sign_in(scripted, Role.OPERATOR)
    scripted.get_by_role("link", name="Calls", exact=True).click()
    expect(scripted.get_by_text("No call has fallen back")).to_be_visible()
    _falls_back(kept, "c1")
    expect(scripted.get_by_role("heading", name="1 to close")).to_be_visible()
    expect(scripted.get_by_text("Was not understood; with an operator")).to_be_visible()
    expect(scripted.get_by_text("5003", exact=True).first).to_be_visible()
    scripted.keyboard.press("1")
    expect(scripted.get_by_role("heading", name="0 to close")).to_be_visible()
    assert _label(kept, "c1") == ("entry", "3", "a-operator")


def test_a_shift_of_calls_is_closed_with_the_keyboard_alone(
    scripted: Page, sign_in: SignIn, kept: Store
) -> None:
    for number in range(4):
        _falls_back(kept, f"c{number}", minutes_ago=10 - number)
    sign_in(scripted, Role.OPERATOR)
    scripted.goto("/console")
    for key, left in (("i", 3), ("o", 2), ("a", 1)):
        scripted.keyboard.press(key)
        expect(scripted.get_by_role("heading", name=f"{left} to close")).to_be_visible()
    scripted.keyboard.press("w")
    scripted.keyboard.type("feather")
    expect(scripted.get_by_role("button", name="Siobhan Featherstonehaugh")).to_be_visible()
    scripted.keyboard.press("Enter")
    expect(scripted.get_by_role("heading", name="0 to close")).to_be_visible()
    labels = [_label(kept, f"c{number}")[:2] for number in (3, 2, 1, 0)]
    assert labels == [
        ("information", ""), ("wrong_organisation", ""), ("abuse", ""), ("entry", "4"),
    ]  # fmt: skip


def test_single_keys_can_be_switched_off(scripted: Page, sign_in: SignIn, kept: Store) -> None:
    _falls_back(kept, "c1")
    sign_in(scripted, Role.OPERATOR)
    scripted.goto("/console")
    scripted.get_by_label("Single keys").uncheck()
    scripted.locator("h1").click()
    scripted.keyboard.press("a")
    scripted.reload()
    expect(scripted.get_by_label("Single keys")).not_to_be_checked()
    expect(scripted.get_by_role("heading", name="1 to close")).to_be_visible()


def test_a_new_call_does_not_take_away_what_an_operator_is_typing(
    scripted: Page, sign_in: SignIn, kept: Store
) -> None:
    _falls_back(kept, "c1", minutes_ago=5)
    sign_in(scripted, Role.OPERATOR)
    scripted.goto("/console")
    scripted.keyboard.press("w")
    scripted.keyboard.type("feath")
    _falls_back(kept, "c2")
    expect(scripted.get_by_role("heading", name="2 to close")).to_be_visible()
    expect(scripted.get_by_label("Somebody else")).to_have_value("feath")
    expect(scripted.get_by_label("Somebody else")).to_be_focused()
    assert scripted.locator("[data-chosen]").get_attribute("data-chosen") == "c1"


def test_a_list_that_comes_late_does_not_bring_back_a_call_that_was_closed(
    scripted: Page, sign_in: SignIn, kept: Store
) -> None:
    for number in range(2):
        _falls_back(kept, f"c{number}", minutes_ago=10 - number)
    sign_in(scripted, Role.OPERATOR)
    late: list[Route] = []
    # A function of our own: the driver marks it.
    scripted.route("**/console/part*", lambda route: late.append(route))  # noqa: PLW0108
    scripted.goto("/console")
    expect(scripted.get_by_role("heading", name="2 to close")).to_be_visible()
    while not late:
        scripted.wait_for_timeout(50)
    as_it_was = scripted.request.get("/console/part").text()
    scripted.keyboard.press("a")
    expect(scripted.get_by_role("heading", name="1 to close")).to_be_visible()
    late[0].fulfill(body=as_it_was, content_type="text/html")
    scripted.wait_for_timeout(300)
    expect(scripted.get_by_role("heading", name="1 to close")).to_be_visible()
    scripted.unroute("**/console/part*")


def test_a_sound_is_played_on_a_new_call_once_it_is_asked_for(
    scripted: Page, sign_in: SignIn, kept: Store
) -> None:
    scripted.add_init_script(
        "let played = 0; HTMLMediaElement.prototype.play = function () {"
        " document.documentElement.dataset.played = ++played; return Promise.resolve(); };"
    )
    _falls_back(kept, "c1", minutes_ago=5)
    sign_in(scripted, Role.OPERATOR)
    scripted.goto("/console")
    scripted.get_by_label("Sound on a new call").check()
    page = scripted.locator("html")
    expect(page).to_have_attribute("data-played", "1")  # so that one knows what it sounds like
    scripted.wait_for_timeout(2000)
    _falls_back(kept, "c2")
    expect(page).to_have_attribute("data-played", "2")


def test_a_call_is_closed_by_a_form(page: Page, sign_in: SignIn, kept: Store) -> None:
    _falls_back(kept, "c1")
    sign_in(page, Role.OPERATOR)
    page.goto("/console")
    page.get_by_label("Somebody else").fill("feather")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Siobhan Featherstonehaugh").click()
    expect(page.get_by_role("heading", name="0 to close")).to_be_visible()
    assert _label(kept, "c1") == ("entry", "4", "a-operator")


def test_an_emergency_comes_first_and_what_was_said_can_be_played(
    page: Page, sign_in: SignIn, kept: Store
) -> None:
    _falls_back(kept, "c1", minutes_ago=5, emergency=True)
    _falls_back(kept, "c2")
    sign_in(page, Role.OPERATOR)
    page.goto("/console")
    expect(page.get_by_text("the caller used a word for one")).to_be_visible()
    source = page.locator("audio").get_attribute("src")
    assert source == "/console/sound/c1/1"
    assert page.request.get(source).body()[:4] == b"fLaC"


def test_a_department_is_proposed_to_be_changed_and_is_once_somebody_accepts(
    page: Page, sign_in: SignIn, kept: Store
) -> None:
    _falls_back(kept, "c1")
    sign_in(page, Role.OPERATOR)
    page.goto("/console?q=housing")
    page.get_by_role("link", name="Propose a change to Housing").click()
    page.get_by_label("Number", exact=True).fill("6009")
    page.get_by_label("Another way of asking").fill("The Repairs")
    page.get_by_label("Why").fill("They have moved")
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_text("An administrator will decide it.")).to_be_visible()
    expect(page.get_by_role("button", name="Accept")).to_have_count(0)
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, Role.ADMINISTRATOR)
    page.goto("/proposals")
    expect(page.get_by_text("6002 → 6009")).to_be_visible()
    page.get_by_role("button", name="Accept the change to Housing").click()
    expect(page.get_by_text("Housing is changed.")).to_be_visible()
    page.goto("/directory?q=repairs")
    expect(page.get_by_role("cell", name="6009")).to_be_visible()


def test_axe_finds_nothing_on_the_console(scripted: Page, sign_in: SignIn, kept: Store) -> None:
    sign_in(scripted, Role.OPERATOR)
    scripted.goto("/console")
    assert_accessible(scripted)
    _falls_back(kept, "c1", emergency=True)
    _falls_back(kept, "c2")
    for path in ("/console?q=smith", "/console?call=c2", "/console/now", "/proposals"):
        scripted.goto(path)
        scripted.wait_for_timeout(300)
        assert_accessible(scripted)


def _waits(store: Store, call: str) -> None:
    """Somebody asks for Rakesh Sen (entry 3) and hears an operator's phone ring."""
    at = datetime.now(UTC) - timedelta(seconds=20)
    said = turn(call, at=at)
    candidate = {"entry": "3", "name": "Rakesh Sen", "department": "Housing", "probability": 0.4}
    object.__setattr__(said, "candidates", (candidate,))
    begun, _ = sent(call, "7000", "", at=at, purpose="operator")
    fell = note(call, "fallback", at=at, detail="not_understood")
    write_entries(store, (started(call, at), said, fell, begun))


def _taken_and_answered(store: Store, call: str, to: str, entry: str) -> None:
    """What the process that runs the call does with the wish."""
    now = datetime.now(UTC)
    (wish,) = take_requests(store, [call], now)
    assert wish.entry == entry
    done = sent(call, to, entry, number=2, at=now)
    write_entries(store, (note(call, "operator_connects", entry, at=now), *done))
    write_entries(store, [ended(call, "operator", now)])


def test_a_call_that_waits_is_connected_with_one_key(
    scripted: Page, sign_in: SignIn, kept: Store
) -> None:
    _waits(kept, "c1")
    sign_in(scripted, Role.OPERATOR)
    scripted.goto("/console")
    expect(scripted.get_by_role("button", name="Connect to Rakesh Sen")).to_be_visible()
    assert_accessible(scripted)
    scripted.keyboard.press("Shift+Digit1")
    expect(scripted.get_by_role("heading", name="0 to close")).to_be_visible()
    assert _label(kept, "c1") == ("entry", "3", "a-operator")
    _taken_and_answered(kept, "c1", "5003", "3")
    expect(scripted.get_by_text("Connected to Rakesh Sen.").first).to_be_visible()
    expect(scripted.get_by_role("button", name="Connect to Rakesh Sen")).to_have_count(0)


def test_whoever_is_searched_for_is_connected_with_the_keyboard(
    scripted: Page, sign_in: SignIn, kept: Store
) -> None:
    _waits(kept, "c1")
    sign_in(scripted, Role.OPERATOR)
    scripted.goto("/console")
    scripted.keyboard.press("w")
    scripted.keyboard.type("feather")
    expect(scripted.get_by_role("button", name="Connect to Siobhan")).to_be_visible()
    scripted.keyboard.press("Shift+Enter")
    expect(scripted.get_by_role("heading", name="0 to close")).to_be_visible()
    _taken_and_answered(kept, "c1", "5004", "4")
    expect(scripted.get_by_text("Connected to Siobhan").first).to_be_visible()


def test_a_call_is_connected_by_a_form(page: Page, sign_in: SignIn, kept: Store) -> None:
    _waits(kept, "c1")
    sign_in(page, Role.OPERATOR)
    page.goto("/console")
    page.get_by_label("Somebody else").fill("feather")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Connect to Siobhan").click()
    expect(page.get_by_text("Being connected to Siobhan").first).to_be_visible()
    _taken_and_answered(kept, "c1", "5004", "4")
    page.reload()
    expect(page.get_by_text("Connected to Siobhan").first).to_be_visible()


def _talks(store: Store, call: str) -> None:
    at = datetime.now(UTC) - timedelta(seconds=5)
    write_entries(store, [started(call, at)])


def test_calls_that_are_with_the_switchboard_come_and_go_by_themselves(
    scripted: Page, sign_in: SignIn, kept: Store
) -> None:
    sign_in(scripted, Role.OPERATOR)
    scripted.goto("/console/now")
    expect(scripted.get_by_text("Nobody is talking to the switchboard.")).to_be_visible()
    _talks(kept, "c1")
    expect(scripted.get_by_role("link", name="nothing was heard")).to_be_visible()
    write_entries(kept, [turn("c1", at=datetime.now(UTC))])
    call = scripted.get_by_role("link", name="will smith in planning")
    expect(call).to_be_visible()
    call.focus()
    _talks(kept, "c2")
    expect(scripted.get_by_role("status")).to_have_text("A new call")
    expect(call).to_be_focused()
    scripted.keyboard.press("Enter")
    expect(scripted.get_by_text("Talks to the switchboard")).to_be_visible()
    scripted.go_back()
    expect(call).to_be_visible()
    for ending in ("c1", "c2"):
        write_entries(kept, [ended(ending, "operator", datetime.now(UTC))])
    expect(scripted.get_by_text("Nobody is talking to the switchboard.")).to_be_visible()


def test_without_scripts_the_calls_of_now_are_looked_for_by_a_link_or_every_ten_seconds(
    chromium: Browser, address: str, sign_in: SignIn, kept: Store
) -> None:
    with strict_page(chromium, address, scripts=False) as plain:
        sign_in(plain, Role.OPERATOR)
        plain.goto("/console/now")
        _talks(kept, "c1")
        plain.get_by_role("link", name="Look again").click()
        expect(plain.get_by_role("link", name="nothing was heard")).to_be_visible()
        plain.get_by_role("link", name="look every ten seconds").click()
        renewal = plain.locator("meta[http-equiv=refresh]")
        expect(renewal).to_have_attribute("content", "10")
        plain.get_by_role("link", name="Stop that").click()
        expect(renewal).to_have_count(0)
        expect(plain.get_by_role("link", name="Look again")).to_be_visible()
