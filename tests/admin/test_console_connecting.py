"""Calls that are connected from the operators' console."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from switchboard.calls.record import CallStarted, Channel, Entry
from switchboard.storage import audit
from switchboard.storage.call_records import call_record
from switchboard.storage.calls import write_entries
from switchboard.storage.connect_requests import last_requests, take_requests
from switchboard.storage.directories import directory_revision
from switchboard.storage.store import Store
from switchboard.storage.users import Role
from tests.admin.conftest import Clock
from tests.storage.made_up_calls import ended, note, sent, started, turn


@pytest.fixture
def operator(as_role: Callable[[Role], FlaskClient]) -> FlaskClient:
    return as_role(Role.OPERATOR)


def waits(clock: Clock, *more: Entry) -> tuple[Entry, ...]:
    """A colleague hears an operator's phone ring."""
    at = clock() - timedelta(seconds=30)
    begun, _ = sent("c1", "7000", "", at=at, purpose="operator")
    said = replace(
        turn("c1", at=at),
        candidates=({"entry": "3", "name": "Rakesh Sen", "department": "", "probability": 0.4},),
    )
    return (started("c1", at), said, note("c1", "fallback", at=at, detail="declined"), begun, *more)


def through_us(clock: Clock, how: str) -> tuple[Entry, ...]:
    """An operator has answered."""
    at = clock() - timedelta(seconds=30)
    _, done = sent("c1", "7000", "", at=at, purpose="operator")
    return waits(clock, replace(done, how=how), ended("c1", "operator", at))


def test_a_call_that_waits_is_connected_and_closed_by_one_click(
    operator: FlaskClient, kept: Store, clock: Clock
) -> None:
    write_entries(kept, waits(clock))
    assert "Connect<" in operator.get("/console").text
    answer = operator.post("/console/connect/c1", data={"entry": "3"}, follow_redirects=True)
    assert "Being connected to Rakesh Sen, and closed" in answer.text
    asked = last_requests(kept, ["c1"])["c1"]
    assert (asked.entry, asked.actor) == ("3", "a-operator")
    record = call_record(kept, "c1")
    assert record is not None
    assert [label.entry for label in record.labels] == ["3"]
    (entry,) = audit.entries(kept, audit.AuditFilter(action="call connected"))
    assert (entry.role, entry.subject) == ("operator", "call c1")


def test_a_call_that_an_operator_took_through_us_can_be_connected_and_one_by_refer_cannot(
    operator: FlaskClient, kept: Store, clock: Clock
) -> None:
    write_entries(kept, through_us(clock, "refer"))
    assert "formaction" not in operator.get("/console?q=sen").text
    write_entries(kept, through_us(clock, "bridge"))
    assert "formaction" in operator.get("/console?q=sen").text
    assert "formaction" in operator.get("/console/search?q=sen&call=c1").text
    write_entries(kept, [note("c1", "operator_done", at=clock())])
    page = operator.get("/console?q=sen").text
    assert "formaction" not in page
    assert "was with an operator" in page


def test_of_a_call_that_has_gone_it_is_said_so_and_it_is_closed(
    operator: FlaskClient, kept: Store, clock: Clock
) -> None:
    write_entries(kept, through_us(clock, "refer"))
    answer = operator.post("/console/connect/c1", data={"entry": "3"}, follow_redirects=True)
    assert "The call has gone, so it can&#39;t be connected any more" in answer.text
    assert not last_requests(kept, ["c1"])


def test_what_became_of_it_is_told(operator: FlaskClient, kept: Store, clock: Clock) -> None:
    write_entries(kept, waits(clock))
    operator.post("/console/connect/c1", data={"entry": "3"})
    assert "Being connected to Rakesh Sen." in operator.get("/console").text
    clock.pass_by(seconds=5)
    assert "had gone before it could be connected to Rakesh Sen." in operator.get("/console").text
    take_requests(kept, ["c1"], clock())
    write_entries(kept, [note("c1", "operator_connects", "3", at=clock())])
    assert "Being connected to Rakesh Sen." in operator.get("/console").text
    begun, done = sent("c1", "5003", "3", number=2, at=clock())
    write_entries(kept, [begun, replace(done, outcome="no_answer")])
    assert "(no answer); the operators were rung again" in operator.get("/console").text
    write_entries(kept, [done])
    page = operator.get("/console?q=sen").text
    assert "Connected to Rakesh Sen." in page
    assert "formaction" not in page


@pytest.mark.parametrize(
    ("detail", "told"),
    [
        ("too_late", "was being put through already"),
        ("not_reachable", "put through to Rakesh Sen"),
    ],
)
def test_what_the_call_refused_is_told(
    operator: FlaskClient, kept: Store, clock: Clock, detail: str, told: str
) -> None:
    write_entries(kept, waits(clock))
    operator.post("/console/connect/c1", data={"entry": "3"})
    refused = note("c1", "operator_connects", "3", at=clock(), detail=detail)
    write_entries(kept, [refused])
    assert told in operator.get("/console").text


def test_the_public_is_not_connected_to_whom_it_may_not_reach(
    operator: FlaskClient, kept: Store, clock: Clock
) -> None:
    from switchboard.storage.grammars import draft_grammar, publish_grammar
    from switchboard.storage.tables import people

    with kept.writing() as connection:
        hidden = people.update().where(people.c.key == "3").values(ex_directory=True)
        connection.execute(hidden)
    publish_grammar(kept, draft_grammar(kept), actor="test")
    call, *rest = waits(clock)
    assert isinstance(call, CallStarted)
    write_entries(kept, (replace(call, caller_class="external"), *rest))
    answer = operator.post("/console/connect/c1", data={"entry": "3"}, follow_redirects=True)
    assert "This caller may not be put through to Rakesh Sen." in answer.text
    assert not last_requests(kept, ["c1"])
    assert directory_revision(kept)


def test_an_entry_that_is_not_published_is_not_dialled(
    operator: FlaskClient, admin: FlaskClient, kept: Store, clock: Clock
) -> None:
    from tests.admin.conftest import STAFF, fill

    write_entries(kept, waits(clock))
    fill(kept, STAFF + "7,Ada,New,Clerk,Housing,5007,ada@example.org\n")
    answer = operator.post("/console/connect/c1", data={"entry": "7"}, follow_redirects=True)
    assert "Ada New is not published yet" in answer.text
    assert not last_requests(kept, ["c1"])


def test_a_tester_s_call_from_a_browser_is_nobody_s_to_connect(
    operator: FlaskClient, kept: Store, clock: Clock
) -> None:
    call, *rest = waits(clock)
    assert isinstance(call, CallStarted)
    write_entries(kept, (replace(call, channel=Channel.BROWSER), *rest))
    assert "formaction" not in operator.get("/console?q=sen").text


@pytest.mark.parametrize(("call", "entry"), [("nothing", "3"), ("c1", "999"), ("c1", "")])
def test_only_entries_and_calls_that_there_are(
    operator: FlaskClient, kept: Store, clock: Clock, call: str, entry: str
) -> None:
    write_entries(kept, waits(clock))
    assert operator.post(f"/console/connect/{call}", data={"entry": entry}).status_code == 404
    assert not last_requests(kept, ["c1"])


def test_a_call_that_still_talks_to_the_switchboard_is_connected_too(
    operator: FlaskClient, kept: Store, clock: Clock
) -> None:
    at = clock() - timedelta(seconds=30)
    write_entries(kept, (started("c7", at), turn("c7", at=at)))
    assert "will smith in planning" in operator.get("/console/now").text
    page = operator.get("/console?call=c7&q=sen").text
    assert "not sent to an operator" in page
    assert "/console/connect/c7" in page
    operator.post("/console/connect/c7", data={"entry": "3"})
    assert last_requests(kept, ["c7"])["c7"].entry == "3"
    write_entries(kept, [ended("c7", "transferred", at)])
    assert "Nobody is talking" in operator.get("/console/now").text


@pytest.mark.parametrize(
    ("channel", "told"),
    [(Channel.TESTER, "a test call"), (Channel.BROWSER, "a test call"), (Channel.PHONE, "")],
)
def test_a_test_call_that_a_link_leads_to_says_that_it_is_one(
    operator: FlaskClient, kept: Store, clock: Clock, channel: Channel, told: str
) -> None:
    first, *rest = waits(clock)
    assert isinstance(first, CallStarted)
    write_entries(kept, (replace(first, channel=channel), *rest))
    assert f"(internal{', ' if told else ''}{told})" in operator.get("/console?call=c1").text
    assert ("No call has fallen back" in operator.get("/console").text) == bool(told)
