from __future__ import annotations

import json

import numpy as np
import pytest

from grammar.calibration import (
    Calibration,
    CalibrationError,
    Labelled,
    dump,
    fit,
    load,
    shipped,
)
from grammar.features import NONE_FEATURES, TEXT_FEATURES

PHONES = TEXT_FEATURES.index("phones")


def call(right: int | None, fits: list[float]) -> Labelled:
    texts = np.zeros((len(fits), len(TEXT_FEATURES)))
    texts[:, PHONES] = fits
    none = np.zeros(len(NONE_FEATURES))
    none[0] = 1.0
    return Labelled(texts, none, np.array([float(n == right) for n in range(len(fits))]))


def calls() -> list[Labelled]:
    """Where one fits, it is meant; where none does, nobody is."""
    return [call(0, [0.9, 0.3, 0.2]), call(1, [0.2, 0.95, 0.3]), call(None, [0.3, 0.2, 0.3])] * 20


def test_probabilities_and_that_of_none_sum_to_one() -> None:
    shares, none = fit(calls()).probabilities(*_inputs([0.9, 0.5, 0.1]))
    assert shares.sum() + none == pytest.approx(1)
    assert (shares > 0).all()
    assert none > 0


def test_what_fits_is_meant_and_what_fits_nothing_is_nobody() -> None:
    learnt = fit(calls())
    shares, none = learnt.probabilities(*_inputs([0.95, 0.3, 0.2]))
    assert shares[0] > 0.8
    shares, none = learnt.probabilities(*_inputs([0.3, 0.3, 0.2]))
    assert none > 0.5


def test_two_that_fit_equally_well_share_the_probability() -> None:
    shares, _ = fit(calls()).probabilities(*_inputs([0.9, 0.9]))
    assert shares[0] == pytest.approx(shares[1])


def test_what_never_varied_weighs_nothing() -> None:
    learnt = fit(calls())
    assert learnt.text["letters"] == pytest.approx(0)
    assert learnt.text["phones"] > 1


def test_several_texts_may_be_right_at_once() -> None:
    both = call(0, [0.9, 0.9, 0.1])
    both.right[1] = 1.0
    shares, _ = fit([both, call(None, [0.1, 0.1, 0.1])] * 30).probabilities(
        *_inputs([0.9, 0.9, 0.1])
    )
    assert shares[:2].sum() > 0.8


def test_no_weight_runs_away_where_labels_are_easy() -> None:
    learnt = fit(calls() * 5)
    assert all(abs(value) < 50 for value in {**learnt.text, **learnt.none}.values())


def test_no_labelled_calls_are_told() -> None:
    with pytest.raises(CalibrationError, match="no labelled calls"):
        fit([])


def test_what_is_written_reads_back_the_same() -> None:
    learnt = {"whisper": fit(calls()), "vosk": Calibration({"phones": 1.0}, {"bias": -2.0})}
    assert dump(load(dump(learnt))) == dump(learnt)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"whisper": {"text": {}}}', '{"w": {"text": 1}}'])
def test_what_is_no_calibration_is_told(text: str) -> None:
    with pytest.raises(CalibrationError, match="make it again"):
        load(text)


def test_a_calibration_of_another_version_is_told() -> None:
    other = json.dumps({"whisper": {"text": {"vibes": 1.0}, "none": {}}})
    with pytest.raises(CalibrationError, match="another version"):
        load(other)


def test_what_ships_is_of_this_version_and_has_the_embedded_engine() -> None:
    assert "whisper" in shipped()


def _inputs(fits: list[float]) -> tuple[np.ndarray, np.ndarray]:
    made = call(None, fits)
    return made.texts, made.none
