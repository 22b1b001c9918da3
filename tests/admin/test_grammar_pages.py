from __future__ import annotations

import re
import threading

import pytest
from flask.testing import FlaskClient

from grammar.coverage import CoverageGap
from grammar.model import Grammar
from switchboard.admin import kept as kept_in_memory
from switchboard.recognition.reach import gaps_in_reach
from switchboard.settings.sections import RecognitionSettings
from switchboard.storage import additions
from switchboard.storage.additions import AddedAlias
from switchboard.storage.publishing import publications, published_version
from switchboard.storage.store import Store


def _draft_version(browser: FlaskClient) -> str:
    found = re.search(r'name="version" value="(\w+)"', browser.get("/grammar").text)
    assert found is not None
    return found[1]


def test_the_draft_is_shown_beside_what_is_in_force(admin: FlaskClient, kept: Store) -> None:
    assert "Callers get all of it" in admin.get("/grammar").text
    additions.add_alias(kept, AddedAlias("3", "the caretaker"), actor="test")
    page = admin.get("/grammar").text
    assert "What publishing would change" in page
    assert "the caretaker (Rakesh Sen)" in page


def test_publishing_brings_the_draft_into_force_and_rollback_the_one_before(
    admin: FlaskClient, kept: Store
) -> None:
    before = published_version(kept)
    additions.add_alias(kept, AddedAlias("3", "the caretaker"), actor="test")
    draft = _draft_version(admin)
    admin.post("/grammar/publish", data={"version": draft, "reason": "callers say so"})
    assert published_version(kept) == draft
    last = publications(kept)[-1]
    assert (last.actor, last.reason) == ("a-administrator", "callers say so")
    answer = admin.post(f"/grammar/versions/{before}/rollback", data={"reason": ""})
    assert answer.status_code == 422
    assert published_version(kept) == draft
    admin.post(f"/grammar/versions/{before}/rollback", data={"reason": "misroutes"})
    assert published_version(kept) == before
    assert "Go back to" not in admin.get("/grammar/versions").text


def test_what_was_not_looked_at_is_not_published(admin: FlaskClient, kept: Store) -> None:
    before = published_version(kept)
    additions.add_alias(kept, AddedAlias("3", "the caretaker"), actor="test")
    seen = _draft_version(admin)
    additions.add_alias(kept, AddedAlias("3", "the janitor"), actor="test")
    admin.post("/grammar/publish", data={"version": seen})
    assert published_version(kept) == before
    assert "The draft has changed" in admin.get("/grammar").text


def test_a_phrase_is_added_and_removed(admin: FlaskClient, kept: Store) -> None:
    sent = {"text": "would you be so kind as to get me", "position": "before"}
    assert admin.post("/grammar/phrases/add", data=sent).status_code == 302
    assert sent["text"] in admin.get("/grammar/phrases").text
    admin.post("/grammar/phrases/remove", data=sent)
    assert additions.carriers(kept) == ()


def test_a_phrase_that_swallows_a_name_is_added_only_when_that_was_seen(
    admin: FlaskClient, kept: Store
) -> None:
    sent = {"text": "jane", "position": "before"}
    page = admin.post("/grammar/phrases/add", data=sent)
    assert page.status_code == 200
    assert "May be taken off" in page.text
    assert additions.carriers(kept) == ()
    admin.post("/grammar/phrases/add", data={**sent, "seen": "1"})
    assert len(additions.carriers(kept)) == 1


def test_who_can_not_be_reached_and_who_sounds_alike_is_listed(admin: FlaskClient) -> None:
    assert "Jane Smith" in admin.get("/grammar/coverage").text
    assert "jane smith" in admin.get("/grammar/confusable").text


@pytest.mark.parametrize(
    ("page", "work", "shown"),
    [
        ("/grammar/coverage", "gaps_in_reach", "Reasons"),
        ("/grammar/confusable", "confusable_pairs", "jane smith"),
    ],
)
def test_what_takes_long_to_work_out_is_waited_for_by_a_page_that_looks_again(
    admin: FlaskClient, monkeypatch: pytest.MonkeyPatch, page: str, work: str, shown: str
) -> None:
    go_on, done = threading.Event(), getattr(kept_in_memory, work)

    def slow(*given: object) -> object:
        assert go_on.wait(60)
        return done(*given)

    monkeypatch.setattr(kept_in_memory, work, slow)
    monkeypatch.setattr(kept_in_memory, "_PATIENCE_S", 0.05)
    text = admin.get(page).text
    assert 'http-equiv="refresh"' in text
    assert shown not in text
    go_on.set()
    monkeypatch.setattr(kept_in_memory, "_PATIENCE_S", 60.0)
    assert shown in admin.get(page).text


def test_looking_at_the_draft_and_at_reports_in_turn_works_nothing_out_twice(
    admin: FlaskClient, kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    additions.add_alias(kept, AddedAlias("3", "the caretaker"), actor="test")
    seen: list[str] = []

    def counted(grammar: Grammar, settings: RecognitionSettings) -> tuple[CoverageGap, ...]:
        seen.append(grammar.version)
        return gaps_in_reach(grammar, settings)

    monkeypatch.setattr(kept_in_memory, "gaps_in_reach", counted)
    for _ in range(2):
        for page in ("/grammar/coverage", "/reports"):
            assert admin.get(page).status_code == 200
    assert len(seen) == len(set(seen)) == 2


def test_the_home_page_says_what_waits(admin: FlaskClient, kept: Store) -> None:
    additions.add_alias(kept, AddedAlias("3", "the caretaker"), actor="test")
    page = admin.get("/").text
    assert "1 to publish" in page
    assert re.search(r"\d+ waiting", page)
    admin.post("/grammar/publish", data={"version": _draft_version(admin)})
    assert "to publish" not in admin.get("/").text
