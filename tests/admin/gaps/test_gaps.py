"""From a failed call to its release in the browser's pages, without a script."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from directory.changes import in_order
from grammar.calibration import shipped
from grammar.decision import Costs
from switchboard.admin.current import background
from switchboard.gaps.background import Background
from switchboard.gaps.parts import Parts
from switchboard.storage import audit
from switchboard.storage import gaps as stored
from switchboard.storage.call_labels import Wanted, label_call
from switchboard.storage.directories import (
    changing_directory,
    load_directory,
    read_directory,
    write_directory,
)
from switchboard.storage.gaps import Gap, GapState
from switchboard.storage.publishing import published_version
from switchboard.storage.store import Store
from switchboard.storage.users import Role
from tests.gaps.office import Office

LONG = 120.0


@pytest.fixture
def office(kept: Store) -> Office:
    """Calls to the organisation that the admin is about."""
    return Office(kept, Parts(kept, shipped(), Costs()), now=datetime(2026, 1, 6, tzinfo=UTC))


@pytest.fixture
def behind(app: Flask) -> Background:
    with app.app_context():
        return background()


@pytest.fixture
def gap(office: Office, admin: FlaskClient, behind: Background) -> Gap:
    """Somebody asked for the bin men, and an operator said that it was Housing."""
    failed = office.call("can i speak to the bin men please", audio=b"fLaC")
    label_call(office.store, failed, Wanted.ENTRY, entry=_housing(office.store))
    admin.get("/gaps")
    assert behind.settled(LONG)
    (found,) = stored.find_gaps(office.store)
    return found


def _housing(store: Store) -> str:
    return next(each.key for each in load_directory(store).departments if each.name == "Housing")


def _text(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def _version(page: str) -> str:
    found = re.search(r'name="version" value="(g\w+)"', page)
    assert found
    return found[1]


def test_a_gap_shows_what_was_heard_who_was_meant_and_what_would_mend_it(
    admin: FlaskClient, gap: Gap
) -> None:
    overview = _text(admin.get("/gaps").text)
    assert "“bin men” missing alias Housing Let callers ask for Housing by “bin men”." in overview
    page = admin.get(f"/gaps/{gap.id}").text
    assert "can i speak to the bin men please" in page
    assert "1 of 1 newest tries would go right" in _text(page)
    sound = BeautifulSoup(page, "html.parser").find("audio")
    assert sound is not None
    assert admin.get(str(sound["src"])).data == b"fLaC"


def test_a_gap_whose_remedy_is_being_worked_out_says_so(
    admin: FlaskClient, gap: Gap, kept: Store
) -> None:
    with kept.writing() as connection:
        of = {"said": gap.said, "phones": gap.phones, "at": gap.changed_at}
        stored.set_proposal(connection, gap.id, fix={}, effect={}, **of)
    assert "Nothing is proposed." in _text(admin.get(f"/gaps/{gap.id}").text)
    with kept.writing() as connection:
        stored.await_proposals(connection, [gap.id])
    page = _text(admin.get(f"/gaps/{gap.id}").text)
    assert "Nothing is proposed" not in page
    assert "what would mend it is being worked out; look again in a moment." in page


def test_a_ticked_gap_is_accepted_replayed_and_published(
    admin: FlaskClient, gap: Gap, behind: Background, kept: Store
) -> None:
    before = published_version(kept)
    told = admin.post("/gaps/decide", data={"gap": gap.id, "act": "accept"}, follow_redirects=True)
    assert "1 gap accepted." in told.text
    draft = admin.get("/gaps/draft").text
    assert "has not been replayed" in draft
    assert "Publish</button>" not in draft
    admin.post("/gaps/draft/replay")
    assert behind.settled(LONG)
    draft = admin.get("/gaps/draft").text
    assert "Fixed (1)" in _text(draft)
    assert "Newly broken (0)" in _text(draft)
    published = admin.post(
        "/gaps/draft/publish", data={"version": _version(draft)}, follow_redirects=True
    )
    assert "is in force" in published.text
    assert published_version(kept) != before
    assert stored.gap_of(kept, gap.id).state is GapState.RELEASED


def test_the_grammar_pages_publish_nothing_that_was_not_replayed(
    admin: FlaskClient, gap: Gap, kept: Store
) -> None:
    before = published_version(kept)
    admin.post(f"/gaps/{gap.id}/accept", data={"text": gap.said})
    version = _version(admin.get("/grammar").text)
    told = admin.post("/grammar/publish", data={"version": version}, follow_redirects=True)
    assert "Replay stored calls first" in told.text
    assert published_version(kept) == before


def test_calls_that_a_draft_breaks_stop_it_until_an_administrator_says_why(
    admin: FlaskClient,
    as_role: Callable[[Role], FlaskClient],
    office: Office,
    behind: Background,
    kept: Store,
) -> None:
    """Rakesh Sen could be asked for, and then leaves the directory."""
    office.call("rakesh sen")
    _rename(kept, "Sen", "Quartermaine")
    before = published_version(kept)
    admin.post("/gaps/draft/replay")
    assert behind.settled(LONG)
    draft = admin.get("/gaps/draft").text
    assert "Newly broken (1)" in _text(draft)
    assert 'action="/gaps/draft/publish"' not in draft
    version = {"version": _version(draft)}
    told = admin.post("/gaps/draft/publish", data=version, follow_redirects=True)
    assert "would go wrong under this draft" in told.text
    reason = {**version, "reason": "he is called so now"}
    supplier = as_role(Role.SUPPORT)
    assert supplier.post("/gaps/draft/override", data=reason).status_code == 403
    assert admin.post("/gaps/draft/override", data=version).status_code == 422
    assert published_version(kept) == before
    admin.post("/gaps/draft/override", data=reason)
    assert published_version(kept) == version["version"]
    (override,) = audit.entries(kept, audit.AuditFilter(action="broken calls overridden"))
    assert override.after["reason"] == "he is called so now"


def _rename(store: Store, surname: str, to: str) -> None:
    with changing_directory(store, None) as connection:
        directory = read_directory(connection)
        people = [
            replace(person, surname=to) if person.surname == surname else person
            for person in directory.people
        ]
        write_directory(connection, in_order(replace(directory, people=tuple(people))))


def test_refusing_needs_a_reason(admin: FlaskClient, gap: Gap, kept: Store) -> None:
    assert admin.post(f"/gaps/{gap.id}/refuse", data={"reason": ""}).status_code == 422
    told = admin.post("/gaps/decide", data={"gap": gap.id, "act": "refuse"}, follow_redirects=True)
    assert "Say why you refuse them" in told.text
    assert stored.gap_of(kept, gap.id).state is GapState.PROPOSED
    admin.post(f"/gaps/{gap.id}/refuse", data={"reason": "a nickname nobody likes"})
    refused = stored.gap_of(kept, gap.id)
    assert (refused.state, refused.reason) == (GapState.REFUSED, "a nickname nobody likes")
    assert audit.entries(kept)[0].action == "gap refused"


def test_an_alias_may_be_put_better_before_it_is_accepted(
    admin: FlaskClient, gap: Gap, kept: Store
) -> None:
    admin.post(f"/gaps/{gap.id}/accept", data={"text": "The Bin Collection"})
    accepted = stored.gap_of(kept, gap.id)
    assert accepted.state is GapState.IN_DRAFT
    assert accepted.fix["text"] == "the bin collection"


def test_saying_who_was_meant_brings_a_proposal(
    admin: FlaskClient, office: Office, behind: Background, kept: Store
) -> None:
    office.call("bin men")
    admin.get("/gaps")
    assert behind.settled(LONG)
    (gap,) = stored.find_gaps(kept)
    assert (gap.state, gap.meant) == (GapState.NEW, "")
    found = admin.get(f"/gaps/{gap.id}?q=hous").text
    key = _housing(kept)
    assert f'value="{key}"' in found
    admin.post(f"/gaps/{gap.id}/meant", data={"entry": key})
    assert behind.settled(LONG)
    (gap,) = stored.find_gaps(kept)
    assert (gap.state, gap.meant) == (GapState.PROPOSED, key)


def test_what_callers_said_is_text_and_never_markup(
    admin: FlaskClient, office: Office, behind: Background
) -> None:
    office.call("<script>alert(1)</script>")
    admin.get("/gaps")
    assert behind.settled(LONG)
    (gap,) = stored.find_gaps(office.store)
    for page in ("/gaps", f"/gaps/{gap.id}"):
        assert "<script>alert" not in admin.get(page).text
