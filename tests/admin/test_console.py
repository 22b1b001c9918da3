from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from switchboard.admin.console.feed import Feeds
from switchboard.storage import audit
from switchboard.storage.call_records import call_record
from switchboard.storage.calls import write_entries
from switchboard.storage.fallbacks import Signature
from switchboard.storage.proposals import all_proposals, decide_proposal, propose
from switchboard.storage.store import Store
from switchboard.storage.users import Role
from tests.admin.conftest import Clock
from tests.storage.made_up_calls import fallen_back, started, turn


@pytest.fixture
def operator(as_role: Callable[[Role], FlaskClient]) -> FlaskClient:
    return as_role(Role.OPERATOR)


@pytest.fixture
def fell_back(kept: Store, clock: Clock) -> str:
    write_entries(kept, fallen_back("c1", clock() - timedelta(minutes=2)))
    return "c1"


def test_an_answer_is_stored_with_who_gave_it(
    operator: FlaskClient, kept: Store, fell_back: str
) -> None:
    answer = operator.post(f"/console/close/{fell_back}", data={"entry": "3"})
    assert answer.location == "/console"
    record = call_record(kept, fell_back)
    assert record is not None
    (label,) = record.labels
    assert (label.wanted, label.entry, label.actor, label.source) == (
        "entry", "3", "a-operator", "operator",
    )  # fmt: skip
    (entry,) = audit.entries(kept, audit.AuditFilter(action="call labelled"))
    assert (entry.actor, entry.subject, entry.after["entry"]) == ("a-operator", "call c1", "3")


def test_the_home_page_says_how_many_calls_wait_to_be_closed(
    operator: FlaskClient, as_role: Callable[[Role], FlaskClient], fell_back: str
) -> None:
    assert "1 to close" in operator.get("/").text
    assert "to close" not in as_role(Role.VIEWER).get("/").text
    operator.post(f"/console/close/{fell_back}", data={"entry": "3"})
    assert "to close" not in operator.get("/").text


@pytest.mark.parametrize(
    ("data", "code"),
    [({}, 400), ({"wanted": "lunch"}, 400), ({"entry": "999"}, 404), ({"wanted": "entry"}, 422)],
)
def test_an_answer_that_is_none_is_refused(
    operator: FlaskClient, kept: Store, fell_back: str, data: dict[str, str], code: int
) -> None:
    assert operator.post(f"/console/close/{fell_back}", data=data).status_code == code
    record = call_record(kept, fell_back)
    assert record is not None
    assert not record.labels


def test_what_a_caller_said_is_only_text(operator: FlaskClient, kept: Store, clock: Clock) -> None:
    at = clock() - timedelta(minutes=2)
    write_entries(kept, fallen_back("c1", at))
    said = turn("c2", at=at)
    object.__setattr__(said, "transcript", "<script>alert(1)</script>")
    write_entries(kept, (started("c2", at), said, *fallen_back("c2", at)[2:]))
    page = operator.get("/console?call=c2").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_who_listens_to_a_caller_is_on_record(
    operator: FlaskClient, kept: Store, clock: Clock
) -> None:
    at = clock() - timedelta(minutes=2)
    write_entries(kept, (started("c1", at), turn("c1", at=at, audio=b"fLaC")))
    assert operator.get("/console/sound/c1/1").data == b"fLaC"
    assert operator.get("/console/sound/c1/2").status_code == 404
    (entry,) = audit.entries(kept, audit.AuditFilter(action="call listened to"))
    assert (entry.actor, entry.subject) == ("a-operator", "call c1")


def test_a_console_is_told_of_a_call_and_lets_go_of_its_place() -> None:
    now = [Signature("c1", 1, 0, 0)]
    feed = Feeds(streams=1).of("calls", lambda: now[0])
    stream = feed.listen("")
    assert stream is not None
    assert feed.listen("") is None
    events: Iterator[str] = iter(stream)
    assert next(events).startswith("retry:")
    assert _data(next(events)) == {"newest": "c1"}
    now[0] = Signature("c2", 2, 0, 0)
    assert _data(next(events)) == {"newest": "c2"}
    stream.close()
    stream.close()
    again = feed.listen("2-0-0-0-0-c2")
    assert again is not None
    again.close()


def _data(event: str) -> object:
    (line,) = (each for each in event.splitlines() if each.startswith("data: "))
    return json.loads(line.removeprefix("data: "))


def test_an_accepted_proposal_changes_the_directory_and_a_refused_one_does_not(
    admin: FlaskClient, kept: Store
) -> None:
    from switchboard.storage.directories import load_directory

    housing = next(each for each in load_directory(kept).departments if each.name == "Housing")
    first = propose(kept, housing.key, {"extension": "6009"}, reason="moved", actor="o")
    second = propose(kept, housing.key, {"opening_hours": "never"}, reason="x", actor="o")
    admin.post(f"/proposals/{first.id}/decide", data={"verdict": "accept"})
    admin.post(f"/proposals/{second.id}/decide", data={"verdict": "refuse"})  # without saying why
    assert [each.state for each in all_proposals(kept)] == ["open", "accepted"]
    admin.post(f"/proposals/{second.id}/decide", data={"verdict": "refuse", "answer": "no"})
    after = next(each for each in load_directory(kept).departments if each.key == housing.key)
    assert (after.extension, after.opening_hours) == ("6009", housing.opening_hours)
    with pytest.raises(Exception, match="accepted already"):
        decide_proposal(kept, first.id, accept=False, actor="b", answer="x")


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"number": "nonsense"}, "not a phone number"),
        ({"number": "07700 900123"}, "never dialled"),
        ({"opening_hours": "when we are in"}, "be read; write hours like Mon-Fri 09:00-17:00"),
        ({}, "at least one"),
    ],
)
def test_what_a_department_cannot_be_given_is_told_at_its_field(
    operator: FlaskClient, kept: Store, wanted: dict[str, str], told: str
) -> None:
    from switchboard.storage.directories import load_directory

    key = load_directory(kept).departments[0].key
    answer = operator.post(f"/proposals/new/{key}", data={**wanted, "reason": "moved"})
    assert answer.status_code == 422
    assert told in answer.text
    assert not all_proposals(kept)
