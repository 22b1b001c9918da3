"""Does a derived model really hear nothing but its phrase set?

Run in a process of its own, as a word graph that the decoder can't stomach may end the process.
What is decoded is babble of our own making: whatever a closed graph hears in it is in the set.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

SECONDS = 60.0
UTTERANCES = 3


def self_test(folder: Path, rate: int, is_allowed: Callable[[tuple[str, ...]], bool]) -> str:
    """What is wrong with the derived model at `folder`, or "" when nothing is."""
    try:
        run = subprocess.run(
            [sys.executable, "-m", __name__, str(folder), str(rate)],
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"decoding took more than {SECONDS:.0f} s"
    if run.returncode != 0:
        return f"the decoder's process ended with code {run.returncode}"
    heard = [tuple(words) for words in json.loads(run.stdout)]
    if not heard:
        return "the decoder heard nothing at all"
    strangers = sum(not is_allowed(words) for words in heard)
    return f"{strangers} of {len(heard)} results are not in the phrase set" if strangers else ""


def babble(rate: int, seed: int) -> NDArray[np.int16]:
    """Two seconds that sound like syllables: a voice's pulses through wandering formants."""
    random = np.random.default_rng(seed)
    parts = [np.zeros(rate // 5)]
    for _ in range(8):
        length = int(rate * random.uniform(0.12, 0.25))
        pulses = np.zeros(length)
        pulses[:: rate // int(random.uniform(90, 180))] = 1.0
        voice = pulses + random.normal(0, 0.02, length)
        for formant in (random.uniform(300, 800), random.uniform(900, 2200), 2600.0):
            radius = 1 - 80 * np.pi / rate
            turn = 2 * np.pi * formant / rate
            voice = lfilter([1.0], [1.0, -2 * radius * np.cos(turn), radius**2], voice)
        parts.append(voice * np.hanning(length) / np.abs(voice).max())
    parts.append(np.zeros(rate // 5))
    return np.rint(8000 * np.concatenate(parts)).astype(np.int16)


def main(folder: str, rate: int) -> None:
    """Print every hypothesis for the babble as JSON: a list of lists of words."""
    from switchboard.recognition.vosk.decoding import decode, load_model  # noqa: PLC0415 loads Vosk

    model = load_model(Path(folder))
    heard = [
        hypothesis.words
        for seed in range(UTTERANCES)
        for hypothesis in decode(model, babble(rate, seed), rate, alternatives=5)
    ]
    sys.stdout.write(json.dumps(heard))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
