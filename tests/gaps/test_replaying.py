from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from directory.changes import in_order
from directory.model import Directory
from grammar.hearing import Hypothesis
from switchboard.errors import EngineError, StorageError, UserError
from switchboard.gaps import replaying
from switchboard.gaps.publishing import BreaksCallsError, NotReplayedError, publish_checked
from switchboard.recognition.port import Recognition
from switchboard.storage import audit, replays
from switchboard.storage.additions import AddedAlias, add_alias
from switchboard.storage.call_labels import Wanted, label_call
from switchboard.storage.directories import changing_directory, write_directory
from switchboard.storage.gap_tables import replays as table
from switchboard.storage.grammars import draft_grammar
from switchboard.storage.publishing import published_version
from switchboard.storage.replays import Replay, ReplayState
from tests.gaps.office import DEPARTMENTS, PEOPLE, Office
from tests.gaps.test_loop import replay


def _rename(office: Office, surname: str = "Quartermaine") -> None:
    """Alan Wozencraft has another surname from now on."""
    people = [replace(p, surname=surname) if p.key == "p2" else p for p in PEOPLE]
    changed = in_order(Directory(people=tuple(people), departments=DEPARTMENTS))
    with changing_directory(office.store, None) as connection:
        write_directory(connection, changed)


def _add(office: Office, text: str, entry: str) -> None:
    add_alias(office.store, AddedAlias(entry, text))


def test_calls_that_a_draft_breaks_stop_it_and_an_override_is_on_the_audit_log(
    office: Office,
) -> None:
    store = office.store
    call = office.call("alan wozencraft")
    _rename(office)
    done = replay(office)
    assert (done.broken, done.fixed, done.total, done.state) == (1, 0, 1, ReplayState.DONE)
    (result,) = replays.results_of(store, done.id, "broken")
    assert (result.call, result.turn, result.meant, result.meant_by) == (call, 1, "p2", "caller")
    assert result.before["options"][0]["name"] == "Alan Wozencraft"
    assert result.after["outcome"] in {"unhelped", "wrong_offer"}
    before = published_version(store)
    draft = draft_grammar(store)
    with pytest.raises(BreaksCallsError, match=r"1 stored call .* would go wrong"):
        publish_checked(store, draft, actor="ada", override=" ")
    assert published_version(store) == before
    publish_checked(store, draft, actor="ada", override="he married")
    assert published_version(store) == draft.version
    (entry,) = audit.entries(store, audit.AuditFilter(action="broken calls overridden"))
    assert (entry.actor, entry.after["broken"], entry.after["reason"]) == ("ada", 1, "he married")


def test_a_replay_of_another_draft_does_not_count(office: Office) -> None:
    office.call("alan wozencraft")
    _add(office, "the planner", "p2")
    replay(office)
    _add(office, "the other planner", "p2")
    with pytest.raises(UserError, match="switchboard gaps replay"):
        publish_checked(office.store, draft_grammar(office.store), actor="ada")


def test_a_replay_that_was_only_begun_does_not_count(office: Office) -> None:
    office.call("alan wozencraft")
    _add(office, "the planner", "p2")
    draft = draft_grammar(office.store)
    replaying.begin(office.store, draft, actor="ada")
    with pytest.raises(NotReplayedError):
        publish_checked(office.store, draft, actor="ada")


def test_a_call_under_an_older_grammar_counts_though_the_draft_decides_as_that_one_did(
    office: Office,
) -> None:
    office.call("alan wozencraft")
    _rename(office)
    replay(office)
    publish_checked(office.store, draft_grammar(office.store), actor="ada", override="he married")
    _rename(office, "Wozencraft")
    assert replay(office).fixed == 1


def test_more_calls_make_no_other_draft(office: Office) -> None:
    """How often entries are called is part of the grammar, and changes while somebody looks."""
    office.now = datetime.now(UTC) - timedelta(days=1)
    office.call("alan wozencraft")
    _add(office, "the planner", "p2")
    replay(office)
    for _ in range(3):
        office.call("alan wozencraft")
    draft = draft_grammar(office.store)
    assert dict(draft.call_counts)["p2"] == 4
    publish_checked(office.store, draft, actor="ada")


def test_who_wanted_nobody_counts_as_broken_when_a_draft_puts_them_through(
    office: Office,
) -> None:
    call = office.call("what are your opening hours")
    label_call(office.store, call, Wanted.INFORMATION)
    _add(office, "what are your opening hours", "d2")
    assert replay(office).broken == 1


def test_an_operators_word_outranks_where_the_call_went(office: Office) -> None:
    label_call(office.store, office.call("grace okonjo"), Wanted.ENTRY, entry="d1")
    _add(office, "grace okonjo", "d1")
    done = replay(office)
    assert (done.fixed, done.broken) == (1, 0)


def test_kept_sound_is_heard_again_by_the_engine_that_knows_the_draft(office: Office) -> None:
    call = office.call("the been mean", audio=b"fLaC sound")
    label_call(office.store, call, Wanted.ENTRY, entry="d1")
    office.call("alan wozencraft")
    _add(office, "bin men", "d1")
    heard: list[bytes] = []

    def hears(flac: bytes) -> Recognition:
        heard.append(flac)
        return Recognition("vosk", draft.version, (Hypothesis("bin men", -2.0),))

    draft = draft_grammar(office.store)
    number = replaying.begin(office.store, draft, actor="ada")
    done = replaying.run(office.parts, draft, number, hears=hears)
    assert heard == [b"fLaC sound"]
    assert (done.by_sound, done.fixed) == (1, 1)


def test_an_engine_that_fails_leaves_it_to_what_was_heard_then(office: Office) -> None:
    call = office.call("bin men", audio=b"fLaC sound")
    label_call(office.store, call, Wanted.ENTRY, entry="d1")
    _add(office, "bin men", "d1")
    draft = draft_grammar(office.store)
    number = replaying.begin(office.store, draft, actor="ada")
    done = replaying.run(office.parts, draft, number, hears=lambda _flac: None)
    assert (done.by_sound, done.fixed) == (0, 1)


def test_what_a_draft_adds_is_worked_out_once_for_all_calls(office: Office) -> None:
    """With 50,000 people this took longer than deciding: 16 calls a second were replayed."""
    before = office.judge().grammar.version
    add_alias(office.store, AddedAlias("d1", "bin men"))
    draft = draft_grammar(office.store)
    added = office.parts.new_since(before, draft)
    assert added == {"bin men"}
    assert office.parts.new_since(before, draft) is added


def test_progress_is_told_and_a_fault_ends_the_replay_with_its_sentence(office: Office) -> None:
    office.call("alan wozencraft", audio=b"fLaC")
    _add(office, "the planner", "p2")
    draft = draft_grammar(office.store)
    seen: list[Replay] = []
    number = replaying.begin(office.store, draft, actor="ada")
    replaying.run(office.parts, draft, number, tell=seen.append)
    assert [(each.done, each.total, each.share) for each in seen] == [(1, 1, 1.0)]

    def broken(_flac: bytes) -> Recognition:
        raise EngineError("The engine is gone; start it again.")

    number = replaying.begin(office.store, draft, actor="ada")
    with pytest.raises(EngineError):
        replaying.run(office.parts, draft, number, hears=broken)
    failed = replays.replay_of(office.store, number)
    assert (failed.state, failed.fault) == (
        ReplayState.FAILED,
        "The engine is gone; start it again.",
    )


def test_a_replay_whose_process_died_is_told_to_have_failed(office: Office) -> None:
    number = replays.begin(office.store, "g1", "g0", total=5, actor="ada")
    assert replays.replay_of(office.store, number).state is ReplayState.RUNNING
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    with office.store.writing() as connection:
        connection.execute(sa.update(table).values(seen_at=long_ago))
    dead = replays.latest(office.store, "g1", "g0")
    assert dead is not None
    assert dead.state is ReplayState.FAILED
    assert "cut off" in dead.fault


def test_only_the_newest_replays_are_kept(office: Office) -> None:
    numbers = [
        replays.begin(office.store, f"g{n}", "g0", total=0, actor="")
        for n in range(replays.KEPT + 3)
    ]
    assert len(replays.recent(office.store, 100)) == replays.KEPT
    with pytest.raises(StorageError, match="replay the draft again"):
        replays.replay_of(office.store, numbers[0])
