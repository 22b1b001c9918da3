"""Names that will fail, worst first, and what would mend each."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from directory.export import safe_cell
from grammar.additions import CollisionKind, alias_collisions
from grammar.decision import Action, Decision, Reason
from grammar.gaps.fixes import AliasFix, Fix, told
from grammar.gaps.kinds import Finder, Finding
from grammar.gaps.proposals import ENOUGH, heard_alike, propose
from grammar.gaps.utterances import MeantBy, Outcome, Utterance
from grammar.hearing import Hypothesis
from grammar.model import Entry, Grammar
from switchboard.measures.share import Share
from switchboard.storage.simulations import Simulated
from switchboard.uat.items import ItemKind
from switchboard.uat.items import Outcome as TrialOutcome
from switchboard.uat.results import Trial
from switchboard.uat.simulation.running import UNSPOKEN

_MISROUTED_WEIGHT = 5
"""A wrong transfer is worse than a question: it counts as so many calls that were not understood.
Raising it puts names first that somebody else is reached by."""


@dataclass(frozen=True, slots=True)
class Failing:
    """One entry that some voices failed to reach.

    `right` is of its utterances, asked back or not; `heard` what was understood instead and how
    often, `instead` the names of who was offered or connected. `fix` is None where only people can
    tell what would help, or more than words: `mend` says so.
    """

    entry: Entry
    right: Share
    misrouted: int
    calls: int
    heard: tuple[tuple[str, int], ...]
    instead: tuple[str, ...]
    fix: Fix | None
    mend: str


def failing(rows: Iterable[Simulated], grammar: Grammar) -> tuple[Failing, ...]:
    """Entries by the harm that they do: how often they are called, how often they fail, and
    whether somebody else is reached instead."""
    finder = Finder(grammar)
    entries = {entry.key: entry for entry in grammar.entries}
    calls = dict(grammar.call_counts)
    spoken: defaultdict[str, list[Simulated]] = defaultdict(list)
    for row in rows:
        if row.outcome != UNSPOKEN and row.entry in entries:
            spoken[row.entry].append(row)
    found = [
        _failing(entries[key], own, finder, entries, calls.get(key, 0))
        for key, own in spoken.items()
        if not all(Outcome(row.outcome).right for row in own)
    ]
    return tuple(sorted(found, key=_harm))


def failing_csv(found: Iterable[Failing]) -> str:
    """As a spreadsheet opens it, without harm. Lines end in CRLF (RFC 4180)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(
        [
            "Key",
            "Name",
            "Department",
            "Calls",
            "Right",
            "Of",
            "Misrouted",
            "Heard",
            "Instead",
            "Mend",
        ]
    )
    for each in found:
        heard = "; ".join(f"{text} ({count})" for text, count in each.heard)
        counts = (each.calls, each.right.count, each.right.total, each.misrouted)
        cells = (each.entry.key, each.entry.name, each.entry.department, *map(str, counts))
        writer.writerow(map(safe_cell, (*cells, heard, "; ".join(each.instead), each.mend)))
    return text.getvalue()


def trials(rows: Iterable[Simulated], grammar: Grammar) -> list[Trial]:
    """As results count calls. A caller who is offered the right name says yes."""
    departments = {entry.key: entry.department or entry.name for entry in grammar.entries}
    return [
        Trial(
            kind=ItemKind.CALLED,
            outcome=_AS_TRIAL[Outcome(row.outcome)],
            channel=row.channel,
            voice=row.voice,
            department=departments.get(row.entry, ""),
            waits_ms=() if row.wait_ms is None else (row.wait_ms,),
        )
        for row in rows
        if row.outcome != UNSPOKEN
    ]


_AS_TRIAL = {
    Outcome.CONNECTED: TrialOutcome.RIGHT,
    Outcome.OFFERED: TrialOutcome.RIGHT,
    Outcome.UNHELPED: TrialOutcome.FELL_BACK,
    Outcome.WRONG_OFFER: TrialOutcome.FELL_BACK,
    Outcome.MISROUTED: TrialOutcome.WRONG,
}


def _harm(each: Failing) -> tuple[float, str, str]:
    failed = each.right.total - each.right.count + _MISROUTED_WEIGHT * each.misrouted
    return -failed / each.right.total * (1 + each.calls), each.entry.name, each.entry.key


def _failing(
    entry: Entry,
    rows: list[Simulated],
    finder: Finder,
    entries: Mapping[str, Entry],
    calls: int,
) -> Failing:
    failed = [row for row in rows if not Outcome(row.outcome).right]
    heard = Counter(row.transcript for row in failed if row.transcript)
    others = Counter(
        entries[row.reached].name
        for row in failed
        if row.reached in entries and row.reached != entry.key
    )
    fix = _fix(finder, entry, failed)
    return Failing(
        entry=entry,
        right=Share(len(rows) - len(failed), len(rows)),
        misrouted=sum(row.outcome == Outcome.MISROUTED for row in rows),
        calls=calls,
        heard=tuple(heard.most_common(4)),
        instead=tuple(name for name, _ in others.most_common(3)),
        fix=fix,
        mend=told(fix, entry.name)
        if fix
        else _advice(rows, failed, _taken_for(entry, failed, entries)),
    )


def _fix(finder: Finder, entry: Entry, failed: list[Simulated]) -> Fix | None:
    """What gap detection would propose, were these real calls."""
    findings: defaultdict[str, list[Finding]] = defaultdict(list)
    for row in failed:
        heard = (Hypothesis(row.transcript, 0.0),) if row.transcript else ()
        utterance = Utterance(heard, meant=entry.key, meant_by=MeantBy.TESTER)
        decision = Decision(Action(row.action), Reason(row.reason))
        finding = finder.find(utterance, decision)
        findings[finding.kind].append(finding)
    for own in sorted(findings.values(), key=len, reverse=True):
        middle = Counter(each.said for each in own).most_common(1)[0][0]
        fix = propose(finder, own, middle, entry.key)
        # These callers said the name itself: what one was heard as is no other name of it, and
        # neither is what others are asked for by.
        if isinstance(fix, AliasFix) and (
            heard_alike(finder, own, middle) < ENOUGH or _is_of_others(finder, fix)
        ):
            continue
        if fix is not None:
            return fix
    return None


def _is_of_others(finder: Finder, fix: AliasFix) -> bool:
    collisions = alias_collisions(finder.grammar, fix.text, fix.entry)
    return any(
        each.kind in {CollisionKind.SAME_WORDS, CollisionKind.SAME_SOUND} for each in collisions
    )


def _taken_for(entry: Entry, failed: list[Simulated], entries: Mapping[str, Entry]) -> str:
    """Who was connected instead, or offered more than once; "" for nobody."""
    reached = Counter(row.reached for row in failed if row.reached not in {entry.key, ""})
    connected = {row.reached for row in failed if row.outcome == Outcome.MISROUTED}
    for key, count in reached.most_common():
        if key in entries and (count >= ENOUGH or key in connected):
            return entries[key].name
    return ""


def _advice(rows: list[Simulated], failed: list[Simulated], other: str) -> str:
    if other:
        return (
            f"Sounds like {other}: give one of them a known-as name or a job title by which "
            "callers can ask, and have people test it."
        )
    if not any(row.transcript for row in failed):
        return "Nothing was understood: listen to how it is said, and set its pronunciation."
    if len(failed) == 1 < len(rows):
        return (
            f"One of {len(rows)} calls failed ({failed[0].voice}, {failed[0].channel}): nothing to "
            "change before people fail with it, too."
        )
    each_other = len({row.transcript for row in failed}) == len(failed)
    why = "Each failed call was understood differently" if each_other else "No words would help"
    return (
        f"{why}: listen to how the name is said, and have people test it before anything is "
        "changed."
    )
