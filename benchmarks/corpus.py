"""Makes labelled telephone calls, for tuning or for testing: `python -m benchmarks.corpus`."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np

from benchmarks import noise
from benchmarks.babble import babble
from benchmarks.calls import Call, plan, spoken
from benchmarks.synthesis import SAMPLE_RATE, speak
from benchmarks.truth import sample_directory
from benchmarks.voices import SPLITS
from switchboard.audio.telephone_channel import BABBLE, LINE_RATE, telephone, write_alaw
from switchboard.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from directory.model import Directory

COLUMNS = ("file", "expected", "kind", "channel", "voice", "split", "say")
BATCH = 20
"""Calls between two writings of calls.csv: what is listed there is always complete."""


def make_corpus(directory: Directory, split: str, out: Path, count: int, seed: int) -> Path:
    """Writes `calls.csv` and `audio/*.wav` (8 kHz A-law) to `out`; returns the manifest's path.

    Goes on where an earlier run stopped: a file's name holds a digest of all that made it, and
    what exists isn't made again.
    """
    calls = plan(directory, split, count, seed)
    (out / "audio").mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, str]] = []
    with click.progressbar(list(enumerate(calls)), label=f"{split} calls") as numbered:
        for number, call in numbered:
            file = call_file(out / "audio", number, call, split, seed)
            rows.append(manifest_row(file.relative_to(out), call, split))
            if len(rows) % BATCH == 0 or len(rows) == count:
                write_manifest(out / "calls.csv", rows)
    return out / "calls.csv"


def call_file(folder: Path, number: int, call: Call, split: str, seed: int) -> Path:
    """The call's audio in that folder, made unless it is there."""
    file = folder / file_name(number, call, split, seed)
    if not file.exists():
        write_alaw(file, call_audio(call, split, digest(call, split, seed)))
    return file


def digest(call: Call, split: str, seed: int) -> int:
    """A number that changes when anything about the call does; seeds the call's own chance."""
    told = f"{split} {seed} {replace(call, expected='')!r}"
    return int.from_bytes(hashlib.sha256(told.encode()).digest()[:4])


def file_name(number: int, call: Call, split: str, seed: int) -> str:
    return f"{number:04}_{call.kind}_{digest(call, split, seed):08x}.wav"


def call_audio(call: Call, split: str, seed: int) -> NDArray[np.float32]:
    """The call as it comes over the line: 8 kHz mono in [-1, 1]."""
    rng = np.random.default_rng(seed)
    speaker = call.voice.speaker if call.voice else ""
    if call.voice:
        speech, rate = speak(call.voice, spoken(call.say), call.pace), SAMPLE_RATE
    else:
        speech, rate = _noise(call.say.strip("()"), split, rng), LINE_RATE
    behind = None
    if call.channel == BABBLE:
        behind = babble(split, speaker, speech.size * LINE_RATE // rate + 2 * LINE_RATE, rng)
    return telephone(speech, rate, call.channel, rng, behind)


def _noise(name: str, split: str, rng: np.random.Generator) -> NDArray[np.float32]:
    if name == noise.CROWD:
        return babble(split, "", 4 * LINE_RATE, rng)
    return noise.SOUNDS[name](rng).astype(np.float32)


def manifest_row(file: Path, call: Call, split: str) -> dict[str, str]:
    voice = call.voice.name if call.voice else ""
    values = (file.as_posix(), call.expected, call.kind, call.channel, voice, split, call.say)
    return dict(zip(COLUMNS, values, strict=True))


def write_manifest(path: Path, rows: Sequence[dict[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(text.getvalue(), encoding="utf-8")
    unfinished.replace(path)


@click.command()
@click.option("--split", type=click.Choice(SPLITS), required=True, help="Which half's voices.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to fill.")
@click.option("--calls", "count", default=900, show_default=True, help="How many calls.")
@click.option("--seed", default=1, show_default=True, help="Another seed gives other calls.")
def main(split: str, out: Path, count: int, seed: int) -> None:
    """Make labelled telephone calls to the sample organisation."""
    try:
        click.echo(make_corpus(sample_directory(), split, out, count, seed))
    except UserError as error:
        click.echo(error, err=True)
        raise SystemExit(2) from error


if __name__ == "__main__":
    main()
