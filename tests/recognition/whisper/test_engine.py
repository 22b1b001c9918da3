"""The real packaged model on audio that the project makes itself."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import ctranslate2
import numpy as np
import pytest

from directory.model import Department, Directory, Person
from grammar.building import build
from grammar.model import CarrierPhrase, Grammar
from switchboard.audio.files import read_audio
from switchboard.errors import EngineError
from switchboard.recognition.port import Utterance
from switchboard.recognition.whisper.engine import BEAMS, WhisperRecogniser

pytestmark = pytest.mark.engine

FIXTURES = Path(__file__).parents[3] / "audio_fixtures"


@pytest.fixture(scope="module", params=["tiny.en", "base"])
def recogniser(request: pytest.FixtureRequest) -> WhisperRecogniser:
    return WhisperRecogniser(model=request.param)


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    people = [("Jane", "Smith"), ("Bushra", "Malik"), ("Jeffrey", "Davis"), ("Tuan", "Tran")]
    return build(
        Directory(
            tuple(
                Person(
                    key=f"p{number}", forename=forename, surname=surname, extension=f"50{number}0"
                )
                for number, (forename, surname) in enumerate(people)
            ),
            (Department(key="d1", name="Council Tax", extension="6000"),),
        )
    )


def spoken(said: str) -> Utterance:
    """The clean fixture in which exactly this is said."""
    with (FIXTURES / "manifest.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["channel"] == "clean"]
    row = next(row for row in rows if row["say"] == said)
    audio = read_audio(FIXTURES / row["file"])
    return Utterance(audio.samples, audio.rate)


def test_our_decoder_agrees_with_ctranslate2(
    recogniser: WhisperRecogniser, grammar: Grammar
) -> None:
    recogniser.prepare(grammar)
    samples = np.random.default_rng(1).normal(0, 500, 16000).astype(np.int16)
    ear = recogniser._ear
    encoded = ear.encode(Utterance(samples, 16000))
    transcripts, _ = ear.decode(encoded, BEAMS)
    likelihoods = recogniser._prepared[grammar.version].listener._likelihoods
    begun = likelihoods.begin(ear.encoding(encoded))
    fits = likelihoods.fits(begun, [each.tokens for each in transcripts[:2]])
    for transcript, ours in zip(transcripts, fits, strict=False):
        # CTranslate2 computes in 8 bits, and counts only the end of text as an ending.
        theirs, leeway = transcript.hypothesis.log_likelihood, 0.35 * len(transcript.tokens)
        assert ours - 2.5 < theirs + leeway
        assert ours > theirs - leeway - 2.5


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Bushra Malik", "bushra malik"),
        ("Jeffrey Davis in Building Control", "jeffrey davis"),
    ],
)
def test_the_audio_supports_the_name_that_was_said(
    recogniser: WhisperRecogniser, grammar: Grammar, said: str, found: str
) -> None:
    recogniser.prepare(grammar)
    recognition = recogniser.recognise(spoken(said), grammar)
    assert recognition.evidence[0].text == found


def test_a_name_is_sought_behind_a_carrier_that_an_administrator_added(
    recogniser: WhisperRecogniser, grammar: Grammar
) -> None:
    added = CarrierPhrase("id be grateful for a word with", "before")
    carriers = (*grammar.carriers, added, CarrierPhrase("if you dont mind", "after"))
    recogniser.prepare(replace(grammar, version="added", carriers=carriers))
    recogniser.prepare(grammar)
    sought, usual = (
        recogniser._prepared[version].listener._usual_lead_ins
        for version in ("added", grammar.version)
    )
    tokens = recogniser._ear.tokens("I'd be grateful for a word with")
    assert [each for each in sought if each not in usual] == [tokens]


def test_recognising_twice_gives_the_same(recogniser: WhisperRecogniser, grammar: Grammar) -> None:
    recogniser.prepare(grammar)
    utterance = spoken("Bushra Malik")
    first, second = (recogniser.recognise(utterance, grammar) for _ in range(2))
    assert first.hypotheses == second.hypotheses
    assert [item.text for item in first.evidence] == [item.text for item in second.evidence]


def test_work_ahead_leaves_nothing_to_work_out_and_changes_nothing(
    recogniser: WhisperRecogniser, grammar: Grammar, monkeypatch: pytest.MonkeyPatch
) -> None:
    utterance = spoken("Bushra Malik")
    recogniser.prepare(grammar)
    cold = recogniser.recognise(utterance, grammar)
    recogniser.prepare(grammar)
    while recogniser.work_ahead():
        pass
    likelihoods = recogniser._prepared[grammar.version].listener._likelihoods
    likelihoods.priors([()])
    known = set(likelihoods._priors)
    warm = recogniser.recognise(utterance, grammar)
    assert set(likelihoods._priors) == known
    assert [item.text for item in warm.evidence] == [item.text for item in cold.evidence]
    supports = [item.support for item in cold.evidence]
    assert [item.support for item in warm.evidence] == pytest.approx(supports, abs=0.01)


def test_a_suspected_text_has_evidence_however_little_it_sounds_like_what_was_said(
    recogniser: WhisperRecogniser, grammar: Grammar
) -> None:
    recogniser.prepare(grammar)
    heard = replace(spoken("Bushra Malik"), suspected=("council tax", "not in the grammar"))
    texts = [each.text for each in recogniser.recognise(heard, grammar).evidence]
    assert texts[0] == "bushra malik"
    assert "council tax" in texts


def test_a_grammar_that_was_not_prepared_is_refused(recogniser: WhisperRecogniser) -> None:
    with pytest.raises(EngineError, match="not prepared"):
        recogniser.recognise(Utterance(np.zeros(8000, np.int16), 8000), build(Directory()))


def test_an_empty_grammar_hears_but_offers_nobody(recogniser: WhisperRecogniser) -> None:
    empty = Grammar("empty", (), (), (), ())
    recogniser.prepare(empty)
    samples = np.random.default_rng(1).normal(0, 500, 8000).astype(np.int16)
    assert recogniser.recognise(Utterance(samples, 8000), empty).evidence == ()


def test_only_the_two_latest_grammars_are_kept(recogniser: WhisperRecogniser) -> None:
    for version in ("a", "b", "c"):
        recogniser.prepare(Grammar(version, (), (), (), ()))
    assert list(recogniser._prepared) == ["b", "c"]


def test_a_model_that_can_not_be_loaded_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_options: object) -> object:
        raise RuntimeError

    monkeypatch.setattr(ctranslate2.models, "Whisper", broken)
    with pytest.raises(EngineError, match="make install"):
        WhisperRecogniser()
