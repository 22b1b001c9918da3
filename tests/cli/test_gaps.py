from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from switchboard.storage.call_labels import Wanted, label_call
from switchboard.storage.gaps import await_proposals
from switchboard.storage.store import open_store
from tests.cli.conftest import Ran
from tests.gaps.office import Office, open_office

Run = Callable[..., Ran]


@pytest.fixture
def office(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("SWITCHBOARD_DATABASE", sqlite_url)
    store = open_store(sqlite_url)
    office = open_office(store)
    # Commands look at calls of the past, by the machine's clock.
    office.now = datetime(2026, 1, 6, tzinfo=UTC)
    return office


def test_a_gap_is_found_shown_accepted_and_published(office: Office, run: Run) -> None:
    failed = office.call("could i have the bin men please")
    label_call(office.store, failed, Wanted.ENTRY, entry="d1")
    assert "1 new gaps, 1 proposals" in run("gaps", "detect").out
    listed = run("gaps", "list").out
    assert re.search(r"1\s+missing alias\s+proposed\s+“bin men”\s+Waste and Recycling", listed)
    shown = run("gaps", "show", "1").out
    assert "proposed  Let callers ask for Waste and Recycling by “bin men”." in shown
    assert "1 of 1 newest tries would go right." in shown
    assert "switchboard grammar publish" in run("gaps", "accept", "1").out
    replayed = run("gaps", "replay").out
    assert "1 stored calls decided again: 1 fixed, 0 newly broken" in replayed
    assert "fixed: Waste and Recycling meant; reprompt -> " in replayed
    published = run("grammar", "publish")
    assert published.code == 0
    assert "1 fixed, 0 newly broken" in published.out
    assert "released" in run("gaps", "list", "--all").out


def test_a_gap_that_is_not_proposed_for_yet_says_how_to_have_it_done(
    office: Office, run: Run
) -> None:
    office.call("bin men")
    run("gaps", "detect")
    assert "proposed  nothing\n" in run("gaps", "show", "1").out
    with office.store.writing() as connection:
        await_proposals(connection, [1])
    assert "proposed  nothing yet: see it again after: switchboard gaps detect" in (
        run("gaps", "show", "1").out
    )


def test_a_draft_that_breaks_calls_is_published_only_with_a_reason(
    office: Office, run: Run
) -> None:
    office.call("alan wozencraft")
    stranger = office.call("what are your opening hours")
    label_call(office.store, stranger, Wanted.INFORMATION)
    assert run("grammar", "alias", "add", "what are your opening hours", "d4").code == 0
    refused = run("grammar", "publish")
    assert refused.code == 2
    assert "1 stored call that went right would go wrong" in refused.err
    assert run("grammar", "publish", "--override", "they asked for it").code == 0


def test_saying_who_was_meant_brings_a_proposal(office: Office, run: Run) -> None:
    office.call("bin men")
    run("gaps", "detect")
    assert "?" in run("gaps", "list").out
    told = run("gaps", "meant", "1", "Waste and Recycling").out
    assert told.startswith("1 call meant Waste and Recycling; 1 fix is proposed.")
    (number,) = re.findall(r"^(\d+)", run("gaps", "list").out, re.MULTILINE)
    assert run("gaps", "refuse", number, "--reason", "too rude").code == 0
    assert "too rude" in run("gaps", "show", number).out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("show", "7"), "There is no gap 7"),
        (("accept", "7"), "There is no gap 7"),
        (("accept", "1"), "say who was meant"),
        (("accept", "1", "--alias", "dustbins"), "gaps meant 1 NAME"),
        (("accept", "1", "2", "--alias", "dustbins"), "one by one"),
        (("refuse", "1", "--reason", ""), "Say why"),
        (("meant", "1", "nobody at all"), "No entry is like that"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    office: Office, run: Run, words: tuple[str, ...], sentence: str
) -> None:
    office.call("bin men")
    run("gaps", "detect")
    ran = run("gaps", *words)
    assert ran.code == 2
    assert sentence in ran.err
    assert len(ran.err.splitlines()) == 1


def test_an_empty_list_says_how_to_fill_it(office: Office, run: Run) -> None:
    assert office
    assert "switchboard gaps detect" in run("gaps", "list").out
