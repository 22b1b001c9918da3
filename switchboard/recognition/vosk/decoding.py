"""Calling Vosk without giving it what kills the process.

Vosk 0.3.45 ends or hangs its process on: an empty or non-JSON grammar (SIGSEGV), `<eps>` in a
phrase (SIGABRT), rate 0 (endless loop) or negative, a recogniser shared by threads; and it misreads
an odd number of bytes. So this is the only module that calls it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import vosk
from numpy.typing import NDArray
from scipy.signal import resample_poly

from switchboard.errors import EngineError

# At other levels the grammar, names and all, goes to the log.
vosk.SetLogLevel(-3)

CHUNK_SECONDS = 0.2
"""Audio a call: the speaker adaptation looks at silence once a chunk."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """`log_likelihood`: acoustic and graph together, natural log, unbounded."""

    words: tuple[str, ...]
    log_likelihood: float


def load_model(folder: Path) -> vosk.Model:
    """Raises EngineError when the folder holds no working model."""
    try:
        return vosk.Model(str(folder))  # a Path raises AttributeError
    except Exception as error:  # vosk raises bare Exception
        raise EngineError(
            f"the Vosk model in {folder} can't be loaded; fetch it again with "
            "`switchboard models fetch`"
        ) from error


def word_id(model: vosk.Model, word: str) -> int:
    """The model's own id of a word (case-sensitive), -1 when it is out of vocabulary."""
    found: int = model.vosk_model_find_word(word)
    return found


def at_rate(samples: NDArray[np.int16], rate: int, wanted: int) -> NDArray[np.int16]:
    """Resample to the model's rate: small-en-us refuses 8 kHz, and none needs to be asked."""
    if rate <= 0 or wanted <= 0:
        raise EngineError("audio without a sampling rate can't be recognised")
    if rate == wanted:
        return np.ascontiguousarray(samples)
    resampled = resample_poly(samples.astype(np.float32), wanted, rate)
    return np.clip(np.rint(resampled), -32768, 32767).astype(np.int16)


def dithered(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    """Samples with faint noise, the same each time: features of digital silence make no sense.

    It stands in for Kaldi's own, which is random: the same call must be decided the same twice.
    """
    noise = np.random.default_rng(0).normal(0.0, 1.0, len(samples))
    return np.clip(np.rint(samples + noise), -32768, 32767).astype(np.int16)


def decode(
    model: vosk.Model,
    samples: NDArray[np.int16],
    rate: int,
    *,
    alternatives: int,
    phrases: Iterable[str] | None = None,
) -> Sequence[Decoded]:
    """Hypotheses of one whole utterance, best first; [] where Vosk hears nothing.

    `samples` are at the model's rate. `phrases` restricts to Vosk's own bigram over them (it may
    mix their words), else the model's own graph decides. A new recogniser each time: it costs 4 to
    75 ms, and SetGrammar on an old one leaks.
    """
    if rate <= 0 or samples.dtype != np.int16 or samples.ndim != 1:
        raise EngineError("the recogniser takes one channel of 16-bit samples with a rate")
    if phrases is None:
        recogniser = vosk.KaldiRecognizer(model, rate)
    else:
        listed = [phrase for phrase in phrases if phrase.strip() and "<" not in phrase]
        if not listed:
            raise EngineError("the grammar holds nothing that can be said; import a directory")
        recogniser = vosk.KaldiRecognizer(model, rate, json.dumps(listed, ensure_ascii=False))
    recogniser.SetMaxAlternatives(alternatives)
    samples = dithered(samples)
    step = int(rate * CHUNK_SECONDS)
    for start in range(0, len(samples), step):
        # Its endpointer's verdict is ignored: the whole utterance is one.
        recogniser.AcceptWaveform(samples[start : start + step].tobytes())
    result = json.loads(recogniser.FinalResult())
    return [
        Decoded(tuple(each["text"].split()), float(each["confidence"]))
        for each in result.get("alternatives", ())
        if each["text"].strip()
    ]
