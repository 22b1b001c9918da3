"""What a campaign's calls show so far."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from switchboard.measures.share import Share
from switchboard.uat.items import ItemKind, Outcome, Problem, Verdict

LONGEST_WAIT_MS = 800.0
"""From the end of speech to the decision: what 95% of turns must keep within."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One test call with all that results are grouped by. `voice` is who spoke: a tester, or a
    synthetic voice."""

    kind: ItemKind
    outcome: Outcome
    channel: str
    voice: str
    department: str = ""
    accent: str = ""
    verdict: Verdict = Verdict.NONE
    problem: Problem = Problem.NONE
    waits_ms: tuple[float, ...] = ()

    @property
    def counts(self) -> bool:
        return self.verdict is not Verdict.ASKED_OTHERWISE

    @property
    def is_right(self) -> bool:
        """The tester's word outranks the record, which knows only the directory's numbers."""
        return self.outcome is Outcome.RIGHT and self.verdict is not Verdict.NO

    @property
    def is_wrong(self) -> bool:
        """Connected where nobody wanted to go."""
        told = self.verdict is Verdict.NO and self.problem is Problem.WRONG_PLACE
        return self.outcome is Outcome.WRONG or (told and self.outcome is Outcome.RIGHT)


@dataclass(frozen=True, slots=True)
class Figures:
    """`correct` and `wrong` are of calls that had somebody to reach, `false_accepts` of decoys,
    `in_time` of turns."""

    calls: int
    correct: Share
    wrong: Share
    false_accepts: Share
    in_time: Share
    p95_ms: float | None


def figures(trials: Iterable[Trial]) -> Figures:
    """Of all trials that count."""
    counted = [each for each in trials if each.counts]
    reachable = [each for each in counted if each.kind is not ItemKind.DECOY]
    decoys = [each for each in counted if each.kind is ItemKind.DECOY]
    waits = sorted(wait for each in counted for wait in each.waits_ms)
    return Figures(
        calls=len(counted),
        correct=_share(reachable, lambda each: each.is_right),
        wrong=_share(reachable, lambda each: each.is_wrong),
        false_accepts=_share(decoys, lambda each: each.outcome is Outcome.FALSE_ACCEPT),
        in_time=Share(sum(wait <= LONGEST_WAIT_MS for wait in waits), len(waits)),
        p95_ms=waits[-(-95 * len(waits) // 100) - 1] if waits else None,
    )


def grouped(trials: Iterable[Trial], by: Callable[[Trial], str]) -> Mapping[str, Figures]:
    """Figures for each value of `by`, the most calls first; trials without one are left out.
    Capitals don't matter: a group is called what most of its trials call it."""
    groups: defaultdict[str, list[Trial]] = defaultdict(list)
    for each in trials:
        if each.counts and by(each):
            groups[by(each).casefold()].append(each)
    ordered = sorted(groups.values(), key=lambda own: (-len(own), by(own[0]).casefold()))
    return {Counter(map(by, own)).most_common(1)[0][0]: figures(own) for own in ordered}


GROUPINGS: Mapping[str, Callable[[Trial], str]] = {
    "type": lambda each: each.kind.value,
    "department": lambda each: each.department,
    "channel": lambda each: each.channel,
    "accent group": lambda each: " ".join(each.accent.split()),
    "voice": lambda each: each.voice,
}


def _share(trials: Sequence[Trial], matches: Callable[[Trial], bool]) -> Share:
    return Share(sum(map(matches, trials)), len(trials))
