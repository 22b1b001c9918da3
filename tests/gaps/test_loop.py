"""The whole loop: a call fails, a gap is found, a fix accepted, replayed, published, watched."""

from __future__ import annotations

from datetime import timedelta

import pytest

from grammar.gaps.fixes import AliasFix, from_plain
from switchboard.gaps import replaying
from switchboard.gaps.accepting import accept
from switchboard.gaps.detecting import detect
from switchboard.gaps.publishing import NotReplayedError, publish_checked
from switchboard.storage import audit
from switchboard.storage import gaps as stored
from switchboard.storage.call_labels import Wanted, label_call
from switchboard.storage.gaps import Gap, GapState
from switchboard.storage.grammars import draft_grammar
from switchboard.storage.replays import Replay
from switchboard.storage.store import Store
from tests.gaps.office import Office


def _only(store: Store) -> Gap:
    (gap,) = stored.find_gaps(store)
    return gap


def replay(office: Office) -> Replay:
    draft = draft_grammar(office.store)
    number = replaying.begin(office.store, draft, actor="ada")
    return replaying.run(office.parts, draft, number)


def test_a_failed_call_teaches_the_alias_that_it_lacked(office: Office) -> None:
    store = office.store
    failed = office.call("can i speak to the bin men please")
    label_call(store, failed, Wanted.ENTRY, entry="d1")
    office.call("alan wozencraft")

    found = detect(store, office.parts, now=office.now + timedelta(minutes=1))
    gap = _only(store)
    assert (found.calls, found.turns, found.gaps, found.proposals) == (2, 1, 1, 1)
    assert (gap.kind, gap.state, gap.meant) == ("missing_alias", GapState.PROPOSED, "d1")
    assert from_plain(gap.fix) == AliasFix("d1", "bin men")
    assert (gap.effect["fixed"], gap.effect["of"], gap.effect["broken"]) == (1, 1, 0)

    assert accept(store, gap.id, actor="ada").state is GapState.IN_DRAFT
    draft = draft_grammar(store)
    with pytest.raises(NotReplayedError):
        publish_checked(store, draft, actor="ada")
    done = replay(office)
    assert (done.fixed, done.broken, done.done, done.total) == (1, 0, 2, 2)
    publish_checked(store, draft, actor="ada")
    assert _only(store).state is GapState.RELEASED
    assert [entry.action for entry in audit.entries(store)][:3] == [
        "grammar published",
        "gap in draft",
        "alias added",
    ]

    office.now = max(office.now, _only(store).released_at or office.now)
    for _ in range(2):
        again = office.call("can i speak to the bin men please")
        assert stored.calls_of(store, gap.id)
    assert again
    detect(store, office.parts, now=office.now + timedelta(hours=1))
    assert _only(store).state is GapState.VERIFIED
