from __future__ import annotations

from switchboard.storage import audit
from switchboard.storage.store import Store
from switchboard.storage.voice_drafts import (
    VoiceDraft,
    all_drafts,
    draft_sound,
    put_draft,
    remove_drafts,
    voice_draft,
)


def keep(store: Store, file: str = "name-ada", flac: bytes = b"fLaC", problem: str = "") -> None:
    put_draft(store, file, "Ada", flac, measured={"level": -21.5}, problem=problem, actor="boss")


def only(store: Store) -> VoiceDraft:
    (draft,) = all_drafts(store)
    return draft


def test_a_recording_waits_with_its_sound_and_levels(store: Store) -> None:
    keep(store)
    draft = only(store)
    assert (draft.words, draft.measured, draft.problem) == ("Ada", {"level": -21.5}, "")
    assert voice_draft(store, "name-ada") == draft
    assert draft_sound(store, "name-ada") == b"fLaC"
    assert voice_draft(store, "name-ben") is None
    assert draft_sound(store, "name-ben") is None


def test_who_recorded_is_on_the_audit_log(store: Store) -> None:
    keep(store, problem="is silent")
    keep(store)
    second, first = audit.entries(store)
    assert (first.action, first.actor, first.name) == ("recording kept", "boss", "Ada")
    assert (first.before, first.after) == ({}, {"file": "name-ada", "problem": "is silent"})
    assert (second.before, second.after) == (first.after, {"file": "name-ada", "problem": ""})


def test_what_is_recorded_anew_takes_the_place_of_the_old(store: Store) -> None:
    keep(store, flac=b"one", problem="is silent")
    keep(store, flac=b"two")
    assert only(store).problem == ""
    assert draft_sound(store, "name-ada") == b"two"


def test_what_was_recorded_anew_meanwhile_is_not_thrown_away(store: Store) -> None:
    keep(store)
    seen = only(store)
    keep(store, flac=b"newer")
    remove_drafts(store, (seen,), action="recordings published", actor="boss")
    assert draft_sound(store, "name-ada") == b"newer"
    remove_drafts(store, (only(store),), action="recording thrown away", actor="boss")
    assert all_drafts(store) == ()
    assert audit.entries(store)[0].action == "recording thrown away"
