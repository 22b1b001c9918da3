from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from switchboard.dialogue.policy import Stage
from switchboard.storage import audit
from switchboard.storage.attempts import add_attempt, corrections, judge_attempt
from switchboard.storage.campaigns import add_campaign, campaigns, group_of, script_of
from switchboard.storage.publishing import published_version
from switchboard.storage.rollout import stage_changes, stage_in_force
from switchboard.storage.simulations import (
    Simulated,
    SimulationState,
    begin_simulation,
    end_simulation,
    simulation,
    store_simulated,
)
from switchboard.storage.store import Store
from switchboard.storage.users import Role
from switchboard.uat.items import Item, ItemKind, Observed, Outcome, Problem, Verdict
from tests.admin.conftest import Clock

RAKESH = Item(ItemKind.CALLED, "Rakesh Sen", ("3",), "Warden, Housing", "Housing")
DECOY = Item(ItemKind.DECOY, "Gordon Blue")


def _campaign(kept: Store, *, right: int = 0, wrong: int = 0, decoys: int = 0) -> int:
    today = datetime.now().astimezone().date()
    made = add_campaign(
        kept, "Pilot", Stage.INTERNAL, today, today + timedelta(days=7),
        scripts={"a-tester": (RAKESH, DECOY), "a-viewer": (RAKESH, DECOY)}, actor="boss",
    )  # fmt: skip
    scripts = [script_of(kept, tester.id) for tester in group_of(kept, made.id)]
    outcomes = [Outcome.RIGHT] * right + [Outcome.WRONG] * wrong
    for number, outcome in enumerate(outcomes):
        _tried(kept, scripts[number % 2][0].id, f"c{number}", outcome)
    for number in range(decoys):
        _tried(kept, scripts[number % 2][1].id, f"d{number}", Outcome.RIGHT)
    return made.id


def _tried(kept: Store, item: int, call: str, outcome: Outcome = Outcome.RIGHT) -> int:
    observed = Observed(call, "3", "5003", "transferred", (300.0,))
    at = datetime.now(UTC)
    return add_attempt(kept, item, "browser", observed, outcome=outcome, at=at)


def _stage(kept: Store) -> Stage:
    return stage_in_force(kept, Stage.PILOT)


def test_a_campaign_is_drawn_from_the_form(admin: FlaskClient, kept: Store, clock: Clock) -> None:
    today = clock().astimezone().date()
    sent = {
        "name": "Housing pilot",
        "stage": "internal",
        "testers": ["a-tester", "a-viewer"],
        "each": "5",
        "begins": today.isoformat(),
        "ends": (today + timedelta(days=3)).isoformat(),
    }
    page = admin.post("/campaigns/new", data=sent, follow_redirects=True).text
    assert "Housing pilot" in page
    (made,) = campaigns(kept)
    assert (made.stage, made.made_by) == (Stage.INTERNAL, "a-administrator")
    assert [(tester.name, tester.items) for tester in group_of(kept, made.id)] == [
        ("a-tester", 5),
        ("a-viewer", 5),
    ]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"each": "0"}, "A number from 1 to 200"),
        ({"begins": "tomorrow"}, "A day is written as"),
        ({"testers": []}, "Choose at least one tester"),
        ({"ends": "2020-01-01"}, "end before it begins"),
    ],
)
def test_what_is_wrong_with_a_campaign_is_told_at_the_form(
    admin: FlaskClient, kept: Store, wrong: dict[str, object], told: str
) -> None:
    sent = {
        "name": "x", "stage": "internal", "testers": ["a-tester"], "each": "5",
        "begins": "2026-12-01", "ends": "2026-12-02", **wrong,
    }  # fmt: skip
    assert told in admin.post("/campaigns/new", data=sent).text
    assert campaigns(kept) == ()


def test_results_are_shown_by_every_grouping_with_their_intervals(
    as_role: Callable[[Role], FlaskClient], kept: Store
) -> None:
    number = _campaign(kept, right=9, wrong=1, decoys=2)
    page = as_role(Role.VIEWER).get(f"/campaigns/{number}").text
    assert "90.0% (59.6-98.2)" in page
    for caption in ("By type", "By department", "By channel", "By voice"):
        assert caption in page
    assert "By accent group" not in page  # nobody has stated one


def test_the_next_stage_is_blocked_until_its_gates_hold(admin: FlaskClient, kept: Store) -> None:
    _campaign(kept, right=20)
    answer = admin.post("/campaigns/stage/next", data={"reason": ""})
    assert answer.status_code == 422
    assert "don’t hold" in answer.text or "don&#39;t hold" in answer.text
    assert _stage(kept) is Stage.PILOT
    admin.post("/campaigns/stage/next", data={"reason": "the board says so"})
    assert _stage(kept) is Stage.INTERNAL
    (change,) = stage_changes(kept)
    assert (change.overridden, change.actor) == (True, "a-administrator")
    assert audit.entries(kept)[0].action == "roll-out stage overridden"


def test_one_click_goes_back_to_overflow_only(admin: FlaskClient, kept: Store) -> None:
    for _ in range(3):
        admin.post("/campaigns/stage/next", data={"reason": "in a hurry"})
    assert _stage(kept) is Stage.EXTERNAL
    assert "Back to overflow only" in admin.get("/campaigns").text
    admin.post("/campaigns/stage/overflow")
    assert _stage(kept) is Stage.OVERFLOW
    admin.post("/campaigns/stage/back")
    assert _stage(kept) is Stage.INTERNAL
    assert stage_changes(kept)[0].overridden is False


def test_only_administrators_decide_who_is_served(
    as_role: Callable[[Role], FlaskClient], kept: Store
) -> None:
    for role in set(Role) - {Role.ADMINISTRATOR}:
        browser = as_role(role)
        assert browser.post("/campaigns/stage/next", data={"reason": "x"}).status_code == 403
    assert _stage(kept) is Stage.PILOT
    assert "Go to the next stage" not in as_role(Role.SUPPORT).get("/campaigns").text


def test_what_the_directory_has_wrong_is_listed_settled_and_taken_out(
    admin: FlaskClient, kept: Store
) -> None:
    number = _campaign(kept)
    item = script_of(kept, group_of(kept, number)[0].id)[0]
    attempt = _tried(kept, item.id, "c1")
    judge_attempt(
        kept, attempt, Verdict.NO, problem=Problem.DIRECTORY, told="=HYPERLINK(1)", actor="a-tester"
    )
    page = admin.get("/campaigns/corrections").text
    assert "Rakesh Sen" in page
    rows = list(csv.reader(io.StringIO(admin.get("/campaigns/corrections.csv").text)))
    assert rows[1][2] == "Rakesh Sen"
    assert not rows[1][5].startswith("=")
    admin.post(f"/campaigns/corrections/{attempt}")
    assert corrections(kept) == ()
    assert "Settled" in admin.get("/campaigns/corrections").text


def test_the_calls_are_taken_out_as_csv(admin: FlaskClient, kept: Store) -> None:
    number = _campaign(kept, right=2, decoys=1)
    rows = list(csv.DictReader(io.StringIO(admin.get(f"/campaigns/{number}/calls.csv").text)))
    assert [row["Asked for"] for row in rows] == ["Rakesh Sen", "Rakesh Sen", "Gordon Blue"]
    assert audit.entries(kept)[0].action == "test calls taken out"


def test_a_closed_campaign_takes_no_more_calls(admin: FlaskClient, kept: Store) -> None:
    number = _campaign(kept)
    admin.post(f"/campaigns/{number}/close")
    assert campaigns(kept)[0].closed
    assert "Close the campaign" not in admin.get(f"/campaigns/{number}").text


def test_what_is_not_there_is_told(admin: FlaskClient) -> None:
    assert admin.get("/campaigns/77").status_code == 422
    assert admin.get("/simulations/77").status_code == 422


def _simulated(kept: Store, state: SimulationState) -> int:
    plan = {"entries": ["3"], "voices": ["piper", "espeak-rp"], "channels": ["clean"], "seed": 1}
    version = published_version(kept) or ""
    number = begin_simulation(kept, plan, 2, grammar=version, actor="boss")
    row = Simulated(
        0, "3", "Rakesh Sen", "piper", "clean", "unhelped", "reprompt", "no_match", "",
        "rocky sand", None, 700.0,
    )  # fmt: skip
    store_simulated(kept, number, [row])
    end_simulation(kept, number, state)
    return number


def test_simulated_callers_show_progress_and_the_names_that_fail(
    as_role: Callable[[Role], FlaskClient], kept: Store
) -> None:
    number = _simulated(kept, SimulationState.STOPPED)
    page = as_role(Role.VIEWER).get(f"/simulations/{number}").text
    assert "1 of 2 calls" in page
    assert "rocky sand" in page
    assert "Go on" not in page
    assert "Go on" in as_role(Role.ADMINISTRATOR).get(f"/simulations/{number}").text
    text = as_role(Role.VIEWER).get(f"/simulations/{number}/failing.csv").text
    assert "Rakesh Sen" in text


def test_a_simulation_that_died_with_its_process_is_not_said_to_run(
    admin: FlaskClient, kept: Store, clock: Clock
) -> None:
    _simulated(kept, SimulationState.RUNNING)
    assert "1 of 2, running" in admin.get("/simulations").text
    clock.pass_by(minutes=3)
    assert "1 of 2, stopped" in admin.get("/simulations").text


def test_simulations_are_begun_and_stopped_here(
    admin: FlaskClient, app: Flask, kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from switchboard.uat.simulation import background

    ran: list[int] = []
    monkeypatch.setattr(background, "run", lambda _store, _settings, number: ran.append(number))
    answer = admin.post("/simulations/begin", data={"voices": "2", "most": "3"})
    number = int(answer.location.rsplit("/", 1)[1])
    assert app.extensions["simulations"].settled(60)
    assert ran == [number]
    assert simulation(kept, number).total == 6
    admin.post(f"/simulations/{number}/stop")
    assert simulation(kept, number).state is SimulationState.STOPPED
    admin.post(f"/simulations/{number}/resume")
    assert simulation(kept, number).state is SimulationState.RUNNING  # long before it is heard
    assert app.extensions["simulations"].settled(60)
    assert ran == [number, number]
    assert (
        "A number, or nothing"
        in admin.post("/simulations/begin", data={"voices": "1", "most": "many"}).text
    )
