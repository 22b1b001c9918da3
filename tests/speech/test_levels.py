from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.speech.levels import (
    HIGHEST_PEAK,
    Wave,
    active_level_dbfs,
    finished,
    to_wave,
    trimmed,
)

RATE = 16000


def noise(seconds: float, level_dbfs: float) -> Wave:
    """White noise of this level: plain, so that its active level is known."""
    made = np.random.default_rng(1).normal(0, 1, round(RATE * seconds))
    return (made * 10 ** (level_dbfs / 20)).astype(np.float32)


def silence(seconds: float) -> Wave:
    return np.zeros(round(RATE * seconds), np.float32)


def test_pauses_do_not_count_for_the_level() -> None:
    bursts = np.concatenate([noise(0.5, -20), silence(1.0)] * 3)
    assert active_level_dbfs(bursts, RATE) == pytest.approx(-20, abs=0.5)


@pytest.mark.parametrize("rate", [8000, 16000])
@pytest.mark.parametrize("given_level", [-45.0, -30.0, -12.0])
def test_loud_and_quiet_come_out_at_one_level(given_level: float, rate: int) -> None:
    made = finished(noise(1.0, given_level), RATE, rate, -22.0)
    assert active_level_dbfs(to_wave(made), rate) == pytest.approx(-22, abs=0.5)


def test_high_peaks_make_a_prompt_quieter_and_are_not_clipped() -> None:
    wave = noise(1.0, -30)
    wave[8000:8016] = 0.9
    made = to_wave(finished(wave, RATE, RATE, -16.0))
    assert np.abs(made).max() <= HIGHEST_PEAK + 1e-3
    assert active_level_dbfs(made, RATE) < -17


def test_silence_at_the_ends_is_trimmed_and_pauses_stay() -> None:
    speech = np.concatenate([noise(0.4, -20), silence(0.5), noise(0.4, -20)])
    wave = np.concatenate([silence(2.0), speech, silence(2.0)])
    assert len(trimmed(wave, RATE)) == pytest.approx(len(speech), abs=0.15 * RATE)


def test_rumble_below_the_telephones_band_is_taken_out() -> None:
    time = np.arange(RATE) / RATE
    rumble = (0.3 * np.sin(2 * np.pi * 40 * time)).astype(np.float32)
    voice = (0.03 * np.sin(2 * np.pi * 800 * time)).astype(np.float32)
    spectrum = np.abs(np.fft.rfft(to_wave(finished(rumble + voice, RATE, 8000, -22.0))))
    hertz = np.fft.rfftfreq(2 * (len(spectrum) - 1), 1 / 8000)
    assert spectrum[hertz > 700].max() > 5 * spectrum[hertz < 60].max()


@given(
    st.integers(0, 400),
    st.floats(0, 1, width=32),
    st.sampled_from([8000, 11025, 22050, 44100]),
    st.sampled_from([8000, 16000]),
)
def test_whatever_comes_in_is_finished_without_clipping(
    length: int, size: float, rate: int, wanted: int
) -> None:
    wave = np.random.default_rng(length).uniform(-size, size, length + 1).astype(np.float32)
    made = finished(wave, rate, wanted, -16.0)
    assert made.dtype == np.int16
    assert np.abs(made.astype(int)).max(initial=0) <= 0.9 * 32768
