"""From features to calibrated probabilities: a conditional logit, fitted on labelled calls.

Every shortlisted text and the alternative "none of them" has a utility, linear in its features;
the probability is the softmax over them (McFadden 1974). Texts compete, so that two that fit
equally well share the probability, and what fits nothing goes to "none".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grammar.errors import GrammarError
from grammar.features import NONE_FEATURES, TEXT_FEATURES

Floats = NDArray[np.float64]

_RIDGE = 0.5
"""L2 penalty on the weights, in nats. Raising it trusts the labelled calls less."""


_ABSURD = 1e6
"""No weight comes near: what is read as one is damage, and no number ("NaN") is smaller."""


class CalibrationError(GrammarError):
    """A calibration can't be read, or the labelled calls can't give one."""


class OtherVersionError(CalibrationError):
    """A calibration that weighs other features than this version has."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the features, by name; what isn't named weighs nothing."""

    text: Mapping[str, float]
    none: Mapping[str, float]

    def probabilities(self, texts: Floats, none: Floats) -> tuple[Floats, float]:
        """P(text) for each row of `texts`, and P(none); they sum to 1."""
        weights = np.array([self.text.get(name, 0.0) for name in TEXT_FEATURES])
        other = float(none @ np.array([self.none.get(name, 0.0) for name in NONE_FEATURES]))
        utilities = np.append(texts @ weights, other)
        powers = np.exp(utilities - utilities.max())
        shares = powers / powers.sum()
        return shares[:-1], float(shares[-1])


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled call: features of its texts and of "none", and which rows are right.

    `right` is shape (texts,), 1 where a text means the expected destination; all 0: none is.
    """

    texts: Floats
    none: Floats
    right: Floats


def fit(calls: Sequence[Labelled]) -> Calibration:
    """The weights that make the labels likeliest. Raises CalibrationError without calls."""
    if not calls:
        raise CalibrationError("There are no labelled calls to calibrate on; give a manifest.")
    # Here, because whoever only decides would wait for it to be imported.
    from scipy.optimize import minimize  # noqa: PLC0415

    size = len(TEXT_FEATURES)
    start = np.zeros(size + len(NONE_FEATURES))
    found = minimize(_loss, start, args=(calls, size), jac=True, method="L-BFGS-B")
    return Calibration(
        dict(zip(TEXT_FEATURES, map(float, found.x[:size]), strict=True)),
        dict(zip(NONE_FEATURES, map(float, found.x[size:]), strict=True)),
    )


def _loss(weights: Floats, calls: Sequence[Labelled], size: int) -> tuple[float, Floats]:
    loss = _RIDGE * float(weights @ weights)
    gradient = 2 * _RIDGE * weights
    for call in calls:
        utilities = np.append(call.texts @ weights[:size], call.none @ weights[size:])
        powers = np.exp(utilities - utilities.max())
        shares = powers / powers.sum()
        right = np.append(call.right, 0.0 if call.right.any() else 1.0)
        mass = max(float(shares @ right), 1e-12)
        loss -= float(np.log(mass))
        pull = shares - shares * right / mass
        gradient[:size] += call.texts.T @ pull[:-1]
        gradient[size:] += call.none * pull[-1]
    return loss, gradient


def dump(calibrations: Mapping[str, Calibration]) -> str:
    """JSON, one calibration an engine, rounded to what matters."""
    content = {
        engine: {
            "text": {name: round(value, 4) for name, value in item.text.items()},
            "none": {name: round(value, 4) for name, value in item.none.items()},
        }
        for engine, item in sorted(calibrations.items())
    }
    return json.dumps(content, indent=1) + "\n"


def load(text: str) -> dict[str, Calibration]:
    """The calibrations by engine. Raises CalibrationError naming what is wrong."""
    try:
        content = json.loads(text)
        loaded = {
            engine: Calibration(_weights(item["text"]), _weights(item["none"]))
            for engine, item in content.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CalibrationError(
            "The calibration is not what `switchboard calibrate` writes; make it again."
        ) from error
    for item in loaded.values():
        unknown = sorted({*item.text} - {*TEXT_FEATURES} | {*item.none} - {*NONE_FEATURES})
        if unknown:
            raise OtherVersionError(
                f"The calibration was made for another version (it weighs “{unknown[0]}”); "
                "make it again with `switchboard calibrate`."
            )
    return loaded


def _weights(found: Mapping[str, Any]) -> dict[str, float]:
    weights = {name: float(value) for name, value in found.items()}
    if not all(abs(value) < _ABSURD for value in weights.values()):
        raise ValueError(found)
    return weights


@cache
def shipped() -> dict[str, Calibration]:
    """The calibrations that come with the program, by engine."""
    text = resources.files("grammar").joinpath("calibration.json").read_text(encoding="utf-8")
    return load(text)
