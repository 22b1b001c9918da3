"""Routes labelled calls, and grades the switchboard and the plain peer on the same audio."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np

from benchmarks.plain_ear import PlainEar
from grammar.model import Grammar
from switchboard.audio.files import read_audio
from switchboard.measures.accuracy import Accuracy, accuracy
from switchboard.measures.grading import Grade, Wanted, grade
from switchboard.measures.manifest import Labelled
from switchboard.measures.plain_peer import PlainPeer
from switchboard.measures.share import Share
from switchboard.routing import Routed
from switchboard.settings import default_settings
from switchboard.wiring import UNHURRIED, Wired, wired

SHARES = ("right", "offered", "misrouted", "intruded")


@dataclass(frozen=True, slots=True)
class Graded:
    """One call, routed by both. `peer_cpu`: CPU-seconds of the peer's transcript."""

    columns: Mapping[str, str]
    routed: Routed
    ours: Grade
    peer: Grade
    peer_cpu: float


def run(
    calls: Sequence[Labelled], grammar: Grammar, engine: str, calibration: Path | None = None
) -> list[Graded]:
    """Route every call with one worker, and through the plain peer with a transcript of its own.

    `calibration` stands in for the shipped one.
    """
    settings = default_settings()
    if calibration is not None:
        decision = replace(settings.decision, calibration=str(calibration))
        settings = replace(settings, decision=decision)
    peer, ear = PlainPeer(grammar), PlainEar()
    with (
        wired(settings, grammar, engine=engine, workers=1, limits=UNHURRIED) as board,
        click.progressbar(calls, label=f"{len(calls)} calls with {board.engine}") as progress,
    ):
        return [_graded(call, board, peer, ear) for call in progress]


def _graded(call: Labelled, board: Wired, peer: PlainPeer, ear: PlainEar) -> Graded:
    audio = read_audio(call.path)
    routed = board.router.route(audio.samples, audio.rate)
    transcript, cpu = ear.transcribe(audio.samples, audio.rate)
    theirs = grade(call.expected, peer.decide(transcript))
    return Graded(call.columns, routed, grade(call.expected, routed.decision), theirs, cpu)


def destination_accuracy(grades: Iterable[Grade]) -> Accuracy:
    """As `accuracy`, but right and offered are of the calls with one destination alone."""
    all_ = list(grades)
    found = accuracy(all_)
    named = accuracy(each for each in all_ if each.wanted is Wanted.TRANSFER)
    return Accuracy(found.calls, named.right, named.offered, found.misrouted, found.intruded)


def share_row(
    name: str, share: str, ours: Accuracy, peer: Accuracy, reach: str
) -> tuple[str, str, str, str]:
    """A measure beside its aim and the plain peer."""
    return name, reach, str(getattr(ours, share)), str(getattr(peer, share))


def numbers(found: Accuracy) -> dict[str, list[int]]:
    """Counts and totals, for JSON."""
    shares: dict[str, Share] = {name: getattr(found, name) for name in SHARES}
    return {name: [share.count, share.total] for name, share in shares.items()}


def cpu_seconds(calls: Iterable[Graded]) -> list[float]:
    """What each recognition took of one core, in seconds, least first."""
    return sorted(each.routed.recognition.cpu_seconds for each in calls if each.routed.recognition)


def percentile(values: Sequence[float], percent: float) -> float:
    """NaN of nothing."""
    return float(np.percentile(values, percent)) if len(values) else float("nan")
