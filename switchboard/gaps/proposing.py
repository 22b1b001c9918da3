"""A fix for each gap that changed, with what it would do to the calls that are kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grammar.additions import Collision, CollisionKind, alias_collisions, carrier_collisions
from grammar.gaps.clusters import common_name, middle
from grammar.gaps.fixes import (
    AliasFix,
    CarrierFix,
    Correction,
    Fix,
    PronunciationFix,
    to_plain,
    with_fixes,
)
from grammar.gaps.kinds import Finder, Finding, GapKind
from grammar.gaps.proposals import propose
from grammar.gaps.utterances import Change, Judge, MeantBy, Utterance, change, outcome
from grammar.model import Grammar
from grammar.telling import told
from switchboard.gaps.parts import Parts
from switchboard.gaps.signals import Meaning, decision_of, meaning_of, utterance_of
from switchboard.storage import gaps as stored
from switchboard.storage.call_records import CallRecord
from switchboard.storage.gap_evidence import next_calls, records_of, went_well
from switchboard.storage.gaps import OPEN, Gap
from switchboard.storage.store import Store

_LOOKED_AT = 40
"""Newest turns of a gap that its proposal rests on. Raising it costs time for common gaps."""

_GOOD = 200
"""Newest calls that went well, in which a proposal is looked for harm. The replay before publishing
takes many more."""

_TOLD = 5


@dataclass(frozen=True, slots=True)
class Heard:
    """A stored turn, with the grammar's version under which it was heard."""

    utterance: Utterance
    version: str


@dataclass(frozen=True, slots=True)
class _Proposal:
    gap: Gap
    said: str
    sound: str
    fix: Fix | None
    heard: tuple[Heard, ...]


def propose_awaited(store: Store, parts: Parts, finder: Finder, *, now: datetime) -> int:
    """Propose for the gaps whose calls have changed; how many of them have a proposal now."""
    awaiting = stored.awaiting_proposals(store)
    if not awaiting:
        return 0
    proposals = [
        proposal for gap in awaiting if (proposal := _proposal(store, finder, gap)) is not None
    ]
    effects = _effects(store, parts, [each for each in proposals if _tried(each.fix)])
    with store.writing() as connection:
        for each in proposals:
            stored.set_proposal(
                connection,
                each.gap.id,
                said=each.said,
                phones=each.sound,
                fix=to_plain(each.fix),
                effect=effects.get(each.gap.id, {}),
                at=now,
            )
        stored.await_nothing(connection)
    return sum(each.fix is not None for each in proposals)


def _proposal(store: Store, finder: Finder, gap: Gap) -> _Proposal | None:
    if gap.state not in OPEN:
        return None
    turns = [
        turn for turn in stored.calls_of(store, gap.id, limit=_LOOKED_AT) if not turn.succeeded
    ]
    records = {each.call.call: each for each in records_of(store, [turn.call for turn in turns])}
    later = next_calls(store, list(records.values()))
    found: list[tuple[Finding, Heard]] = []
    for turn in turns:
        record = records.get(turn.call)
        taken = [each for each in (record.turns if record else ()) if each.number == turn.turn]
        if record is None or not taken:
            continue
        meaning = meaning_of(record, taken[0], later.get(turn.call))
        if gap.meant and not meaning.entry:
            # It sounds like those that somebody labelled, which is why it is here.
            meaning = Meaning(gap.meant, MeantBy.NOBODY)
        utterance = utterance_of(record, taken[0], meaning)
        finding = finder.find(utterance, decision_of(taken[0]))
        found.append((finding, Heard(utterance, record.call.grammar_version)))
    own = [finding for finding, _ in found if finding.kind == gap.kind] or [
        finding for finding, _ in found
    ]
    if not own:
        return None
    heard = [(finding.said, finding.sound) for finding in own]
    named = gap.meant and own[0].kind is GapKind.MISSING_ALIAS
    said, sound = common_name(heard, finder.sound, finder.around) if named else middle(heard)
    fix = propose(finder, own, said, gap.meant)
    return _Proposal(gap, said, sound, fix, tuple(heard for _, heard in found))


def _tried(fix: Fix | None) -> bool:
    return fix is not None and not isinstance(fix, Correction)


def _effects(
    store: Store, parts: Parts, proposals: Sequence[_Proposal]
) -> dict[int, Mapping[str, Any]]:
    """By gap: what its fix would do, told from one trial of all of them together.

    One grammar for all, because making one ready takes seconds. A call that went well and doesn't
    any more counts against the proposals whose words it would then be taken for.
    """
    if not proposals:
        return {}
    before = parts.published()
    fixes = [each.fix for each in proposals if each.fix is not None]
    trial = Judge(with_fixes(before.grammar, fixes), parts.calibrations, parts.costs)
    new = parts.new_since(before.grammar.version, trial.grammar)
    harm = _harm(store, before, trial, new)
    effects: dict[int, Mapping[str, Any]] = {}
    for each in proposals:
        changes = Counter(
            _changed(before, trial, heard, parts.new_since(heard.version, trial.grammar))
            for heard in each.heard
            if before.knows(heard.utterance) and heard.utterance.meant
        )
        text = each.fix.text if isinstance(each.fix, AliasFix) else ""
        effects[each.gap.id] = {
            "fixed": changes[Change.FIXED] + changes[Change.CLEARER],
            "of": sum(changes.values()),
            "ambiguous": harm[text][Change.AMBIGUOUS] if text else 0,
            "broken": harm[text][Change.BROKEN] if text else 0,
            "collisions": _collisions(before.grammar, each.fix),
        }
    return effects


def _changed(before: Judge, after: Judge, heard: Heard, new: frozenset[str]) -> Change:
    utterance = heard.utterance
    was = outcome(utterance, before.decide(utterance)[0])
    return change(was, outcome(utterance, after.decide(utterance, new=new)[0]))


def _harm(
    store: Store, before: Judge, trial: Judge, new: frozenset[str]
) -> defaultdict[str, Counter[Change]]:
    """By new text: what calls that went well would come to because of it."""
    harm: defaultdict[str, Counter[Change]] = defaultdict(Counter)
    for utterance in good_utterances(store, _GOOD):
        if not before.knows(utterance):
            continue
        decision, match = trial.decide(utterance, new=new)
        texts = {candidate.said for candidate in match.candidates[:_TOLD]} & new
        if not texts:
            continue
        was = outcome(utterance, before.decide(utterance)[0])
        came = change(was, outcome(utterance, decision))
        for text in texts:
            harm[text][came] += 1
    return harm


def good_utterances(store: Store, limit: int) -> list[Utterance]:
    """Of the newest calls that went well: what was said, and where it led."""
    turns = went_well(store, limit)
    records: dict[str, CallRecord] = {}
    keys = [turn.call for turn in turns]
    for at in range(0, len(keys), _GOOD):
        for record in records_of(store, keys[at : at + _GOOD]):
            records[record.call.call] = record
    return [
        utterance_of(records[good.call], turn, Meaning(good.entry, MeantBy.CALLER))
        for good in turns
        if good.call in records
        for turn in records[good.call].turns
        if turn.number == good.turn
    ]


def _collisions(grammar: Grammar, fix: Fix | None) -> list[str]:
    clashes: tuple[Collision, ...] = ()
    match fix:
        case AliasFix(entry=entry, text=text):
            clashes = alias_collisions(grammar, text, entry)
        case CarrierFix(text=text, position=position):
            clashes = carrier_collisions(grammar, text, position)
        case PronunciationFix() | Correction() | None:
            pass
    return [told(each) for each in clashes if each.kind is not CollisionKind.ALREADY][:_TOLD]
