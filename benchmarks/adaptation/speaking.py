"""Speaks the adaptation's texts with the tuning half's voices: clear speech, no line yet."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
import soundfile as sf

from benchmarks.adaptation.texts import texts
from benchmarks.synthesis import SAMPLE_RATE, speak
from benchmarks.voices import TUNE, Voice
from switchboard.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

SHARES = {"kokoro": 1.0, "piper": 2.5, "flite": 2.0, "festival": 1.5, "espeak": 2.5}
"""How often each synthesiser speaks."""

ESPEAK_ACCENTS = (
    "en-gb-x-rp", "en-gb", "en-gb-x-gbcwmd", "en-gb-scotland", "en-gb-x-gbclan", "en-us",
    "en-029", "en-us-nyc",
)  # fmt: skip
ESPEAK_VARIANTS = (
    "rob", "steph", "steph2", "steph3", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2",
    "f3", "f4", "f5", "Andy", "Annie", "Alex", "Alicia", "Lee", "Mike", "adam", "benjamin", "caleb",
    "david", "edward", "john", "max", "paul", "quincy", "robert", "travis", "victor", "shelby",
    "klatt2", "klatt4", "Jacky", "belinda", "anika", "ed", "zac", "aunty",
)  # fmt: skip
"""None of the testing half's: Denis, linda, Michael."""
KOKORO_ACCENTS = ("en-gb-x-rp", "en", "en-us", "en-gb-scotland", "en-gb-x-gbcwmd")


def voice(engine: str, rng: random.Random) -> Voice:
    """A speaker of that synthesiser, of another size each time."""
    depth = round(rng.uniform(0.82, 1.2), 2)
    chosen = Voice(f"{engine}-adaptation", TUNE, engine, "", "", "", depth)
    if engine == "kokoro":
        share = rng.uniform(-0.2, 1.2)
        model = f"jf_alpha={share:.2f} jm_kumo={1 - share:.2f}"
        return replace(chosen, model=model, accent=rng.choice(KOKORO_ACCENTS))
    if engine == "espeak":
        return replace(chosen, model=f"{rng.choice(ESPEAK_ACCENTS)}+{rng.choice(ESPEAK_VARIANTS)}")
    models = {
        "piper": ("en_US-joe-medium",),
        "flite": ("rms", "rms", "rms", "kal16"),
        "festival": ("kal_diphone", "ked_diphone"),
    }[engine]
    return replace(chosen, model=rng.choice(models))


def make_speech(out: Path, count: int, seed: int, engines: Sequence[str]) -> None:
    """Write `count` FLAC files and a line for each to `speech-<seed>.jsonl` in `out`."""
    (out / "audio").mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed)
    source = texts(seed)
    weights = [SHARES[engine] for engine in engines]
    with (
        (out / f"speech-{seed}.jsonl").open("w", encoding="utf-8") as listing,
        click.progressbar(range(count), label=f"{count} utterances") as numbers,
    ):
        for number in numbers:
            said, text = next(source)
            speaker = voice(rng.choices(engines, weights)[0], rng)
            try:
                samples = speak(speaker, said, rng.uniform(0.85, 1.25))
            except UserError:
                continue  # a text that this synthesiser has no sounds for
            file = out / "audio" / f"{seed}-{number:05}.flac"
            sf.write(file, samples, SAMPLE_RATE, subtype="PCM_16")
            row = {"file": f"audio/{file.name}", "text": text, "engine": speaker.engine}
            listing.write(json.dumps(row, ensure_ascii=False) + "\n")
            listing.flush()


@click.command()
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to fill.")
@click.option("--count", default=2500, show_default=True, help="Utterances.")
@click.option("--seed", default=1, show_default=True, help="Another seed says other things.")
@click.option("--engine", "engines", multiple=True, type=click.Choice(tuple(SHARES)))
def main(out: Path, count: int, seed: int, engines: tuple[str, ...]) -> None:
    """Speak texts for the adaptation of the recogniser."""
    make_speech(out, count, seed, engines or tuple(SHARES))


if __name__ == "__main__":
    main()
