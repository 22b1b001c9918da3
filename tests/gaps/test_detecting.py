from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from switchboard.errors import UserError
from switchboard.gaps.accepting import accept, refuse, say_who
from switchboard.gaps.detecting import detect
from switchboard.gaps.parts import parts_of
from switchboard.gaps.publishing import publish_checked, roll_back
from switchboard.settings import default_settings
from switchboard.storage import additions, audit
from switchboard.storage import gaps as stored
from switchboard.storage.call_labels import Wanted, label_call
from switchboard.storage.gap_tables import gap_calls
from switchboard.storage.gaps import Gap, GapFilter, GapState
from switchboard.storage.grammars import draft_grammar
from switchboard.storage.purging import purge
from switchboard.storage.store import Store, open_store
from switchboard.storage.tables import UtcDateTime, calls
from tests.gaps.office import BEGIN, Office
from tests.gaps.test_loop import replay


def test_looking_twice_changes_nothing(office: Office) -> None:
    label_call(office.store, office.call("bin men"), Wanted.ENTRY, entry="d1")
    office.detect()
    before = office.gaps()
    again = office.detect()
    assert (again.calls, again.turns, again.gaps) == (1, 0, 0)
    assert office.gaps() == before


def test_what_was_filed_by_a_run_that_died_is_proposed_for_by_the_next(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    label_call(office.store, office.call("bin men"), Wanted.ENTRY, entry="d1")

    def died(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(stored, "set_proposal", died)
        with pytest.raises(RuntimeError, match="killed"):
            office.detect()
    assert [(gap.state, gap.awaits_proposal) for gap in office.gaps()] == [(GapState.NEW, True)]
    office.detect()
    assert [(gap.state, gap.awaits_proposal) for gap in office.gaps()] == [
        (GapState.PROPOSED, False)
    ]


def test_what_was_refused_while_it_was_worked_out_stays_refused(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    label_call(office.store, office.call("bin men"), Wanted.ENTRY, entry="d1")
    office.detect()
    (before,) = office.gaps()
    label_call(office.store, office.call("bin men"), Wanted.ENTRY, entry="d1")
    waiting = stored.awaiting_proposals

    def refused_meanwhile(store: Store) -> tuple[Gap, ...]:
        found = waiting(store)
        refuse(store, before.id, "not a name of ours", actor="anna")
        return found

    monkeypatch.setattr(stored, "awaiting_proposals", refused_meanwhile)
    office.detect()
    (after,) = office.gaps()
    assert (after.state, after.calls, after.effect) == (GapState.REFUSED, 2, before.effect)


def test_calls_long_gone_are_not_read_again(office: Office) -> None:
    office.call("bin men")
    office.detect()
    office.now += timedelta(days=3)
    office.detect()
    office.call("alan wozencraft")
    assert office.detect().calls == 1


def test_a_label_that_comes_days_later_is_still_learned_from(office: Office) -> None:
    call = office.call("bin men")
    office.detect()
    assert [(gap.state, gap.meant) for gap in office.gaps()] == [(GapState.NEW, "")]
    office.now += timedelta(days=3)
    office.detect()
    label_call(office.store, call, Wanted.ENTRY, entry="d1")
    office.detect()
    assert [(gap.state, gap.meant) for gap in office.gaps()] == [(GapState.PROPOSED, "d1")]


def test_calls_alike_are_one_gap_with_its_calls_and_callers_counted(office: Office) -> None:
    for said, caller in (("bin men", "ann"), ("the bin men please", "ann"), ("bin man", "bob")):
        label_call(office.store, office.call(said, caller=caller), Wanted.ENTRY, entry="d1")
    label_call(office.store, office.call("bin men"), Wanted.ENTRY, entry="d2")
    office.detect()
    assert [(gap.meant, gap.calls, gap.callers) for gap in office.gaps()] == [
        ("d1", 3, 2),
        ("d2", 1, 1),
    ]


def test_what_nobody_labelled_joins_the_gap_that_it_sounds_like(office: Office) -> None:
    label_call(office.store, office.call("bin men"), Wanted.ENTRY, entry="d1")
    office.call("bin men")
    office.detect()
    assert [(gap.meant, gap.calls) for gap in office.gaps()] == [("d1", 2)]


def test_who_wanted_nobody_is_out_of_scope_and_nothing_is_proposed(office: Office) -> None:
    call = office.call("what time do you close on friday")
    label_call(office.store, call, Wanted.INFORMATION)
    office.detect()
    (gap,) = office.gaps()
    assert (gap.kind, gap.state, gap.fix) == ("out_of_scope", GapState.NEW, {})


def test_saying_who_was_meant_labels_the_calls(office: Office) -> None:
    office.call("bin men")
    office.detect()
    assert say_who(office.store, office.gaps()[0].id, "d1", actor="ada") == 1
    office.detect()
    (gap,) = office.gaps()
    assert (gap.state, gap.fix["text"]) == (GapState.PROPOSED, "bin men")


def test_a_proposal_says_what_it_would_do_to_calls_that_went_well(office: Office) -> None:
    for said in ("alan wozencroft", "alan wozencroft", "alan wozencraft"):
        office.call(said)
    label_call(office.store, office.call("alan wozencroft"), Wanted.ENTRY, entry="d1")
    office.detect()
    (gap,) = office.gaps()
    assert (gap.effect["broken"], gap.effect["ambiguous"]) == (2, 1)


def _released(office: Office) -> Gap:
    label_call(office.store, office.call("bin men"), Wanted.ENTRY, entry="d1")
    office.detect()
    accept(office.store, office.gaps()[0].id, actor="ada")
    replay(office)
    publish_checked(office.store, draft_grammar(office.store), actor="ada")
    (gap,) = office.gaps()
    assert gap.state is GapState.RELEASED
    return gap


def test_a_released_fix_that_fails_again_is_opened_again(office: Office) -> None:
    gap = _released(office)
    again = office.call("bin men", reach="d2")
    label_call(office.store, again, Wanted.ENTRY, entry="d1")
    found = office.detect()
    assert found.reopened == 1
    assert stored.gap_of(office.store, gap.id).state is GapState.REOPENED


def test_a_released_fix_that_fails_as_often_as_it_goes_right_is_opened_again(
    office: Office,
) -> None:
    _released(office)
    office.call("bin men")
    label_call(office.store, office.call("bin men", reach="d2"), Wanted.ENTRY, entry="d1")
    assert office.detect().reopened == 1


def test_a_released_fix_is_watched_though_more_callers_use_it_than_a_query_has_parameters(
    office: Office,
) -> None:
    gap = _released(office)
    good = [office.call("bin men"), office.call("bin men")]
    office.detect()
    assert stored.gap_of(office.store, gap.id).state is GapState.VERIFIED
    assert gap.released_at is not None
    _multiply(office.store, good[0], 70_000, at=gap.released_at + timedelta(minutes=1))
    office.call("bin men")
    office.detect()
    assert stored.turns_since(office.store, gap.id, gap.released_at) == (1, 70_003)
    assert stored.gap_of(office.store, gap.id).state is GapState.VERIFIED


def _multiply(store: Store, call: str, times: int, *, at: datetime) -> None:
    """So many more calls like that one at that moment, each with its turn in the gap."""
    numbers = sa.select(sa.literal(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(sa.select(numbers.c.n + 1).where(numbers.c.n < times))
    named = sa.literal(f"{call}-") + sa.cast(numbers.c.n, sa.Text)
    moment = sa.literal(at, UtcDateTime)
    other = {"call": named, "started_at": moment, "at": moment}
    with store.writing() as connection:
        for table in (calls, gap_calls):
            values = [other.get(column.name, column) for column in table.c]
            chosen = sa.select(*values).select_from(table.join(numbers, sa.true()))
            chosen = chosen.where(table.c.call == call)
            connection.execute(sa.insert(table).from_select(list(table.c.keys()), chosen))


def test_going_back_takes_a_released_fix_back_into_the_draft(office: Office) -> None:
    gap = _released(office)
    roll_back(office.store, actor="ada", reason="it is wrong")
    assert stored.gap_of(office.store, gap.id).state is GapState.IN_DRAFT


def test_a_fix_that_is_taken_out_of_the_draft_by_hand_is_proposed_again(office: Office) -> None:
    label_call(office.store, office.call("bin men"), Wanted.ENTRY, entry="d1")
    office.detect()
    (gap,) = office.gaps()
    accept(office.store, gap.id, actor="ada")
    additions.remove_alias(office.store, additions.AddedAlias("d1", "bin men"), actor="bob")
    office.detect()
    assert stored.gap_of(office.store, gap.id).state is GapState.PROPOSED


def test_a_refused_gap_says_why_and_leaves_the_draft_as_it_was(office: Office) -> None:
    label_call(office.store, office.call("bin men"), Wanted.ENTRY, entry="d1")
    office.detect()
    (gap,) = office.gaps()
    accept(office.store, gap.id, actor="ada")
    with pytest.raises(UserError, match="Say why"):
        refuse(office.store, gap.id, "  ", actor="ada")
    assert refuse(office.store, gap.id, "rude", actor="ada").reason == "rude"
    assert additions.aliases(office.store) == ()
    assert [event.state for event in stored.history_of(office.store, gap.id)] == [
        GapState.NEW,
        GapState.PROPOSED,
        GapState.ACCEPTED,
        GapState.IN_DRAFT,
        GapState.REFUSED,
    ]
    assert audit.entries(office.store)[0].after == {"state": "refused", "reason": "rude"}
    office.call("bin men")
    office.detect()
    assert [each.state for each in office.gaps()] == [GapState.REFUSED]


def test_what_was_only_heard_in_calls_that_expired_is_forgotten(
    office: Office, tmp_path: Path
) -> None:
    label_call(office.store, office.call("bin men"), Wanted.ENTRY, entry="d1")
    office.call("some private matter of mine")
    office.detect()
    accepted = next(gap for gap in office.gaps() if gap.meant == "d1")
    accept(office.store, accepted.id, actor="ada")
    assert len(office.gaps()) == 2
    privacy = default_settings().privacy
    later = BEGIN + timedelta(days=privacy.record_days + 1)
    purge(office.store, privacy, tmp_path, now=later)
    (left,) = office.gaps()
    assert (left.id, left.calls, left.state) == (accepted.id, 0, GapState.IN_DRAFT)


def test_gaps_are_chosen_by_state_kind_words_and_who_was_meant(office: Office) -> None:
    label_call(office.store, office.call("bin men"), Wanted.ENTRY, entry="d1")
    label_call(office.store, office.call("100% nonsense"), Wanted.INFORMATION)
    office.detect()
    store = office.store
    for chosen in (
        GapFilter(states=(GapState.PROPOSED,)),
        GapFilter(kind="missing_alias"),
        GapFilter(meant="d1"),
        GapFilter(words="BIN"),
    ):
        assert [gap.said for gap in stored.find_gaps(store, chosen)] == ["bin men"]
        assert stored.count_gaps(store, chosen) == 1
    assert stored.count_gaps(store, GapFilter(words="%")) == 0
    assert stored.gap_counts(store) == {GapState.PROPOSED: 1, GapState.NEW: 1}


def test_nothing_is_looked_for_before_anything_is_published(database_url: str) -> None:
    store = open_store(database_url)
    with pytest.raises(UserError, match="switchboard grammar publish"):
        detect(store, parts_of(store, default_settings()))
    store.close()
