"""Every stored labelled turn decided again: under the draft, beside the grammar in force.

stored hypotheses and evidence ──match──▶ in force ─┐
                              └──match──▶ draft ────┴─▶ fixed, broken, clearer, ambiguous, same
stored sound ──engine, knowing the draft──▶ match ──▶ draft, where the sound is kept
"""

from __future__ import annotations

import io
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import soundfile

from grammar.decision import Decision
from grammar.gaps.utterances import Change, Judge, Outcome, Utterance, change, outcome
from grammar.matching import Match
from grammar.model import Grammar
from grammar.versions import version_of
from switchboard.errors import UserError
from switchboard.gaps.labelled import GONE_WELL, Labelled, choose, read
from switchboard.gaps.parts import Parts
from switchboard.recognition.port import Recognition
from switchboard.recognition.port import Utterance as Sound
from switchboard.settings import Settings
from switchboard.storage import replays
from switchboard.storage.call_records import turn_sound
from switchboard.storage.publishing import published_version
from switchboard.storage.replays import Replay, Result
from switchboard.storage.store import Store
from switchboard.wiring import UNHURRIED, wired

log = logging.getLogger(__name__)

Hears = Callable[[bytes], Recognition | None]
"""What the engine makes of a turn's FLAC under the draft; None when it fails."""

MOST_SOUNDS = 300
"""Turns whose sound the engine hears again: about a second each. Raising it takes longer."""

_STEP = 50
"""Turns between two looks of the progress bar."""


@contextmanager
def engine_of(settings: Settings, grammar: Grammar) -> Iterator[Hears]:
    """The settings' engines, knowing this grammar. Raises UserError when there are none."""
    with wired(settings, grammar, workers=1, limits=UNHURRIED) as board:

        def hear(flac: bytes) -> Recognition | None:
            samples, rate = soundfile.read(io.BytesIO(flac), dtype="int16")
            return board.router.decide(Sound(samples, rate)).recognition

        yield hear


@dataclass(frozen=True, slots=True)
class _Bench:
    """What a replay works with; `before` decides by the grammar in force, `after` by the draft."""

    store: Store
    parts: Parts
    before: Judge
    after: Judge
    hears: Hears | None


def draft_key(draft: Grammar) -> str:
    """What a replay of the draft is known by: its version but for how often entries are called.
    Those counts change with every day's calls, and a replay must last until it is looked at."""
    if draft.version not in _keys:
        # Few, and short; the digest of a large grammar takes seconds, and pages ask for it.
        if len(_keys) >= _KEYS:
            _keys.clear()
        _keys[draft.version] = version_of(replace(draft, call_counts=()))
    return _keys[draft.version]


_KEYS = 100
_keys: dict[str, str] = {}


def begin(store: Store, draft: Grammar, *, actor: str) -> int:
    """A replay of the draft against the grammar in force, not run yet; its id, for `run`.

    Raises UserError before the first publication."""
    against = published_version(store)
    if against is None:
        raise UserError(
            "No grammar is published yet, so there is nothing to compare the draft with; run: "
            "switchboard grammar publish."
        )
    total = choose(store, GONE_WELL).calls
    return replays.begin(store, draft_key(draft), against, total=total, actor=actor)


def run(
    parts: Parts,
    draft: Grammar,
    number: int,
    *,
    hears: Hears | None = None,
    tell: Callable[[Replay], None] | None = None,
) -> Replay:
    """Run it to its end. `tell` is called from time to time. A fault ends the replay as failed,
    and is raised."""
    store = parts.store
    try:
        bench = _Bench(store, parts, parts.published(), parts.judge(draft), hears)
        _run(bench, number, tell)
    except UserError as error:
        replays.finish(store, number, str(error))
        raise
    except Exception:
        replays.finish(store, number, "A fault in the program, which is in its log.")
        raise
    replays.finish(store, number)
    return replays.replay_of(store, number)


def _run(bench: _Bench, number: int, tell: Callable[[Replay], None] | None) -> None:
    store = bench.store
    counts: Counter[str] = Counter()
    for batch in read(store, choose(store, GONE_WELL)):
        found: list[Result] = []
        seen: set[str] = set()
        for at, each in enumerate(batch, start=1):
            if bench.before.knows(each.utterance):
                result = _replayed(bench, each, by_sound=counts["by_sound"] < MOST_SOUNDS)
                counts["by_sound"] += result is not None and result.by_sound
                if result is not None and result.change != Change.SAME:
                    counts[result.change] += 1
                    found.append(result)
            if each.call not in seen:
                seen.add(each.call)
                counts["done"] += 1
            if at % _STEP == 0 or at == len(batch):
                replays.progress(store, number, found, counts)
                found = []
                if tell is not None:
                    tell(replays.replay_of(store, number))
    # Turns without words, and calls deleted meanwhile, count as looked at.
    total = replays.replay_of(store, number).total
    replays.progress(store, number, (), {**counts, "done": total})


def _replayed(bench: _Bench, each: Labelled, *, by_sound: bool) -> Result | None:
    """None when the draft decides as was decided on the call, by the grammar still in force."""
    new = bench.parts.new_since
    heard = _heard_again(bench, each) if by_sound else None
    if heard is not None:
        after = _decided(bench.after, heard, frozenset())
    else:
        after = _decided(bench.after, each.utterance, new(each.version, bench.after.grammar))
        # Most calls: deciding them by the old grammar, too, would take as long again.
        unchanged = (each.action, each.options) == (after.action, after.options)
        if unchanged and each.version == bench.before.grammar.version:
            return None
    known = new(each.version, bench.before.grammar)
    before = _decided(bench.before, each.utterance, known)
    return Result(
        each.call,
        each.turn,
        change(before.outcome, after.outcome).value,
        each.utterance.meant,
        each.utterance.meant_by.value,
        heard is not None,
        before.told(),
        after.told(),
    )


def _heard_again(bench: _Bench, each: Labelled) -> Utterance | None:
    if bench.hears is None or not each.with_audio:
        return None
    flac = turn_sound(bench.store, each.call, each.turn)
    heard = bench.hears(flac) if flac else None
    if heard is None:
        return None
    return replace(
        each.utterance,
        hypotheses=heard.hypotheses,
        evidence=heard.evidence,
        speech_probability=heard.speech_probability,
        engine=heard.engine,
    )


@dataclass(frozen=True, slots=True)
class _Decided:
    decision: Decision
    match: Match
    outcome: Outcome

    @property
    def action(self) -> str:
        return self.decision.action.value

    @property
    def options(self) -> tuple[str, ...]:
        return tuple(option.entry.key for option in self.decision.options)

    def told(self) -> dict[str, Any]:
        """As `Result` has it."""
        best = self.match.candidates[0] if self.match.candidates else None
        return {
            "action": self.action,
            "outcome": self.outcome.value,
            "options": [
                {
                    "key": option.entry.key,
                    "name": option.entry.name,
                    "department": option.entry.department,
                }
                for option in self.decision.options
            ],
            "said": best.said if best else "",
            "probability": round(best.probability, 3) if best else None,
        }


def _decided(judge: Judge, utterance: Utterance, new: frozenset[str]) -> _Decided:
    decision, match = judge.decide(utterance, new=new)
    return _Decided(decision, match, outcome(utterance, decision))
