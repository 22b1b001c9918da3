"""From stored calls to gaps: each failed turn is typed, filed with those like it, and proposed for.

Run as often as one likes: calls that were looked at are looked at again for a day, because what
tells of them (a label, the caller's next call, an entry from the spool) comes later, and a turn is
filed once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from grammar.gaps.clusters import Cluster, meant_of, nearest
from grammar.gaps.fixes import CarrierFix, from_plain
from grammar.gaps.kinds import Finder, Finding, GapKind
from switchboard.calls.record import TurnTaken
from switchboard.gaps.parts import Parts
from switchboard.gaps.proposing import propose_awaited
from switchboard.gaps.signals import (
    Meaning,
    Signal,
    decision_of,
    meaning_of,
    name_turns,
    signal_of,
    utterance_of,
)
from switchboard.gaps.watching import settle, watch
from switchboard.storage import gaps as stored
from switchboard.storage.call_records import Call, CallRecord
from switchboard.storage.gap_evidence import ended_calls, labelled_after, next_calls, records_of
from switchboard.storage.gaps import GapCall
from switchboard.storage.leases import leased
from switchboard.storage.store import Store

log = logging.getLogger(__name__)

LEASE = "gap detection"
_AGAIN = timedelta(days=1)
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Detected:
    """What a run came to."""

    calls: int
    turns: int
    gaps: int
    proposals: int
    verified: int
    reopened: int


@dataclass(slots=True)
class _Filing:
    """Turns that are filed under gaps."""

    store: Store
    finder: Finder
    now: datetime
    clusters: dict[int, Cluster]
    turns: int = 0
    made: int = 0


def detect(
    store: Store, parts: Parts, *, since: datetime | None = None, now: datetime | None = None
) -> Detected:
    """Find gaps in what was stored since the last run, or from `since` on.

    Raises UserError before the first publication: there is nothing that callers could lack.
    """
    now = now or datetime.now(UTC)
    until, label = stored.cursor(store)
    begin = since or (until - _AGAIN if until else _FIRST)
    keys, newest = labelled_after(store, label)
    published = parts.published()
    settle(store, published.grammar, now=now)
    finder = Finder(published.grammar)
    filing = _Filing(store, finder, now, _clusters(store))
    looked = 0
    verified = reopened = 0
    for records in _batches(store, begin, now, keys):
        looked += len(records)
        _file(filing, records, next_calls(store, records))
        done = watch(store, finder, records, now=now)
        verified += done.verified
        reopened += done.reopened
    stored.set_cursor(store, now, newest)
    proposals = propose_awaited(store, parts, finder, now=now)
    log.info("gaps looked for", extra={"calls": looked, "turns": filing.turns})
    return Detected(looked, filing.turns, filing.made, proposals, verified, reopened)


def detect_alone(
    store: Store, parts: Parts, *, since: datetime | None = None, wait_s: float = 0.0
) -> Detected | None:
    """`detect`, unless another process of any machine is at it, for longer than `wait_s`: two at
    once would file one thing under two gaps. None when it was. Raises UserError."""
    with leased(store, LEASE, wait_s=wait_s) as ours:
        return detect(store, parts, since=since) if ours else None


def _batches(
    store: Store, begin: datetime, end: datetime, labelled: Sequence[str]
) -> Iterator[tuple[CallRecord, ...]]:
    seen: set[str] = set()
    for records in ended_calls(store, begin, end):
        seen.update(record.call.call for record in records)
        yield records
    rest = [key for key in labelled if key not in seen]
    for at in range(0, len(rest), _BATCH):
        yield records_of(store, rest[at : at + _BATCH])


def _clusters(store: Store) -> dict[int, Cluster]:
    found = {}
    for gap in stored.find_gaps(store, limit=None):
        fix = from_plain(gap.fix)
        position = fix.position if isinstance(fix, CarrierFix) else ""
        found[gap.id] = Cluster(gap.id, GapKind(gap.kind), gap.meant, gap.phones, position)
    return found


@dataclass(frozen=True, slots=True)
class _Failed:
    """A failed turn that is new, or of which something is known that wasn't."""

    turn: TurnTaken
    signal: Signal
    meaning: Meaning
    finding: Finding
    old: GapCall | None


def _failed(
    filing: _Filing, records: Sequence[CallRecord], later: Mapping[str, Call]
) -> Iterator[_Failed]:
    known = stored.known_turns(filing.store, [record.call.call for record in records])
    for record in records:
        soon = later.get(record.call.call)
        for turn in name_turns(record):
            signal = signal_of(record, turn, soon)
            if signal is None:
                continue
            meaning = meaning_of(record, turn, soon)
            old = known.get((turn.call, turn.number))
            if old and (old.meant, old.meant_by, old.signal) == (meaning.entry, meaning.by, signal):
                continue
            utterance = utterance_of(record, turn, meaning)
            finding = filing.finder.find(utterance, decision_of(turn))
            yield _Failed(turn, signal, meaning, finding, old)


def _file(filing: _Filing, records: Sequence[CallRecord], later: Mapping[str, Call]) -> None:
    """File the failed turns of these calls, in one transaction."""
    # The surest first, so that what nobody labelled finds the gaps of what somebody did.
    found = sorted(
        _failed(filing, records, later),
        key=lambda each: (not each.meaning.entry, each.turn.at),
    )
    if not found:
        return
    with filing.store.writing() as connection:
        touched = {_put(connection, filing, each) for each in found}
        touched |= {each.old.gap for each in found if each.old is not None}
        gone = stored.recount(connection, touched)
        stored.await_proposals(connection, touched - gone)
    for number in gone:
        filing.clusters.pop(number, None)


def _put(connection: stored.Connection, filing: _Filing, failed: _Failed) -> int:
    """File one turn; the gap that it is under."""
    turn, finding = failed.turn, failed.finding
    meant = meant_of(finding, failed.meaning.entry)
    cluster = nearest(finding, failed.meaning.entry, filing.clusters.values())
    filed = GapCall(
        turn.call,
        turn.number,
        cluster.id if cluster else 0,
        turn.at,
        failed.signal.value,
        finding.said,
        failed.meaning.entry,
        failed.meaning.by.value,
        succeeded=False,
    )
    filing.turns += 1
    if cluster is not None:
        return stored.put_turn(connection, filed, gap=None, at=filing.now)
    new = {"kind": finding.kind.value, "meant": meant, "said": finding.said}
    new["phones"] = finding.sound
    number = stored.put_turn(connection, filed, gap=new, at=filing.now)
    filing.clusters[number] = Cluster(number, finding.kind, meant, finding.sound, finding.position)
    filing.made += 1
    return number
