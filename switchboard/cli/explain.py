"""`switchboard explain`: the whole reasoning for one call, for complaints and for tuning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from grammar.calibration import Calibration
from grammar.decision import Costs, Reason, possible_actions
from grammar.hearing import FormEvidence
from grammar.matching import Candidate, Match, Matcher
from grammar.phones import to_ipa
from switchboard.audio.files import read_audio
from switchboard.cli.calls_table import called, in_words, whereto
from switchboard.cli.engine_options import engine_option
from switchboard.cli.options import database_option, settings_option
from switchboard.errors import EngineError
from switchboard.measures.reasoning import Contribution, of_candidate, of_none, what_would_change
from switchboard.measures.tables import aligned
from switchboard.recognition.port import Recognition
from switchboard.routing import Routed
from switchboard.settings import Settings
from switchboard.wiring import UNHURRIED, calibrations_of, grammar_in_force, wired

_HYPOTHESES = 8
_READINGS = 8
_CANDIDATES = 5
_EVIDENCE = 8
_WORTH_TELLING = 0.005
"""Probability of a command below which it was never in question."""


@click.command("explain")
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@engine_option
@database_option
@settings_option
def command(file: Path, *, engine: str | None, database: str | None, settings: Settings) -> None:
    """Print what was heard in FILE, whom it may mean and why, and how it was decided."""
    audio = read_audio(file)
    grammar = grammar_in_force(database, settings)
    with wired(settings, grammar, engine=engine, workers=1, limits=UNHURRIED) as board:
        routed = board.router.route(audio.samples, audio.rate)
        name = board.engine
    seconds = len(audio.samples) / audio.rate
    click.echo(f"{file}: {seconds:.1f} s at {audio.rate} Hz; {name}, grammar {grammar.version}")
    if routed.recognition is not None and routed.match is not None:
        calibration = calibrations_of(settings)[routed.recognition.engine]
        matcher = Matcher(grammar)
        for part in (
            _heard(routed.recognition),
            _readings(routed.recognition, matcher),
            _acoustics(routed.recognition.evidence),
            _candidates(routed, matcher, calibration),
            _costs(routed.match, settings.decision.costs()),
        ):
            click.echo("\n" + "\n".join(part))
    click.echo("\n" + "\n".join(_decision(routed, settings.decision.costs())))
    if routed.decision.reason is Reason.ENGINE_FAILED:
        raise EngineError("The engine failed on this file; the log at level warning says how.")


def _heard(recognition: Recognition) -> Iterator[str]:
    if recognition.opinions > 1:
        yield "Heard by the larger model, too: the first one alone left doubt."
    yield "Heard, likeliest first (log-likelihoods compare within this call only):"
    yield aligned(
        ("", "nats", "decode"),
        [
            (f"  “{each.text}”", f"{each.log_likelihood:.1f}", each.source)
            for each in recognition.hypotheses[:_HYPOTHESES]
        ],
    )
    if recognition.speech_probability is not None:
        yield f"Probability that there was speech: {recognition.speech_probability:.2f}"


def _readings(recognition: Recognition, matcher: Matcher) -> Iterator[str]:
    """How the likeliest hypotheses were read: which words name somebody."""
    yield "Read as (name, what narrows it down, share of words left over):"
    heard = matcher.hear(recognition.hypotheses)
    rows = list(zip(heard.readings, heard.queries, strict=True))
    yield aligned(
        ("", "phones", "narrowed by", "left over"),
        [
            (
                f"  “{reading.core}”",
                to_ipa(query.phones),
                reading.qualifier or "-",
                f"{reading.unexplained:.0%}",
            )
            for reading, query in rows[:_READINGS]
        ],
    )


def _acoustics(evidence: Iterable[FormEvidence]) -> Iterator[str]:
    best = sorted(evidence, key=lambda each: -each.relative)[:_EVIDENCE]
    if not best:
        yield "The engine gave no acoustic evidence for any text."
        return
    yield "How well texts fit the sound, beside the likeliest transcript (0 is as well, in nats):"
    yield aligned(
        ("", "whole", "a token"),
        [(f"  “{each.text}”", f"{each.relative:.1f}", f"{each.per_token:.2f}") for each in best],
    )


def _candidates(routed: Routed, matcher: Matcher, calibration: Calibration) -> Iterator[str]:
    match, recognition = routed.match, routed.recognition
    assert match is not None and recognition is not None  # noqa: S101, PT018 as the caller saw to
    yield "Who may be meant (each part: feature's value x weight = nats):"
    for candidate in match.candidates[:_CANDIDATES]:
        yield f"  {candidate.probability:.3f}  {_named(candidate)}"
        yield from _parts(of_candidate(candidate, calibration))
    for told, probability in match.commands.items():
        if probability < _WORTH_TELLING:
            continue
        yield f"  {probability:.3f}  the command “{told.value}”"
    yield f"  {match.none:.3f}  nobody in the grammar"
    prepared = matcher.prepare(
        recognition.hypotheses, recognition.evidence, recognition.speech_probability
    )
    if prepared is not None:
        yield from _parts(of_none(prepared.none, calibration))


def _named(candidate: Candidate) -> str:
    others = len(candidate.entries) - 1
    shared = f", a desk shared with {others} more" if others else ""
    return f"{called(candidate.entry)}{shared}: “{candidate.said}”"


def _parts(parts: Iterable[Contribution]) -> Iterator[str]:
    for part in parts:
        yield (
            f"           {part.feature:<18} {part.value:7.2f} x {part.weight:6.2f} "
            f"= {part.nats:6.2f}"
        )


def _costs(match: Match, costs: Costs) -> Iterator[str]:
    if not match.candidates:
        yield "Nobody in the grammar sounds like it, so there was nothing to weigh up."
        return
    yield "What each action was expected to cost, in needless questions:"
    for action in possible_actions(match, costs):
        about = " or ".join(called(option.entry) for option in action.options)
        yield f"  {action.price:6.2f}  {action.action.value:<12} {about}".rstrip()


def _decision(routed: Routed, costs: Costs) -> Iterator[str]:
    decision = routed.decision
    yield f"Decision: {decision.action.value} ({in_words(decision.reason)})"
    if decision.options:
        yield f"  {whereto(decision)}"
    if decision.instead_of is not None:
        yield f"  asked for: {decision.instead_of.name}"
    if routed.match is not None:
        yield "What would have changed it:"
        yield from (f"  {line}" for line in what_would_change(decision, routed.match, costs))
    timings = routed.timings
    yield (
        f"Took {timings.total:.0f} ms: recognition {timings.recognition:.0f}, "
        f"matching {timings.matching:.0f}."
    )
