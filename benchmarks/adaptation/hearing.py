"""The adaptation's utterances as the recogniser hears them, in batches."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import soundfile as sf
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer
from numpy.typing import NDArray

from benchmarks.adaptation.lines import RATE, over_a_line
from benchmarks.adaptation.speakers import another_speaker
from switchboard.recognition.whisper.ear import PRIMING

PRIMED_SHARE = 0.25
REVOICED_SHARE = 0.75
PADDING = (40, 150)
"""Frames of 10 ms of silence after an utterance, within which a batch chooses."""
CROWD = 300
LONGEST_SECONDS = 8


@dataclass(frozen=True, slots=True)
class Said:
    """Clear speech at 16 kHz, and its text as Whisper writes it."""

    samples: NDArray[np.float32]
    text: str


@dataclass(frozen=True, slots=True)
class Batch:
    """`mel`: (n, 80, frames); `tokens`: (n, t) with prompts; `learnt`: where the loss counts, those
    positions whose next token is the text's."""

    mel: NDArray[np.float32]
    tokens: NDArray[np.int64]
    learnt: NDArray[np.bool_]


@cache
def _features() -> FeatureExtractor:
    return FeatureExtractor()


def spoken_by_machines(folder: Path) -> list[Said]:
    found = []
    for listing in sorted(folder.glob("speech-*.jsonl")):
        for line in listing.read_text("utf-8").splitlines():
            row = json.loads(line)
            samples, _ = sf.read(folder / row["file"], dtype="float32")
            found.append(Said(samples, row["text"]))
    return found


def frames(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(_features()(samples), dtype=np.float32)


def batch(
    mels: Sequence[NDArray[np.float32]],
    texts: Sequence[str],
    padding: int,
    primed: Sequence[bool],
    told: Tokenizer,
) -> Batch:
    plain = [*told.sot_sequence, told.no_timestamps]
    priming = [told.sot_prev, *told.encode(f" {PRIMING}"), *plain]
    prompts = [priming if after_names else plain for after_names in primed]
    written = [[*told.encode(f" {text}"), told.eot] for text in texts]
    rows = [[*prompt, *ids] for prompt, ids in zip(prompts, written, strict=True)]
    tokens = np.full((len(rows), max(map(len, rows))), told.eot, dtype=np.int64)
    learnt = np.zeros(tokens.shape, dtype=np.bool_)
    for at, (prompt, row) in enumerate(zip(prompts, rows, strict=True)):
        tokens[at, : len(row)] = row
        learnt[at, len(prompt) - 1 : len(row) - 1] = True
    size = max(each.shape[1] for each in mels) + padding
    mel = np.zeros((len(mels), 80, size + size % 2), dtype=np.float32)
    for at, each in enumerate(mels):
        mel[at, :, : each.shape[1]] = each
    return Batch(mel, tokens, learnt)


def batches(
    said: Sequence[Said],
    crowd: Sequence[NDArray[np.float32]],
    size: int,
    seed: int,
    told: Tokenizer,
) -> Iterator[Batch]:
    """Once through all, most in another voice, each over another line, utterances of like length
    together."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(said))
    pool = size * 8
    for start in range(0, len(order) - size + 1, pool):
        heard = []
        for at in order[start : start + pool]:
            voice = said[at].samples
            if rng.random() < REVOICED_SHARE:
                voice = another_speaker(voice, rng)
            samples = over_a_line(voice, crowd, rng)[: LONGEST_SECONDS * RATE]
            heard.append((frames(samples), said[at].text))
        heard.sort(key=lambda pair: pair[0].shape[1])
        groups = [heard[at : at + size] for at in range(0, len(heard), size)]
        for number in rng.permutation(len(groups)):
            mels, texts = zip(*groups[number], strict=True)
            primed = [bool(rng.random() < PRIMED_SHARE)] * len(texts)
            yield batch(mels, texts, int(rng.integers(*PADDING)), primed, told)


def crowd_of(said: Sequence[Said], seed: int) -> list[NDArray[np.float32]]:
    """Tracks of four utterances each, for talking behind callers."""
    rng = np.random.default_rng(seed)
    return [
        np.concatenate([said[at].samples for at in rng.integers(len(said), size=4)])
        for _ in range(CROWD)
    ]
