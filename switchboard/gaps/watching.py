"""What became of fixes: released when the grammar in force has them, verified or reopened by calls.

in draft ──published──▶ released ──2 calls went right──▶ verified
    ▲                      │                                │
    └──────rolled back─────┤◀───────────────────────────────┤
                           └──the same failed──▶ reopened ◀─┘
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grammar.confusion import sound_similarity
from grammar.gaps.clusters import SAME_UNLABELLED
from grammar.gaps.fixes import (
    AliasFix,
    CarrierFix,
    Correction,
    Fix,
    PronunciationFix,
    from_plain,
    is_in,
)
from grammar.gaps.kinds import Finder
from grammar.model import Grammar
from grammar.text import normalise
from switchboard.calls.record import TurnTaken
from switchboard.gaps.signals import label_of, name_turns, reached_entry, signal_of
from switchboard.storage import additions
from switchboard.storage import gaps as stored
from switchboard.storage.call_records import CallRecord
from switchboard.storage.gaps import Gap, GapCall, GapFilter, GapState
from switchboard.storage.store import Store

SUCCESSES = 2
"""Calls that went right before a fix counts as verified. Raising it waits longer to be sure."""

_WATCHED = (GapState.RELEASED, GapState.VERIFIED)


@dataclass(frozen=True, slots=True)
class Watched:
    verified: int
    reopened: int


def settle(store: Store, published: Grammar | None, *, now: datetime) -> None:
    """Bring the states of decided gaps in line with the grammar in force: after a publication, a
    rollback, and whatever else was done behind our back."""
    decided = (GapState.ACCEPTED, GapState.IN_DRAFT, *_WATCHED)
    for gap in stored.find_gaps(store, GapFilter(states=decided), limit=None):
        fix = from_plain(gap.fix)
        if fix is None:
            continue
        in_force = published is not None and is_in(published, fix)
        waiting = gap.state in {GapState.ACCEPTED, GapState.IN_DRAFT}
        if waiting and in_force and published is not None:
            values = {"version": published.version, "released_at": now}
            _move(store, gap, GapState.RELEASED, now, published.version, **values)
        elif gap.state is GapState.IN_DRAFT and not in_force and not is_added(store, fix):
            _move(store, gap, GapState.PROPOSED, now, "taken out of the draft")
        elif gap.state in _WATCHED and not in_force and not isinstance(fix, Correction):
            _move(store, gap, GapState.IN_DRAFT, now, "not in the grammar in force any more")


def is_added(store: Store, fix: Fix) -> bool:
    """Whether the fix stands among what administrators added."""
    match fix:
        case AliasFix(entry=entry, text=text):
            return additions.AddedAlias(entry, text) in additions.aliases(store)
        case CarrierFix(text=text, position=position):
            return any(
                (each.text, each.position) == (text, position) for each in additions.carriers(store)
            )
        case PronunciationFix(word=word, spoken=spoken):
            return additions.pronunciations(store).get(word) == spoken
        case Correction():
            return True


def watch(store: Store, finder: Finder, records: Sequence[CallRecord], *, now: datetime) -> Watched:
    """Look in these calls for what was released: did it go right, or fail again?"""
    watched = stored.find_gaps(store, GapFilter(states=_WATCHED), limit=None)
    verified = reopened = 0
    for gap in watched:
        fix = from_plain(gap.fix)
        if fix is None or gap.released_at is None:
            continue
        later = [each for each in records if each.call.started_at >= gap.released_at]
        good = [each for record in later for each in _successes(finder, gap, fix, record)]
        known = stored.known_turns(store, [each.call for each in good])
        with store.writing() as connection:
            for turn in good:
                old = known.get((turn.call, turn.turn))
                if old is None or old.gap != gap.id:
                    stored.put_turn(connection, turn, gap=None, at=now)
        failed, right = stored.turns_since(store, gap.id, gap.released_at)
        if failed and failed >= right:
            _move(store, gap, GapState.REOPENED, now, f"{failed} later calls failed")
            reopened += 1
        elif gap.state is GapState.RELEASED and right >= SUCCESSES:
            _move(store, gap, GapState.VERIFIED, now, f"{right} later calls went right")
            verified += 1
    return Watched(verified, reopened)


def _successes(finder: Finder, gap: Gap, fix: Fix, record: CallRecord) -> list[GapCall]:
    """Turns of a call in which the same was asked for, and led where it should."""
    found = []
    for turn in name_turns(record):
        if turn.outcome != "heard" or signal_of(record, turn, None) is not None:
            continue
        reached = reached_entry(record)
        if not reached or (gap.meant and reached != gap.meant) or not _same(finder, gap, fix, turn):
            continue
        label = label_of(record, turn.number)
        found.append(
            GapCall(
                turn.call,
                turn.number,
                gap.id,
                turn.at,
                "",
                finder.words_of(turn.transcript),
                reached,
                label.source.value if label else "caller",
                succeeded=True,
            )
        )
    return found


def _same(finder: Finder, gap: Gap, fix: Fix, turn: TurnTaken) -> bool:
    text = normalise(turn.transcript)
    if isinstance(fix, CarrierFix):
        return f" {fix.text} " in f" {text} "
    alike = sound_similarity(finder.sound(finder.words_of(text)), gap.phones)
    return alike >= SAME_UNLABELLED


def _move(
    store: Store, gap: Gap, state: GapState, now: datetime, detail: str, **values: Any
) -> None:
    with store.writing() as connection:
        stored.move(connection, gap, state, detail=detail, at=now, **values)
