"""The simulated telephone line has the band, level, noise and formats that it claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile as sf

from benchmarks.noise import SOUNDS
from switchboard.audio.telephone_channel import (
    BABBLE,
    BABBLE_SNR_DB,
    CHANNELS,
    CLEAN,
    LINE_RATE,
    active_level,
    telephone,
    write_alaw,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


@pytest.fixture
def speech() -> NDArray[np.float32]:
    """Two seconds of noise at 16 kHz: every frequency, so that the band shows."""
    return np.random.default_rng(1).standard_normal(32_000).astype(np.float32) / 10


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_call_has_silence_before_and_after_and_keeps_within_full_scale(
    channel: str, speech: NDArray[np.float32]
) -> None:
    call = telephone(speech, 16_000, channel, np.random.default_rng(2), _crowd())
    assert 2.7 <= call.size / LINE_RATE <= 3.45
    assert np.max(np.abs(call)) <= 1.0


def test_a_call_is_limited_to_the_telephone_band(speech: NDArray[np.float32]) -> None:
    call = telephone(speech, 16_000, CLEAN, np.random.default_rng(2))
    spectrum = np.abs(np.fft.rfft(call)) ** 2
    hertz = np.fft.rfftfreq(call.size, 1 / LINE_RATE)
    inside = spectrum[(hertz > 400) & (hertz < 3200)].mean()
    assert spectrum[hertz < 150].mean() < inside / 1000
    assert spectrum[hertz > 3900].mean() < inside / 100


def test_babble_is_12_db_under_the_speech(speech: NDArray[np.float32]) -> None:
    plain = telephone(speech, 16_000, CLEAN, np.random.default_rng(2)).astype(np.float64)
    mixed = telephone(speech, 16_000, BABBLE, np.random.default_rng(2), _crowd())
    crowd = mixed.astype(np.float64) - plain
    ratio = 20 * np.log10(active_level(plain) / active_level(crowd))
    assert ratio == pytest.approx(BABBLE_SNR_DB, abs=1.0)


def test_a_written_call_is_8_khz_a_law(tmp_path: Path, speech: NDArray[np.float32]) -> None:
    write_alaw(tmp_path / "call.wav", speech)
    info = sf.info(tmp_path / "call.wav")
    assert (info.samplerate, info.channels, info.subtype) == (8000, 1, "ALAW")
    assert [p.name for p in tmp_path.iterdir()] == ["call.wav"]


@pytest.mark.parametrize("name", SOUNDS)
def test_every_noise_is_a_few_seconds_of_finite_samples(name: str) -> None:
    sound = SOUNDS[name](np.random.default_rng(1))
    assert 1 <= sound.size / LINE_RATE <= 5
    assert np.all(np.isfinite(sound))


def _crowd() -> NDArray[np.float32]:
    return np.random.default_rng(3).standard_normal(40_000).astype(np.float32)
