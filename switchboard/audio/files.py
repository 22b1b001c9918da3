"""Audio files as one channel of 16-bit samples at a rate that engines take."""

from __future__ import annotations

import io
import struct
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

from switchboard.errors import AudioError

TELEPHONE_RATE = 8000
WIDE_RATE = 16000
LONGEST_SECONDS = 120.0
"""Of a file. A caller's turn is a few seconds; a longer file is another thing altogether."""

_CONTAINERS = frozenset({"WAV", "WAVEX", "RF64", "FLAC", "AU"})
_RATES = range(4000, 192_001)
_MOST_CHANNELS = 8
_HEADERLESS = {
    ".al": "ALAW",
    ".alaw": "ALAW",
    ".ul": "ULAW",
    ".ulaw": "ULAW",
    ".raw": "PCM_16",
}
"""Extensions of files that are nothing but samples: one channel at 8 kHz, as switches record."""

_FINEST_RATIO = 1000

_UNKNOWN_SIZES = frozenset({0, 0x7FFFFFFF, 0x7FFFF000, 0xFFFFFFFF})
"""What writes to a pipe puts for a size that it can't know."""


_IN_DS64 = 0xFFFFFFFF
"""The size of the data of an RF64 file, which stands in its chunk ds64."""

_CHUNKS = {b"RIFF": "<4sI", b"RIFX": ">4sI", b"RF64": "<4sI"}
"""How each kind of WAV file writes the name and the size of a chunk."""


class Audio(NamedTuple):
    """`samples`: mono PCM, int16, shape (n,), n > 0; `rate` is 8000 or 16000 Hz."""

    samples: NDArray[np.int16]
    rate: int


def read_audio(path: Path) -> Audio:
    """Read WAV, FLAC, AU, or headerless A-law, mu-law (.al, .alaw, .ul, .ulaw) or PCM16 (.raw).

    8 kHz stays 8 kHz, any other rate becomes 16 kHz; channels are mixed. Raises AudioError for
    what isn't such a file, is damaged, empty, or longer than LONGEST_SECONDS.
    """
    try:
        if not path.exists():
            raise AudioError(f"{path} does not exist")
        if not path.is_file():
            raise AudioError(f"{path} is not a file; name an audio file")
        with path.open("rb", buffering=0) as file:
            return _read(path, file)
    except OSError as error:
        raise AudioError(f"{path} can't be read ({error.strerror})") from error
    except (soundfile.LibsndfileError, RuntimeError, ValueError) as error:
        raise AudioError(
            f"{path} is not audio that can be read; convert it to WAV or FLAC"
        ) from error


def _read(path: Path, file: io.FileIO) -> Audio:
    start = file.read(12)
    file.seek(0)
    if not start:
        raise AudioError(f"{path} is empty")
    if is_cut_off(file):
        raise AudioError(f"{path} is cut off: it is shorter than its header says; copy it again")
    file.seek(0)
    with _open(path, file, start) as sound:
        if sound.format not in _CONTAINERS and sound.format != "RAW":
            raise AudioError(f"{path} is {sound.format_info}; convert it to WAV or FLAC")
        if sound.samplerate not in _RATES or not 1 <= sound.channels <= _MOST_CHANNELS:
            raise AudioError(
                f"{path} says that it has {sound.channels} channel(s) at {sound.samplerate} Hz; "
                "convert it to one channel at 8000 or 16000 Hz"
            )
        if sound.frames > LONGEST_SECONDS * sound.samplerate and sound.format != "FLAC":
            raise _too_long(path, sound.frames / sound.samplerate)
        mixed = _read_mixed(path, sound)
        rate = sound.samplerate
        if sound.format == "FLAC" and len(mixed) < sound.frames < _UNKNOWN_FRAMES:
            raise AudioError(
                f"{path} is cut off: it is shorter than its header says; copy it again"
            )
    if not len(mixed):
        raise AudioError(
            f"{path} holds no audio, or its header was never completed; record or convert it again"
        )
    if not np.isfinite(mixed).all():
        raise AudioError(
            f"{path} holds values that are no numbers (NaN or infinite); export it again"
        )
    if np.abs(mixed).max() > _ABSURD:
        raise AudioError(f"{path} holds values far beyond full scale; export it as 16 bit")
    wanted = TELEPHONE_RATE if rate == TELEPHONE_RATE else WIDE_RATE
    return Audio(to_pcm16(resample(mixed, rate, wanted)), wanted)


_ABSURD = 64.0
"""Times full scale. A loud mix of floats passes it by a little, integers kept as floats by far."""

_UNKNOWN_FRAMES = 2**40
"""libsndfile's frame count for a FLAC stream that doesn't say its length is far above this."""


def _open(path: Path, file: io.FileIO, start: bytes) -> soundfile.SoundFile:
    subtype = _HEADERLESS.get(path.suffix.lower())
    if subtype is None or start[:4] in {b"RIFF", b"fLaC", b".snd"}:  # a header after all
        return soundfile.SoundFile(file.fileno(), closefd=False)  # by content, never by name
    return soundfile.SoundFile(
        file.fileno(),
        closefd=False,
        format="RAW",
        subtype=subtype,
        samplerate=TELEPHONE_RATE,
        channels=1,
    )


def is_cut_off(file: BinaryIO) -> bool:
    """Whether the header of a WAV or AU file promises more bytes of audio than there are.

    libsndfile reads what there is without a word, and half a name would be routed.
    """
    end = file.seek(0, 2)
    file.seek(0)
    start = file.read(12)
    if start[:4] == b".snd" and len(start) == 12:  # noqa: PLR2004
        offset, size = struct.unpack(">II", start[4:])
        return size not in _UNKNOWN_SIZES and offset + size > end
    chunk = _CHUNKS.get(start[:4])
    position, large = 12, 0
    while chunk and position + 8 <= end:
        file.seek(position)
        name, size = struct.unpack(chunk, file.read(8))
        if name == b"data":
            size = large if size == _IN_DS64 and large else size
            return size not in _UNKNOWN_SIZES and position + 8 + size > end
        if name == b"ds64" and position + 24 <= end:
            _, large = struct.unpack("<QQ", file.read(16))
        position += 8 + size + size % 2
    return False


def _read_mixed(path: Path, sound: soundfile.SoundFile) -> NDArray[np.float32]:
    """All frames, channels averaged; a second at a time, so that no header decides on memory."""
    blocks: list[NDArray[np.float32]] = []
    frames = 0
    while True:
        block = sound.read(sound.samplerate, dtype="float32", always_2d=True)
        blocks.append(block.mean(axis=1, dtype=np.float32))
        frames += len(block)
        if frames > LONGEST_SECONDS * sound.samplerate:
            raise _too_long(path, None)
        if len(block) < sound.samplerate:
            return np.concatenate(blocks)


def _too_long(path: Path, seconds: float | None) -> AudioError:
    length = f"{seconds / 60:.0f} minutes" if seconds else f"more than {LONGEST_SECONDS:.0f} s"
    return AudioError(
        f"{path} is {length} long and no caller's turn; cut it to at most {LONGEST_SECONDS:.0f} s"
    )


def resample(samples: NDArray[np.float32], rate: int, wanted: int) -> NDArray[np.float32]:
    """Band-limited resampling; rates in Hz. Odd ratios are rounded (by less than 0.01%): an exact
    one of large primes would take a filter of millions of taps."""
    if rate == wanted:
        return samples
    ratio = Fraction(wanted, rate).limit_denominator(_FINEST_RATIO)
    resampled: NDArray[np.float32] = resample_poly(samples, ratio.numerator, ratio.denominator)
    return resampled


def to_pcm16(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    """Samples in [-1, 1] (clipped) as 16-bit integers."""
    return np.clip(np.rint(samples * 32768), -32768, 32767).astype(np.int16)
