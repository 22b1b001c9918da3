"""Audio files of all kinds, good and bad."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from switchboard.audio.files import read_audio
from switchboard.errors import AudioError


def sine(rate: int, seconds: float = 0.5, hertz: float = 440.0) -> NDArray[np.float64]:
    return np.asarray(0.5 * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate))


def strongest_hertz(samples: NDArray[np.int16], rate: int) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * rate / len(samples))


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000])
@pytest.mark.parametrize(
    ("suffix", "subtype"),
    [
        ("wav", "PCM_16"),
        ("wav", "PCM_U8"),
        ("wav", "PCM_24"),
        ("wav", "FLOAT"),
        ("wav", "ALAW"),
        ("wav", "ULAW"),
        ("flac", "PCM_16"),
        ("flac", "PCM_24"),
        ("au", "ULAW"),
    ],
)
def test_every_width_and_rate_becomes_16_bit_at_8_or_16_khz(
    tmp_path: Path, rate: int, suffix: str, subtype: str
) -> None:
    path = tmp_path / f"a.{suffix}"
    soundfile.write(path, sine(rate), rate, subtype=subtype)
    samples, found = read_audio(path)
    assert found == (8000 if rate == 8000 else 16000)
    assert samples.dtype == np.int16
    assert len(samples) == pytest.approx(0.5 * found, abs=2)
    assert strongest_hertz(samples, found) == pytest.approx(440, abs=4)
    assert np.abs(samples).max() == pytest.approx(16384, rel=0.05)


def test_channels_are_mixed(tmp_path: Path) -> None:
    path = tmp_path / "stereo.wav"
    soundfile.write(path, np.stack([sine(16000), np.zeros(8000)], axis=1), 16000)
    samples, _ = read_audio(path)
    assert samples.ndim == 1
    assert np.abs(samples).max() == pytest.approx(8192, rel=0.05)


@pytest.mark.parametrize(
    ("suffix", "subtype"),
    [
        ("al", "ALAW"),
        ("alaw", "ALAW"),
        ("ul", "ULAW"),
        ("ulaw", "ULAW"),
        ("raw", "PCM_16"),
    ],
)
def test_headerless_telephone_recordings_are_read_by_their_extension(
    tmp_path: Path, suffix: str, subtype: str
) -> None:
    path = tmp_path / f"call.{suffix}"
    soundfile.write(path, sine(8000), 8000, format="RAW", subtype=subtype)
    samples, rate = read_audio(path)
    assert (rate, len(samples)) == (8000, 4000)
    assert strongest_hertz(samples, rate) == pytest.approx(440, abs=4)


def test_a_wav_named_as_headerless_is_read_by_its_header(tmp_path: Path) -> None:
    path = tmp_path / "call.alaw"
    soundfile.write(path, sine(8000), 8000, format="WAV", subtype="PCM_16")
    assert len(read_audio(path).samples) == 4000


def wav(data: bytes, *, rate: int = 8000, channels: int = 1, size: int | None = None) -> bytes:
    """A PCM16 WAV file whose header says what it is told."""
    width = 2 * channels
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * width % 2**32, width % 2**16, 16)
    size = len(data) if size is None else size
    return (
        b"RIFF" + struct.pack("<I", min(2**32 - 1, 36 + size)) + b"WAVEfmt "
        + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", size) + data
    )  # fmt: skip


SOUND = bytes(8000)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (wav(b""), "holds no audio"),
        (wav(SOUND, size=80_000), "is cut off"),
        (wav(SOUND, size=0xFFFFFFF0), "is cut off"),
        (wav(SOUND, size=0), "header was never completed"),
        (wav(SOUND)[:30], "convert it to WAV"),
        (wav(SOUND, rate=0), "convert it to"),
        (wav(SOUND, rate=2**31), "convert it to"),
        (wav(SOUND, channels=0), "convert it to"),
        (wav(SOUND, channels=999), "convert it to"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "is not audio that can be read"),
        (b"<html>not found</html>", "is not audio that can be read"),
        (b"\0" * 4000, "is not audio that can be read"),
    ],
)
def test_a_bad_wav_is_one_clear_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "bad.wav"
    path.write_bytes(content)
    with pytest.raises(AudioError, match=sentence):
        read_audio(path)


@pytest.mark.parametrize(
    ("kind", "endian"), [("WAV", "FILE"), ("WAV", "BIG"), ("RF64", "FILE"), ("AU", "FILE")]
)
def test_half_of_a_file_is_told_from_a_whole_one(tmp_path: Path, kind: str, endian: str) -> None:
    path = tmp_path / "a.audio"
    soundfile.write(path, sine(8000), 8000, format=kind, subtype="PCM_16", endian=endian)
    assert len(read_audio(path).samples) == 4000
    path.write_bytes(path.read_bytes()[:4000])
    with pytest.raises(AudioError, match="is cut off"):
        read_audio(path)


def test_a_cut_off_flac_is_one_clear_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    soundfile.write(path, np.random.default_rng(0).normal(0, 0.1, 32000), 16000)
    path.write_bytes(path.read_bytes()[:20000])
    with pytest.raises(AudioError, match=r"cut off|convert it"):
        read_audio(path)


def test_values_far_beyond_full_scale_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, 32768 * sine(8000), 8000, subtype="FLOAT")
    with pytest.raises(AudioError, match="far beyond full scale"):
        read_audio(path)
    soundfile.write(path, 4 * sine(8000), 8000, subtype="FLOAT")  # a loud mix
    assert np.abs(read_audio(path).samples).max() == 32767


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_no_numbers_are_refused(tmp_path: Path, value: float) -> None:
    path = tmp_path / "nan.wav"
    samples = sine(16000)
    samples[100] = value
    soundfile.write(path, samples, 16000, subtype="FLOAT")
    with pytest.raises(AudioError, match="no numbers"):
        read_audio(path)


def test_a_three_hour_file_is_refused_from_its_header(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    with path.open("wb") as file:  # sparse: the samples take no room on the disk
        size = 3 * 3600 * 8000 * 2
        file.write(wav(b"", size=size))
        file.truncate(44 + size)
    with pytest.raises(AudioError, match="180 minutes"):
        read_audio(path)


def test_a_long_headerless_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.alaw"
    path.write_bytes(bytes(8000 * 121))
    with pytest.raises(AudioError, match="2 minutes"):
        read_audio(path)


def test_a_long_flac_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.flac"
    soundfile.write(path, np.zeros(8000 * 121), 8000)
    with pytest.raises(AudioError, match="no caller's turn"):
        read_audio(path)


def test_another_format_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, sine(16000), 16000, format="OGG")
    with pytest.raises(AudioError, match=r"OGG.*; convert it to WAV or FLAC"):
        read_audio(path)


def test_no_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="does not exist"):
        read_audio(tmp_path / "none.wav")
    with pytest.raises(AudioError, match="is not a file"):
        read_audio(tmp_path)


def assert_audio_or_one_sentence(path: Path) -> None:
    sentence = ""
    samples, rate = np.ones(1, dtype=np.int16), 8000
    try:
        samples, rate = read_audio(path)
    except AudioError as error:
        sentence = str(error)
    assert "\n" not in sentence
    assert samples.dtype == np.int16
    assert len(samples)
    assert rate in {8000, 16000}


@settings(max_examples=300)
@given(
    start=st.sampled_from(
        [b"", wav(SOUND)[:44], wav(SOUND)[:20], b"fLaC", b".snd", b"RIFF\0\0\0\0WAVE"]
    ),
    rest=st.binary(max_size=300),
    suffix=st.sampled_from(["wav", "flac", "alaw", "raw", "ul"]),
)
def test_any_bytes_are_audio_or_an_audio_error(
    tmp_path_factory: pytest.TempPathFactory, start: bytes, rest: bytes, suffix: str
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / f"f.{suffix}"
    path.write_bytes(start + rest)
    assert_audio_or_one_sentence(path)


@settings(max_examples=150)
@given(st.data())
def test_a_wav_with_flipped_header_bytes_is_audio_or_an_audio_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(wav(SOUND))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, 43))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("fuzz") / "f.wav"
    path.write_bytes(content)
    assert_audio_or_one_sentence(path)
