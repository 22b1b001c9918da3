from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from switchboard.admin.testing import calls
from switchboard.dialogue.policy import Stage
from switchboard.storage import users
from switchboard.storage.attempts import add_attempt, attempt_of_id
from switchboard.storage.campaigns import (
    Campaign,
    ScriptItem,
    add_campaign,
    close_campaign,
    group_of,
    script_of,
)
from switchboard.storage.store import Store
from switchboard.storage.users import Role
from switchboard.uat.browser.wire import Got, Open, Sent
from switchboard.uat.items import Item, ItemKind, Observed, Outcome, Problem, Verdict
from tests.admin.conftest import Clock, signed_in

JANE = Item(ItemKind.CALLED, "Rakesh Sen", ("3",), "Warden, Housing", "Housing")
DECOY = Item(ItemKind.DECOY, "Gordon Blue")


class FakeCall:
    """Stands in for the service: plays one prompt, then ends."""

    made: list[FakeCall] = []  # noqa: RUF012  a new one for each test

    def __init__(self, _path: object, wanted: Open) -> None:
        self.wanted = wanted
        self.sent: list[Sent] = []
        self.closed = False
        FakeCall.made.append(self)

    def exchange(self, sent: Sent) -> Got:
        self.sent.append(sent)
        if sent.leaving:
            return Got(8000, over=True, attempt=1)
        return Got(8000, prompts=((1, 4),), sound=b"\x01\x00\x02\x00")

    def close(self) -> None:
        self.closed = True


@pytest.fixture(autouse=True)
def _service(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    FakeCall.made = []
    monkeypatch.setattr(calls, "RemoteCall", FakeCall)
    return iter([None])


@pytest.fixture
def campaign(kept: Store, clock: Clock) -> Campaign:
    today = clock().astimezone().date()
    return add_campaign(
        kept,
        "Pilot",
        Stage.INTERNAL,
        today,
        today + timedelta(days=7),
        scripts={"a-tester": (JANE, DECOY), "a-viewer": (JANE,)},
        actor="boss",
    )


@pytest.fixture
def items(kept: Store, campaign: Campaign) -> tuple[ScriptItem, ...]:
    return script_of(kept, group_of(kept, campaign.id)[0].id)


@pytest.fixture
def tester(campaign: Campaign, as_role: Callable[[Role], FlaskClient]) -> FlaskClient:
    return as_role(Role.TESTER)


def _tried(kept: Store, item: ScriptItem, outcome: Outcome = Outcome.RIGHT) -> int:
    observed = Observed(f"call {item.id}", "3", "5003", "transferred", (300.0,))
    at = datetime.now(UTC)
    return add_attempt(kept, item.id, "browser", observed, outcome=outcome, at=at)


def test_testers_see_their_own_script_and_pin(
    tester: FlaskClient, kept: Store, campaign: Campaign
) -> None:
    page = tester.get("/testing").text
    assert "Rakesh Sen" in page
    assert f"*{group_of(kept, campaign.id)[0].pin}" in page
    assert group_of(kept, campaign.id)[1].pin not in page


def test_who_is_in_no_campaign_has_nothing_to_test(
    as_role: Callable[[Role], FlaskClient], campaign: Campaign, kept: Store
) -> None:
    operator = as_role(Role.OPERATOR)
    assert "nothing for you to test" in operator.get("/testing").text
    close_campaign(kept, campaign.id, actor="boss")
    assert "nothing for you to test" in as_role(Role.TESTER).get("/testing").text


def test_the_script_says_nothing_of_which_items_are_decoys(
    tester: FlaskClient, items: tuple[ScriptItem, ...]
) -> None:
    pages = [tester.get("/testing").text] + [
        tester.get(f"/testing/items/{row.id}").text for row in items
    ]
    assert "Gordon Blue" in pages[0]
    assert not any("decoy" in page.lower() for page in pages)


def test_another_testers_items_and_calls_are_not_there(
    tester: FlaskClient, kept: Store, campaign: Campaign
) -> None:
    (theirs,) = script_of(kept, group_of(kept, campaign.id)[1].id)
    attempt = _tried(kept, theirs)
    assert tester.get(f"/testing/items/{theirs.id}").status_code == 404
    assert tester.post(f"/testing/items/{theirs.id}/call").status_code == 404
    assert tester.get(f"/testing/attempts/{attempt}").status_code == 404
    sent = {"verdict": "yes", "problem": "", "told": ""}
    assert tester.post(f"/testing/attempts/{attempt}", data=sent).status_code == 404
    assert attempt_of_id(kept, attempt).verdict is Verdict.NONE  # type: ignore[union-attr]


def test_sound_and_keys_go_to_the_service_and_prompts_come_back(
    tester: FlaskClient, items: tuple[ScriptItem, ...]
) -> None:
    begun = tester.post(f"/testing/items/{items[0].id}/call").json
    address = begun["exchange"]  # type: ignore[index]
    got = tester.post(f"{address}?keys=1%238x&played=2", data=b"\x05\x00").json
    (call,) = FakeCall.made
    assert call.wanted == Open(items[0].id, "internal")
    assert call.sent == [Sent("1#8", 2, leaving=False, sound=b"\x05\x00")]
    assert got == {
        "rate": 8000,
        "prompts": [{"number": 1, "sound": "AQACAA=="}],
        "stop": False,
        "over": False,
        "refused": "",
        "next": "",
    }
    over = tester.post(f"{address}?leaving=1").json
    assert over["next"] == "/testing/attempts/1"  # type: ignore[index]
    assert tester.post(address).status_code == 404
    assert call.closed


def test_a_call_belongs_to_who_began_it(
    tester: FlaskClient, items: tuple[ScriptItem, ...], as_role: Callable[[Role], FlaskClient]
) -> None:
    begun = tester.post(f"/testing/items/{items[0].id}/call").json
    address = begun["exchange"]  # type: ignore[index]
    assert as_role(Role.VIEWER).post(address).status_code == 404
    assert as_role(Role.ADMINISTRATOR).post(address).status_code == 404
    assert FakeCall.made[0].sent == []


def test_a_second_call_ends_the_first(tester: FlaskClient, items: tuple[ScriptItem, ...]) -> None:
    for _ in range(2):
        tester.post(f"/testing/items/{items[0].id}/call")
    assert [call.closed for call in FakeCall.made] == [True, False]


def test_calls_are_limited_by_the_hour(
    tester: FlaskClient,
    items: tuple[ScriptItem, ...],
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(calls, "MOST_AN_HOUR", 2)
    answers = [tester.post(f"/testing/items/{items[0].id}/call") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 503]
    assert "within the hour" in answers[2].json["refused"]  # type: ignore[index]
    clock.pass_by(minutes=29)
    assert tester.post(f"/testing/items/{items[0].id}/call").status_code == 503


def test_too_much_sound_at_once_is_refused(
    tester: FlaskClient, items: tuple[ScriptItem, ...]
) -> None:
    begun = tester.post(f"/testing/items/{items[0].id}/call").json
    answer = tester.post(begun["exchange"], data=bytes(100_000))  # type: ignore[index]
    assert answer.status_code == 413


def test_without_the_service_the_tester_is_told_so(
    tester: FlaskClient, items: tuple[ScriptItem, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    answer = tester.post(f"/testing/items/{items[0].id}/call")
    assert answer.status_code == 503
    assert "switchboard serve" in answer.json["refused"]  # type: ignore[index]


def test_the_tester_is_told_who_would_have_been_reached_and_says_how_it_went(
    tester: FlaskClient, kept: Store, items: tuple[ScriptItem, ...]
) -> None:
    attempt = _tried(kept, items[0])
    page = tester.get(f"/testing/attempts/{attempt}").text
    assert "You would be connected to Rakesh Sen (5003)" in page
    sent = {"verdict": "no", "problem": "directory", "told": "is 5009 now"}
    assert tester.post(f"/testing/attempts/{attempt}", data=sent).location == "/testing"
    kept_attempt = attempt_of_id(kept, attempt)
    assert kept_attempt is not None
    assert (kept_attempt.problem, kept_attempt.told) == (Problem.DIRECTORY, "is 5009 now")


def test_a_decoy_that_was_connected_is_told_as_gone_wrong(
    tester: FlaskClient, kept: Store, items: tuple[ScriptItem, ...]
) -> None:
    page = tester.get(f"/testing/attempts/{_tried(kept, items[1], Outcome.FALSE_ACCEPT)}").text
    assert "nobody was to be connected: that went wrong" in page


def test_an_accent_is_stated_freely(tester: FlaskClient, kept: Store, campaign: Campaign) -> None:
    tester.post("/testing/accent", data={"accent": "<b>Brummie</b>"})
    assert group_of(kept, campaign.id)[0].accent == "<b>Brummie</b>"
    assert "&lt;b&gt;Brummie&lt;/b&gt;" in tester.get("/testing").text


def test_calls_need_the_token_of_the_page(
    app: Flask, kept: Store, items: tuple[ScriptItem, ...], clock: Clock
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    browser = signed_in(app, kept, users.user_named(kept, "a-tester"), clock())
    assert browser.post(f"/testing/items/{items[0].id}/call").status_code == 400
    assert FakeCall.made == []


def test_a_campaign_that_is_over_takes_no_calls(
    tester: FlaskClient, kept: Store, campaign: Campaign, items: tuple[ScriptItem, ...]
) -> None:
    close_campaign(kept, campaign.id, actor="boss")
    assert tester.post(f"/testing/items/{items[0].id}/call").status_code == 404
    assert campaign.ends > date(2020, 1, 1)
