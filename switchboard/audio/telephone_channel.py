"""A telephone line: band, level, noise, codec. From clear speech to what a switchboard gets."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import soundfile as sf
from scipy.signal import butter, resample_poly, sosfilt

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

CLEAN = "clean"
BABBLE = "babble"
GSM = "gsm"
CHANNELS = (CLEAN, BABBLE, GSM)

LINE_RATE = 8_000
BABBLE_SNR_DB = 12.0
BAND_HZ = (300.0, 3400.0)
LEVEL_DBFS = (-30.0, -12.0)
"""Range of the active speech level (RMS over the louder frames, dB below full scale)."""

LEAD_SECONDS = (0.2, 0.6)
TAIL_SECONDS = (0.5, 0.8)
LINE_NOISE_DBFS = (-68.0, -58.0)


def telephone(
    speech: NDArray[np.float32],
    rate: int,
    channel: str,
    rng: np.random.Generator,
    babble: NDArray[np.float32] | None = None,
    *,
    babble_snr_db: float = BABBLE_SNR_DB,
) -> NDArray[np.float32]:
    """One call leg at 8 kHz: lead silence, the speech, a tail, all of it through the line.

    `babble` (8 kHz, at least as long as the result) is needed by the babble channel; it runs
    through the lead and the tail too, `babble_snr_db` under the active speech level.
    """
    lead, tail = (round(rng.uniform(*span) * LINE_RATE) for span in (LEAD_SECONDS, TAIL_SECONDS))
    voice = _band(resample_poly(speech.astype(np.float64), LINE_RATE, rate))
    level = 10 ** (rng.uniform(*LEVEL_DBFS) / 20)
    voice *= level / max(active_level(voice), 1e-9)
    line = np.pad(voice, (lead, tail))
    if channel == BABBLE:
        if babble is None or babble.size < line.size:
            raise ValueError("The babble channel needs babble as long as the call.")
        crowd = _band(babble[: line.size].astype(np.float64))
        line += crowd * level * 10 ** (-babble_snr_db / 20) / max(active_level(crowd), 1e-9)
    noise = 10 ** (rng.uniform(*LINE_NOISE_DBFS) / 20)
    line += noise * rng.standard_normal(line.size)
    line = np.clip(line, -1.0, 1.0)
    return _gsm(line) if channel == GSM else line.astype(np.float32)


def write_alaw(path: Path, samples: NDArray[np.float32]) -> None:
    """An 8 kHz mono WAV file in A-law (G.711), whole or not there at all."""
    unfinished = path.with_suffix(".part")
    sf.write(unfinished, samples, LINE_RATE, format="WAV", subtype="ALAW")
    unfinished.replace(path)


def active_level(samples: NDArray[np.float64]) -> float:
    """RMS (linear) over the 20 ms frames within 20 dB of the loudest: pauses don't count.

    A short form of ITU-T P.56, good to about 1 dB on a sentence.
    """
    frame = LINE_RATE // 50
    whole = samples[: samples.size // frame * frame]
    if not whole.size:
        return 0.0
    power = np.mean(whole.reshape(-1, frame) ** 2, axis=1)
    return float(np.sqrt(np.mean(power[power >= power.max() / 100])))


def _band(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    filtered: NDArray[np.float64] = sosfilt(
        butter(4, BAND_HZ, "bandpass", fs=LINE_RATE, output="sos"), samples
    )
    return filtered


def _gsm(samples: NDArray[np.float64]) -> NDArray[np.float32]:
    """Through the GSM 06.10 full-rate codec and back."""
    coded = io.BytesIO()
    sf.write(coded, samples, LINE_RATE, format="WAV", subtype="GSM610")
    coded.seek(0)
    decoded, _ = sf.read(coded, dtype="float32")
    return np.asarray(decoded, dtype=np.float32)
