"""Measures accuracy and speed beside the plain peer: `python -m benchmarks.bench`, `make bench`.

Whole it takes about an hour of two cores, most of it for making the calls the first time. Results
go to `benchmarks/results/<date>.md` and `.json`.
"""

from __future__ import annotations

import os

# Before numpy is imported: every figure here is of one core.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from pathlib import Path

import click

from benchmarks import answers, commands, fit, human_calls, pages, speed, synthetic_calls, telephone
from benchmarks.corpus import make_corpus
from benchmarks.result import Section, origin, write
from benchmarks.routing_run import Graded, run
from benchmarks.truth import sample_directory
from benchmarks.voices import TEST
from directory.errors import DirectoryError
from grammar.errors import GrammarError
from switchboard.errors import UserError
from switchboard.measures.manifest import read_manifest
from switchboard.measures.tables import aligned

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
CORPUS = ROOT / "build" / "calls" / TEST
COMMANDS = ROOT / "build" / "commands"
HUMAN = ROOT.parent / "shared" / "human-dev"

PARTS = ("synthetic", "commands", "human", "matching", "import", "pages", "telephone")
_FOR_MATCHING = 100
"""Calls whose recognitions matching is timed with, when the synthetic part isn't run."""


@click.command()
@click.option("--only", type=click.Choice(PARTS), multiple=True, help="Not all; may be repeated.")
@click.option("--calls", "count", default=900, show_default=True, help="Synthesised calls.")
@click.option("--seed", default=1, show_default=True, help="Of the synthesised calls.")
@click.option("--corpus", type=click.Path(path_type=Path), default=CORPUS, help="Their folder.")
@click.option("--human", type=click.Path(path_type=Path), default=HUMAN, help="Real recordings.")
@click.option("--engine", default="whisper", show_default=True, help="Which to measure.")
@click.option("--out", type=click.Path(path_type=Path), default=RESULTS, help="Folder of results.")
def main(
    *,
    only: tuple[str, ...],
    count: int,
    seed: int,
    corpus: Path,
    human: Path,
    engine: str,
    out: Path,
) -> None:
    """Measure, print, and keep a dated table."""
    found_by = origin()
    try:
        sections = _measure(
            only or PARTS, count=count, seed=seed, corpus=corpus, human=human, engine=engine
        )
    except (UserError, DirectoryError, GrammarError) as error:
        click.echo(f"bench: {error}", err=True)
        raise SystemExit(2) from error
    for section in sections:
        click.echo(f"\n{section.title}\n{section.about}\n")
        click.echo(aligned(section.headings, section.rows))
    click.echo(f"\n{write(out, sections, found_by)}")


def _real_people(folder: Path, engine: str) -> list[Graded]:
    """Each half of the speakers with the calibration that was fitted without them."""
    calls, grammar = human_calls.calls_and_grammar(folder)
    graded: list[Graded] = []
    for half in range(human_calls.HALVES):
        own = [call for call in calls if human_calls.half_of(call.columns["speaker"]) == half]
        graded += run(own, grammar, engine, fit.without_half(half))
    return graded


def _measure(
    parts: tuple[str, ...], *, count: int, seed: int, corpus: Path, human: Path, engine: str
) -> list[Section]:
    sections: list[Section] = []
    synthetic: list[Graded] = []
    if "synthetic" in parts or "matching" in parts:
        wanted = count if "synthetic" in parts else min(count, _FOR_MATCHING)
        rows = read_manifest(make_corpus(sample_directory(), TEST, corpus, wanted, seed)).rows
        grammar = synthetic_calls.imported_grammar()
        synthetic = run(rows[:wanted], grammar, engine)
        if "synthetic" in parts:
            sections += synthetic_calls.sections(synthetic, grammar)
    if "commands" in parts:
        grammar = synthetic_calls.imported_grammar()
        sections.append(commands.section(COMMANDS, grammar, engine))
    if "human" in parts:
        if (human / "manifest.jsonl").is_file():
            sections.append(human_calls.section(_real_people(human, engine)))
            sections.append(answers.section(human, engine))
        else:
            click.echo(f"No recordings of real people in {human}: that part is left out.", err=True)
    if "matching" in parts:
        heard = [call.routed.recognition for call in synthetic if call.routed.recognition]
        sections.append(speed.matching(heard))
    if "import" in parts:
        sections.append(speed.importing())
    if "pages" in parts:
        sections += pages.sections()
    if "telephone" in parts:
        sections += telephone.sections()
    return sections


if __name__ == "__main__":
    main()
