"""Fits the calibration that ships: `python -m benchmarks.fit`.

It learns from the tuning half of the synthetic calls and, where that folder is at hand, from
recordings of real people. Beside it, in `benchmarks/`, are kept the calibrations fitted without
either half of those people, with which the other half can be measured honestly.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import click

from benchmarks import human_calls
from benchmarks.corpus import make_corpus
from benchmarks.truth import sample_directory
from benchmarks.voices import TUNE
from grammar.building import build
from grammar.calibration import Calibration, dump, fit
from grammar.matching import Matcher
from grammar.model import Grammar
from switchboard.audio.files import read_audio
from switchboard.audio.utterances import Speech, find_utterance
from switchboard.measures.calibrating import Heard, labelled
from switchboard.measures.manifest import Labelled, read_manifest
from switchboard.recognition.port import Recognition
from switchboard.settings import default_settings
from switchboard.wiring import UNHURRIED, endpoints, recognisers

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "grammar" / "calibration.json"
CORPUS = ROOT / "build" / "calls" / TUNE
HUMAN = ROOT.parent / "shared" / "human-dev"


def without_half(half: int) -> Path:
    """The calibration that no speaker of that half of the real people had a part in."""
    return ROOT / "benchmarks" / f"calibration_without_half_{half}.json"


@click.command()
@click.option("--calls", "count", default=900, show_default=True, help="Synthesised calls.")
@click.option("--seed", default=1, show_default=True, help="Of the synthesised calls.")
@click.option("--corpus", type=click.Path(path_type=Path), default=CORPUS, help="Their folder.")
@click.option("--human", type=click.Path(path_type=Path), default=HUMAN, help="Real recordings.")
def main(*, count: int, seed: int, corpus: Path, human: Path) -> None:
    """Recognise the tuning calls, fit, and write the calibrations."""
    directory = sample_directory()
    grammar = build(directory)
    rows = read_manifest(make_corpus(directory, TUNE, corpus, count, seed)).rows
    synthetic = _hear(rows, grammar)
    real: list[Heard] = []
    real_grammar = grammar
    if (human / "manifest.jsonl").is_file():
        calls, real_grammar = human_calls.calls_and_grammar(human, all_kinds=True)
        real = _hear(calls, real_grammar)
    matchers = Matcher(grammar), Matcher(real_grammar)
    SHIPPED.write_text(dump(_both_engines(synthetic, real, matchers)), encoding="utf-8")
    for half in range(human_calls.HALVES):
        others = [call for call in real if human_calls.half_of(call.group) != half]
        found = dump(_both_engines(synthetic, others, matchers))
        without_half(half).write_text(found, encoding="utf-8")
    click.echo(f"Fitted on {len(synthetic)} synthesised and {len(real)} recorded calls.")


def _hear(rows: Sequence[Labelled], grammar: Grammar) -> list[Heard]:
    settings = default_settings()
    calls = []
    engines = recognisers(settings, grammar, engine="whisper", workers=1, limits=UNHURRIED)
    with (
        closing(engines),
        click.progressbar(rows, label=f"{len(rows)} calls") as progress,
    ):
        for row in progress:
            audio = read_audio(row.path)
            found = find_utterance(audio.samples, audio.rate, endpoints(settings))
            group = row.columns.get("speaker") or row.columns["voice"]
            if isinstance(found, Speech):
                heard = engines.recognise(found.utterance, engines.version)
                if isinstance(heard, Recognition):
                    second = engines.second_opinion(found.utterance, engines.version, heard)
                    calls.append(Heard(row.expected, group, heard, second))
    return calls


def _both_engines(
    synthetic: Sequence[Heard], real: Sequence[Heard], matchers: tuple[Matcher, Matcher]
) -> dict[str, Calibration]:
    """Whisper's weights; and for Vosk, of which no English model can be packaged, those that the
    same transcripts give without acoustic evidence: cautious until `switchboard calibrate`."""

    def fitted(strip: bool) -> Calibration:
        rows = [
            labelled([_deaf(call) if strip else call for call in calls], matcher)
            for calls, matcher in zip((synthetic, real), matchers, strict=True)
        ]
        return fit([row for part in rows for row in part])

    return {"whisper": fitted(strip=False), "vosk": fitted(strip=True)}


def _deaf(call: Heard) -> Heard:
    if call.recognition is None:
        return call
    return replace(call, recognition=replace(call.recognition, evidence=()), second=None)


if __name__ == "__main__":
    main()
