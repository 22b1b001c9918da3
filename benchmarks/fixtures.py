"""Makes `audio_fixtures/`: the few small calls that ship with the project, for the demo and tests.

`python -m benchmarks.fixtures` rebuilds the folder; the corpora for measuring are larger and are
made anew by `benchmarks.corpus`, with other calls.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmarks.calls import Call, plan
from benchmarks.corpus import call_audio, digest, manifest_row, write_manifest
from benchmarks.truth import sample_directory
from benchmarks.voices import SPLITS
from switchboard.audio.telephone_channel import write_alaw
from switchboard.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from directory.model import Directory

FOLDER = Path(__file__).parent.parent / "audio_fixtures"
SEED = 20
PLANNED = 400
"""Calls to choose from in each half: enough that the rarest kind fills its share."""

IN_GRAMMAR = {
    "full_name": 18,
    "carrier": 14,
    "department": 8,
    "nickname": 6,
    "title_surname": 6,
    "name_department": 6,
    "alias": 4,
    "surname": 4,
    "department_form": 2,
    "same_name": 4,
    "command": 2,
}
OUT_OF_GRAMMAR = {"not_in_directory": 8, "out_of_scope": 6}
NOISE = {"noise": 8}
"""How many calls of each kind, half of them from the tuning voices, half from the testing ones."""


def folder_of(kind: str) -> str:
    if kind in NOISE:
        return "noise"
    return "out_of_grammar" if kind in OUT_OF_GRAMMAR else "in_grammar"


def chosen(directory: Directory) -> Iterator[tuple[str, Call, str]]:
    """(file, call, half) for every fixture, each text once."""
    wanted = IN_GRAMMAR | OUT_OF_GRAMMAR | NOISE
    taken: dict[str, set[str]] = defaultdict(set)
    for part, split in enumerate(SPLITS, start=1):
        for call in plan(directory, split, PLANNED, SEED):
            said = taken[call.kind]
            if len(said) < wanted[call.kind] * part // len(SPLITS) and call.say not in said:
                said.add(call.say)
                yield f"{folder_of(call.kind)}/{call.kind}_{len(said):02}.wav", call, split


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=FOLDER, help="Folder to fill.")
def main(out: Path) -> None:
    """Make the audio that ships with the project, and its manifest."""
    rows = []
    try:
        fixtures = list(chosen(sample_directory()))
        with click.progressbar(fixtures, label="fixtures") as progress:
            for file, call, split in progress:
                (out / file).parent.mkdir(parents=True, exist_ok=True)
                write_alaw(out / file, call_audio(call, split, digest(call, split, SEED)))
                rows.append(manifest_row(Path(file), call, split))
    except UserError as error:
        click.echo(error, err=True)
        raise SystemExit(2) from error
    write_manifest(out / "manifest.csv", sorted(rows, key=lambda row: row["file"]))


if __name__ == "__main__":
    main()
