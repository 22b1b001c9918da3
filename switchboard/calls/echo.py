"""Whether what comes in is our own prompt coming back from the line, not the caller.

A gateway to analogue lines returns what we play, 10 to 30 dB weaker, 10 to 500 ms later, filtered
by some milliseconds of wire. It is speech to any speech detector. What tells it from a caller is
that we know what we played: a short filter over it explains nearly all of an echo, and nearly
nothing of somebody else's words.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.signal import correlate

WINDOW_MS = 256
"""How much of what came in is judged at once."""
LONGEST_DELAY_MS = 1000
"""From playing to hearing it again: jitter buffers, the network there and back, the line."""

ECHO_SHARE = 0.6
"""From this explained share of the power on, what came in is an echo. A caller who speaks as loud
as an echo brings the share down to 0.5. Raising it lets more echoes stop the prompt."""

_TAPS_MS = 6
"""Of the filter: an analogue line's own."""
_STEPS = 40
"""Reach of the filter before the best delay, in samples: a line doesn't peak at its first one."""


def echo_share(received: NDArray[np.int16], sent: NDArray[np.int16], rate: int) -> float:
    """The share of the power of `received` that an echo of `sent` explains, in [0, 1].

    Both mono, int16, at `rate` Hz, and end at the same moment; `sent` begins earlier, by the
    longest delay looked for. 0.0 when either is silent or `sent` is the shorter.
    """
    heard = received.astype(np.float64)
    played = sent.astype(np.float64)
    power = float(heard @ heard)
    if power == 0.0 or len(played) < len(heard) or not played.any():
        return 0.0
    delay = _best_start(heard, played)
    taps = rate * _TAPS_MS // 1000 + _STEPS
    first = delay - (taps - _STEPS)
    padded = np.pad(played, (max(0, -first), _STEPS))
    columns = sliding_window_view(padded, taps)[max(0, first) :][: len(heard)].copy()
    heard = heard[: len(columns)]
    # Least squares by the normal equations, three times as fast; the ridge is far below a bit.
    products = columns.T @ columns + np.eye(taps)
    left = heard - columns @ np.linalg.solve(products, columns.T @ heard)
    return max(0.0, 1.0 - float(left @ left) / power)


def _best_start(heard: NDArray[np.float64], played: NDArray[np.float64]) -> int:
    """Where in `played` the stretch begins that `heard` resembles most."""
    alike = correlate(played, heard, mode="valid", method="fft")
    total = np.concatenate([[0.0], np.cumsum(played**2)])
    power = total[len(heard) :] - total[: -len(heard)]
    # A nearly silent stretch resembles anything: it has to hold some of the loudest one's power.
    floor = 1e-3 * float(power.max())
    return int(np.argmax(alike**2 / np.maximum(power, floor)))
