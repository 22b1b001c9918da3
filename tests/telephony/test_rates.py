"""Between 8 and 16 kHz, piece by piece."""

from __future__ import annotations

import numpy as np
import pytest

from switchboard.telephony.rates import RateConverter
from tests.telephony.sounds import likeness, speechlike


def test_up_and_down_again_is_the_same_sound() -> None:
    sound = speechlike(2, 8000)
    up, down = RateConverter(8000, 16000), RateConverter(16000, 8000)
    back = np.concatenate([down.convert(up.convert(piece)) for piece in np.split(sound, 100)])
    assert min(likeness(sound, np.append(back, np.zeros(200, np.int16)), 8000)) > 0.98


@pytest.mark.parametrize(("source", "target"), [(8000, 16000), (16000, 8000)])
def test_the_pieces_make_no_difference(source: int, target: int) -> None:
    sound = speechlike(1, source)
    whole = RateConverter(source, target).convert(sound)
    odd = RateConverter(source, target)
    pieces = [odd.convert(piece) for piece in np.split(sound, [1, 160, 333, 5000])]
    assert np.array_equal(np.concatenate(pieces), whole)
    assert len(whole) == len(sound) * target // source


def test_the_same_rate_changes_nothing() -> None:
    sound = speechlike(0.1, 8000)
    assert np.array_equal(RateConverter(8000, 8000).convert(sound), sound)


def test_other_rates_are_refused() -> None:
    with pytest.raises(ValueError, match="8000 or 16000"):
        RateConverter(44100, 8000)
