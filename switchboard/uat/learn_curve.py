"""How well does the loop learn? Simulated callers use names that the grammar lacks, round by round.

    round 0   ask ── test calls, with the grammar as it is
    round n   calls of that round ─▶ failed ─▶ the operator says who ─▶ gaps ─▶ proposals accepted
              ─▶ replayed ─▶ published ─▶ the same test calls again

Test calls are of other callers than those that teach: other carrier phrases, other errors, other
voices. What they say comes through a line: as text with errors, or as sound through an engine.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from grammar.decision import Action, Decision
from grammar.gaps.utterances import Outcome, Utterance, outcome
from grammar.model import FormKind, Grammar
from grammar.text import normalise
from switchboard.calls.record import (
    CallEnded,
    CallStarted,
    Channel,
    Entry,
    Noted,
    TransferBegun,
    TransferDone,
    TurnTaken,
)
from switchboard.errors import UserError
from switchboard.gaps import accepting, replaying
from switchboard.gaps.detecting import detect
from switchboard.gaps.parts import Parts
from switchboard.gaps.publishing import needed, publish_checked
from switchboard.measures.share import Share
from switchboard.storage import gaps as stored
from switchboard.storage import replays
from switchboard.storage.call_labels import Wanted, label_call
from switchboard.storage.calls import write_entries
from switchboard.storage.gaps import GapFilter, GapState
from switchboard.storage.store import Store
from switchboard.uat.lines import Line, Sound, TextLine
from switchboard.uat.noisy_channel import vocabulary
from switchboard.uat.unknown_aliases import Half, UnknownAlias, unknown_aliases

_CARRIERS = (
    "{}", "{} please", "can i speak to {} please", "could you put me through to {}",
    "hello {} please", "i would like to speak to {}", "put me through to {} please",
)  # fmt: skip
_ACTOR = "learn-curve"
_WHOLE = frozenset({FormKind.FULL_NAME, FormKind.KNOWN_AS, FormKind.DEPARTMENT, FormKind.ALIAS})


@dataclass(frozen=True, slots=True)
class Plan:
    """`aliases` unknown names; `calls` a round by them, in which few come often and most seldom,
    and `known` times as many by known names, in tests too; each caller has `tries`. On a line of
    text `word_errors` and `unwritable` are the shares of words taken for another, and of words that
    the engine can't write at all, and `engine` names the calibration. `labelled` is the share of
    failed calls of which an operator says who was meant."""

    half: Half = Half.TEST
    aliases: int = 80
    calls: int = 240
    rounds: int = 5
    word_errors: float = 0.12
    unwritable: float = 0.1
    labelled: float = 0.8
    engine: str = "vosk"
    seed: int = 1
    known: float = 1.0
    tries: int = 2


@dataclass(frozen=True, slots=True)
class Point:
    """After so many rounds. `aliases`: test calls by unknown names that are put through to the
    right place or offered it; `mended`: of those that failed at first; `known`: test calls by
    names that the grammar has; `misrouted`: of all test calls and of `strangers`, who ask for
    nobody in the directory."""

    rounds: int
    aliases: Share
    mended: Share
    known: Share
    misrouted: Share
    strangers: Share
    accepted: int


@dataclass(frozen=True, slots=True)
class _Said:
    """By a caller who means that entry, "" for nobody in the directory."""

    sound: Sound
    meant: str


@dataclass(frozen=True, slots=True)
class _Test:
    alias: tuple[_Said, ...]
    known: tuple[_Said, ...]
    strangers: tuple[_Said, ...]


class LearnCurve:
    """One experiment on a store of its own, whose grammar is published. Changes that store.

    Callers come through `line`; without one, through a line of text as the plan says.
    """

    def __init__(self, store: Store, parts: Parts, plan: Plan, line: Line | None = None) -> None:
        self._store, self._parts, self._plan = store, parts, plan
        engine = line.engine if line else plan.engine
        if engine not in parts.calibrations:
            raise UserError(f"There is no calibration for the engine {engine}.")
        grammar = parts.published().grammar
        chance = _chance(f"{plan.seed} aliases")
        self.aliases = unknown_aliases(grammar, plan.half, plan.aliases, chance)
        if not self.aliases:
            raise UserError("The directory has nobody who could be asked for by another name.")
        texts = [form.text for form in grammar.forms] + [each.text for each in self.aliases]
        carriers = [normalise(carrier.format("")) for carrier in _CARRIERS]
        reachable = {entry.key for entry in grammar.entries if entry.number and not entry.has_left}
        self._known = [
            form for form in grammar.forms if form.kind in _WHOLE and form.entry in reachable
        ]
        carriers += [each.text for each in grammar.carriers]
        words = vocabulary(texts, carriers, 1 - plan.unwritable, chance)
        self._line = line or TextLine(plan.engine, words, plan.word_errors)
        self._test = self._make_test(grammar)
        self._now = datetime.now(UTC)
        self._calls = 0
        self._accepted = 0

    def run(
        self,
        tell: Callable[[Point], None] | None = None,
        measured: Callable[[int], bool] = lambda _: True,
    ) -> list[Point]:
        """The points of rounds 0 to the last that are to be `measured`; `tell` hears of each as it
        comes. Round 0 always is."""
        first = self._outcomes(self._test.alias)
        points: list[Point] = []
        for number in range(self._plan.rounds + 1):
            if number:
                self._call(_chance(f"{self._plan.seed} round {number}"))
                self._learn()
            if number and not measured(number):
                continue
            points.append(self._point(number, first))
            if tell is not None:
                tell(points[-1])
        return points

    def _point(self, number: int, first: Sequence[Outcome]) -> Point:
        aliases = self._outcomes(self._test.alias) if number else list(first)
        known = self._outcomes(self._test.known)
        strangers = self._outcomes(self._test.strangers)
        of_failed = [now for now, then in zip(aliases, first, strict=True) if not then.right]
        wrong = [each is Outcome.MISROUTED for each in (*aliases, *known)]
        return Point(
            number,
            _share(each.right for each in aliases),
            _share(each.right for each in of_failed),
            _share(each.right for each in known),
            _share(wrong),
            _share(each is Outcome.MISROUTED for each in strangers),
            self._accepted,
        )

    def _make_test(self, grammar: Grammar) -> _Test:
        """Two calls for each unknown name, as many by known names, and strangers."""
        chance = _chance(f"{self._plan.seed} test")
        count = round(2 * len(self.aliases) * self._plan.known)
        known = chance.sample(self._known, min(len(self._known), count))
        others = Half.TUNE if self._plan.half is Half.TEST else Half.TEST
        strangers = unknown_aliases(grammar, others, len(self.aliases), chance)
        return _Test(
            tuple(self._said(each, chance, teaching=False) for each in self._asked(chance, 2)),
            tuple(
                self._said(UnknownAlias(form.text, form.entry, "known"), chance, teaching=False)
                for form in known
            ),
            tuple(
                replace(self._said(each, chance, teaching=False), meant="")
                for each in strangers
                if each.kind in {"married", "everyday"}
            ),
        )

    def _said(self, alias: UnknownAlias, chance: random.Random, *, teaching: bool) -> _Said:
        text = normalise(chance.choice(_CARRIERS).format(alias.text))
        return _Said(self._line.say(text, chance, teaching=teaching), alias.entry)

    def _heard(self, said: Sequence[_Said]) -> list[Utterance]:
        """As the engine hears it under the grammar in force."""
        grammar = self._parts.published().grammar
        heard = self._line.hear([each.sound for each in said], grammar)
        return [
            replace(utterance, meant=each.meant, for_nobody=not each.meant)
            for utterance, each in zip(heard, said, strict=True)
        ]

    def _outcomes(self, said: Sequence[_Said]) -> list[Outcome]:
        judge = self._parts.published()
        return [outcome(each, judge.decide(each)[0]) for each in self._heard(said)]

    def _call(self, chance: random.Random) -> None:
        """A round's calls, stored as the service stores them."""
        unknown = self._asked(chance, self._plan.calls / len(self.aliases))
        known = [UnknownAlias(form.text, form.entry, "known") for form in self._known]
        of_known = chance.choices(known, k=round(self._plan.calls * self._plan.known))
        calls: list[tuple[UnknownAlias, list[_Said], bool]] = []
        for alias in (*unknown, *of_known):
            said = [self._said(alias, chance, teaching=True) for _ in range(self._plan.tries)]
            calls.append((alias, said, chance.random() < self._plan.labelled))
        heard = iter(self._heard([each for _, said, _ in calls for each in said]))
        for alias, said, labelled in calls:
            self._store_call(alias, [next(heard) for _ in said], labelled=labelled)

    def _asked(self, chance: random.Random, each: float) -> list[UnknownAlias]:
        """Unknown names as callers use them, `each` times on average: a few often, most seldom."""
        weights = [1 / (place + 1) for place in range(len(self.aliases))]
        return chance.choices(self.aliases, weights, k=round(each * len(self.aliases)))

    def _store_call(
        self, alias: UnknownAlias, said: Sequence[Utterance], *, labelled: bool
    ) -> None:
        judge = self._parts.published()
        self._calls += 1
        self._now += timedelta(minutes=1)
        call, at = f"simulated-{self._calls}", self._now
        entries: list[Entry] = [
            CallStarted(
                call, at, Channel.SIMULATED, "internal", f"caller {self._calls}", "", "",
                judge.grammar.version, self._line.engine, "",
            )
        ]  # fmt: skip
        reached = ""
        for number, utterance in enumerate(said, start=1):
            decision, _ = judge.decide(utterance)
            keys = tuple(option.entry.key for option in decision.options)
            entries.append(_turn(call, number, at, utterance, decision))
            result = outcome(utterance, decision)
            if result.right or result is Outcome.MISROUTED:
                reached = alias.entry if result.right else keys[0]
                break
            if decision.action in {Action.CONFIRM, Action.DISAMBIGUATE}:
                entries.append(Noted(call, at, number, "declined", keys, ""))
        if reached:
            entries.append(TransferBegun(call, 1, at, "", reached, "entry"))
        else:
            entries.append(Noted(call, at, len(said), "fallback", (), "not_understood"))
            entries.append(TransferBegun(call, 1, at, "", "", "operator"))
        entries.append(TransferDone(call, 1, at, "connected", "refer"))
        ending = "transferred" if reached else "operator"
        entries.append(CallEnded(call, at, ending, "", emergency=False))
        write_entries(self._store, entries)
        if labelled and reached != alias.entry:
            label_call(self._store, call, Wanted.ENTRY, entry=alias.entry, actor=_ACTOR, at=at)

    def _learn(self) -> None:
        """Find, accept what harms nothing, replay, take back what breaks calls, publish."""
        self._now += timedelta(hours=1)
        detect(self._store, self._parts, now=self._now)
        proposed = GapFilter(states=(GapState.PROPOSED, GapState.REOPENED))
        taken = []
        for gap in stored.find_gaps(self._store, proposed, limit=None):
            if gap.fix and gap.effect and not gap.effect["broken"] and gap.effect["fixed"]:
                accepting.accept(self._store, gap.id, actor=_ACTOR)
                taken.append(gap)
        draft = self._parts.draft()
        if not needed(self._store, self._parts.published().grammar, draft):
            return
        number = replaying.begin(self._store, draft, actor=_ACTOR)
        if replaying.run(self._parts, draft, number).broken:
            said = {
                each.after["said"] for each in replays.results_of(self._store, number, "broken")
            }
            for gap in taken:
                if gap.fix.get("text") in said:
                    accepting.refuse(self._store, gap.id, "breaks calls", actor=_ACTOR)
            draft = self._parts.draft()
            number = replaying.begin(self._store, draft, actor=_ACTOR)
            replaying.run(self._parts, draft, number)
        publish_checked(self._store, draft, actor=_ACTOR, override="simulated")
        states = (GapState.RELEASED, GapState.VERIFIED)
        self._accepted = stored.count_gaps(self._store, GapFilter(states=states))


def _turn(
    call: str, number: int, at: datetime, utterance: Utterance, decision: Decision
) -> TurnTaken:
    return TurnTaken(
        call=call,
        number=number,
        at=at,
        prompt="",
        expecting="name",
        outcome="heard",
        transcript=utterance.transcript,
        hypotheses=tuple(
            {"text": each.text, "source": each.source, "log_likelihood": each.log_likelihood}
            for each in utterance.hypotheses
        ),
        keys="",
        action=decision.action.value,
        reason=decision.reason.value,
        candidates=(),
        evidence=tuple(
            [each.text, each.relative, each.support, each.per_token, each.ending]
            for each in utterance.evidence
        ),
        speech_probability=utterance.speech_probability,
        options=tuple(option.entry.key for option in decision.options),
        probability=None,
        timings_ms={},
    )


def _chance(seed: str) -> random.Random:
    return random.Random(seed)  # noqa: S311  callers are simulated, not secured


def _share(hits: Iterator[bool] | Sequence[bool]) -> Share:
    counted = [bool(each) for each in hits]
    return Share(sum(counted), len(counted))
