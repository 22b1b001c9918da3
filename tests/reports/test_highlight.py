"""The highlight report of a month of made-up calls: every line of it follows from the data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from grammar.coverage import coverage_gaps
from switchboard.dialogue.policy import Stage
from switchboard.gaps.detecting import detect
from switchboard.reports.gathering import coverage_of
from switchboard.reports.highlight import Highlight, highlight
from switchboard.reports.period import month
from switchboard.settings import default_settings
from switchboard.storage.additions import AddedAlias, add_alias
from switchboard.storage.attempts import add_attempt
from switchboard.storage.call_labels import Wanted, label_call
from switchboard.storage.campaigns import add_campaign, group_of, script_of, state_accent
from switchboard.storage.store import open_store
from switchboard.uat.gates import Light
from switchboard.uat.items import Item, ItemKind, Observed, Outcome
from tests.gaps.office import BEGIN, Office, open_office

ALAN = Item(ItemKind.CALLED, "Alan Wozencraft", ("p2",))


@pytest.fixture
def office(sqlite_url: str) -> Iterator[Office]:
    store = open_store(sqlite_url)
    yield open_office(store)
    store.close()


def _report(office: Office) -> Highlight:
    grammar = office.judge().grammar
    return highlight(
        office.store,
        month("2031-05"),
        default_settings(),
        now=office.now + timedelta(hours=1),
        coverage=coverage_of(grammar, coverage_gaps(grammar)),
    )


def _busy(office: Office) -> None:
    """Three calls go right and one fails, which shows what to add."""
    for _ in range(3):
        office.call("alan wozencraft")
    label_call(office.store, office.call("bin men"), Wanted.ENTRY, entry="d1")
    detect(office.store, office.parts, now=office.now + timedelta(minutes=1))
    add_alias(office.store, AddedAlias("d2", "the council houses"), actor="ada")


def test_a_month_without_calls_is_amber_and_claims_nothing(office: Office) -> None:
    report = _report(office)
    assert report.light is Light.AMBER
    assert {each.light for each in report.measures} == {Light.AMBER}
    assert report.progress[0].startswith("The switchboard answered 0 of 0 calls")


def test_progress_tells_of_calls_and_of_gaps(office: Office) -> None:
    _busy(office)
    told = _report(office).progress
    assert told[0] == (
        "The switchboard answered 4 of 4 calls and put 3 of them through without an operator."
    )
    assert "Gaps in the grammar: 1 found so far, 0 fixed (0 of them this month), 1 open." in told
    assert "Operators and testers said of 1 calls what the caller wanted." in told


def test_risks_have_the_colour_of_what_is_known_of_them(office: Office) -> None:
    _busy(office)
    report = _report(office)
    found = {each.title.split(",")[0]: (each.light, each.told) for each in report.risks}
    accurate = found["Calls are not put through accurately"]
    assert accurate[0] is Light.RED  # 3 of 4, where 90% were agreed
    assert "75.0% (30.1-95.4)" in accurate[1]
    assert found["The grammar is not comprehensive"][0] is Light.AMBER
    assert found["The grammar is not comprehensive"][1].startswith("Open gaps: 1; ")
    assert found["The quality of phone numbers and names in the directory"][0] is Light.GREEN
    assert found["Callers who reach nobody"][0] is Light.GREEN
    assert report.light is Light.RED  # as the worst of them


def test_what_is_planned_is_what_waits(office: Office) -> None:
    _busy(office)
    assert _report(office).tasks[:3] == (
        "Decide the mends that are proposed for gaps: 1.",
        "Publish the changes that callers don’t get yet: 1.",
        "Bring back to what was agreed: put through rightly, of those who said a name.",
    )


def test_accent_groups_are_compared_by_what_testers_said_of_themselves(office: Office) -> None:
    store = office.store
    days = date(2031, 5, 1), date(2031, 5, 31)
    scripts = {"ada": (ALAN,), "ben": (ALAN,)}
    made = add_campaign(store, "May", Stage.INTERNAL, *days, scripts=scripts, actor="boss")
    ada, ben = group_of(store, made.id)
    state_accent(store, ada.id, "Glasgow")
    for number, outcome in enumerate((Outcome.RIGHT, Outcome.RIGHT, Outcome.WRONG)):
        for tester in (ada, ben):
            seen = Observed(f"{tester.name}-{number}", "p2", "5002", "transferred")
            (item,) = script_of(store, tester.id)
            add_attempt(store, item.id, "browser", seen, outcome=outcome, at=BEGIN)
    (accents,) = (each for each in _report(office).sections if each.key == "accents")
    assert ("Glasgow", 2, 3, "66.7% (20.8-93.9)") in accents.table.rows
