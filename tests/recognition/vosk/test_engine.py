"""The Vosk engine with a real model (Korean: the one that installs as a package)."""

from __future__ import annotations

import dataclasses
import os
import statistics
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from grammar.model import FormKind, Grammar, SpokenForm
from switchboard.errors import EngineError
from switchboard.recognition.messages import EngineSpec
from switchboard.recognition.port import Recognition, Utterance
from switchboard.recognition.vosk import derived, engine
from switchboard.recognition.vosk.decoding import decode, load_model, word_id
from switchboard.recognition.vosk.engine import VoskRecogniser
from switchboard.recognition.workers import Limits, WorkerPool
from tests.recognition import korean
from tests.recognition.korean import (
    CARRIED,
    IN_VOCABULARY,
    MODEL,
    OUT_OF_GRAMMAR,
    OUT_OF_VOCABULARY,
    TEXTS,
    grammar,
    spoken,
)
from tests.recognition.vosk.small_model import model_that_knows

pytestmark = [pytest.mark.engine, pytest.mark.slow]

NAMES = (*IN_VOCABULARY, *OUT_OF_VOCABULARY)
GRAMMAR = grammar()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("vosk")


@pytest.fixture(scope="module")
def recogniser(cache: Path) -> VoskRecogniser:
    made = VoskRecogniser(str(MODEL), cache=str(cache), phones=korean.phones)
    made.prepare(GRAMMAR)
    return made


def best(found: Recognition) -> str:
    return found.evidence[0].text if found.evidence else ""


def closed(found: Recognition) -> list[str]:
    return [each.text for each in found.hypotheses if each.source == "closed"]


def test_names_are_heard_and_nothing_but_the_phrase_set(recogniser: VoskRecogniser) -> None:
    heard = {said: recogniser.recognise(spoken(said), GRAMMAR) for said in NAMES}
    right = sum(best(found) == said for said, found in heard.items())
    assert right >= 7, {said: best(found) for said, found in heard.items()}
    words = {word for text in (*TEXTS, *korean.BEFORE, *korean.AFTER) for word in text.split()}
    for found in heard.values():
        assert set(" ".join(closed(found)).split()) <= words
        assert {each.text for each in found.evidence} <= {*TEXTS, "상담원"}


def test_telephone_audio_at_8_khz_is_heard(recogniser: VoskRecogniser) -> None:
    heard = [best(recogniser.recognise(spoken(said, 8000), GRAMMAR)) == said for said in NAMES]
    assert sum(heard) >= 4  # the model was trained on 16 kHz


def test_words_that_the_model_lacks_are_heard_by_their_respelling(
    recogniser: VoskRecogniser,
) -> None:
    model = load_model(MODEL)
    for said in ("건축과 이영희", "수도과 장보람"):
        assert word_id(model, said.split()[0]) == -1
        found = recogniser.recognise(spoken(said), GRAMMAR)
        assert closed(found)[0] == said  # in the grammar's spelling, not in the model's


@pytest.mark.parametrize("said", CARRIED)
def test_carrier_phrases_are_heard_around_a_name(recogniser: VoskRecogniser, said: str) -> None:
    found = recogniser.recognise(spoken(said), GRAMMAR)
    assert closed(found)[0] == said
    assert best(found) in said


def test_the_free_decode_tells_what_is_not_in_the_grammar(recogniser: VoskRecogniser) -> None:
    def relative(said: str) -> float:
        found = recogniser.recognise(spoken(said), GRAMMAR)
        return found.evidence[0].relative if found.evidence else -100.0

    inside = [relative(said) for said in NAMES]
    outside = [relative(said) for said in OUT_OF_GRAMMAR]
    assert statistics.median(inside) > -6
    assert max(outside) < statistics.median(inside) - 5
    assert statistics.median(outside) < min(inside)


def test_there_is_an_n_best_list_with_falling_likelihoods(recogniser: VoskRecogniser) -> None:
    found = recogniser.recognise(spoken(CARRIED[0]), GRAMMAR)
    likelihoods = [each.log_likelihood for each in found.hypotheses if each.source == "closed"]
    assert len(likelihoods) >= 3
    assert likelihoods == sorted(likelihoods, reverse=True)
    assert len(set(closed(found))) == len(closed(found))
    assert found.cpu_seconds > 0


def test_the_same_call_is_heard_the_same_twice(recogniser: VoskRecogniser) -> None:
    first, second = (recogniser.recognise(spoken(CARRIED[0]), GRAMMAR) for _ in range(2))
    assert first.hypotheses == second.hypotheses
    assert first.evidence == second.evidence


@pytest.mark.parametrize("count", [0, 1, 7, 333])
@pytest.mark.parametrize("rate", [8000, 16000])
def test_next_to_no_audio_is_no_crash(recogniser: VoskRecogniser, count: int, rate: int) -> None:
    utterance = Utterance(np.zeros(count, dtype=np.int16), rate)
    assert recogniser.recognise(utterance, GRAMMAR).engine == "vosk"


@pytest.mark.parametrize("rate", [0, -16000])
def test_a_senseless_rate_is_refused_before_it_reaches_the_decoder(
    recogniser: VoskRecogniser, rate: int
) -> None:
    with pytest.raises(EngineError, match="rate"):
        recogniser.recognise(Utterance(np.zeros(100, dtype=np.int16), rate), GRAMMAR)


def test_a_grammar_that_was_not_prepared_is_refused(recogniser: VoskRecogniser) -> None:
    with pytest.raises(EngineError, match="prepared"):
        recogniser.recognise(spoken(NAMES[0]), grammar("v2"))


def test_a_grammar_in_which_nothing_can_be_said_is_one_sentence(
    recogniser: VoskRecogniser,
) -> None:
    nothing = dataclasses.replace(grammar("none", ()), commands=())
    with pytest.raises(EngineError, match="import a directory"):
        recogniser.prepare(nothing)
    with pytest.raises(EngineError, match="import a directory"):
        decode(load_model(MODEL), np.zeros(9, dtype=np.int16), 16000, alternatives=1, phrases=[])


@pytest.fixture(scope="module")
def odd(recogniser: VoskRecogniser) -> Grammar:
    """Words that kill the decoder, and one that an administrator says how to pronounce."""
    deadly = tuple(
        SpokenForm(text, "x", FormKind.ALIAS, "")
        for text in ("<eps>", "<eps> 한나리", "#0", "!SIL", "[1]", "<UNK>", "\x00", "문화원 </s>")
    )
    plain = grammar("odd", ("문화원 뷁쉙", *NAMES[1:]))
    [sound] = korean.phones(["한나리"])
    made = dataclasses.replace(
        plain, forms=(*plain.forms, *deadly), pronunciations=(("뷁쉙", sound),)
    )
    recogniser.prepare(made)
    return made


def test_words_that_kill_the_decoder_never_reach_it(
    recogniser: VoskRecogniser, odd: Grammar
) -> None:
    assert best(recogniser.recognise(spoken(NAMES[1]), odd)) == NAMES[1]


def test_a_pronunciation_set_by_an_administrator_finds_another_respelling(
    recogniser: VoskRecogniser, odd: Grammar
) -> None:
    assert best(recogniser.recognise(spoken("문화원 한나리"), odd)) == "문화원 뷁쉙"


def test_what_was_compiled_once_is_used_again(recogniser: VoskRecogniser, cache: Path) -> None:
    [folder] = {path.parent for path in cache.glob(f"*/{derived.NOTES}")} & {
        recogniser._words.derived_folder(GRAMMAR)
    }
    before = (folder / "graph" / "Gr.fst").stat().st_mtime_ns
    recogniser.prepare(GRAMMAR)
    assert (folder / "graph" / "Gr.fst").stat().st_mtime_ns == before
    (folder / derived.NOTES).write_text("{")  # a machine that stopped while writing
    recogniser.prepare(GRAMMAR)
    assert (folder / "graph" / "Gr.fst").stat().st_mtime_ns != before
    assert best(recogniser.recognise(spoken(NAMES[0]), GRAMMAR)) == NAMES[0]


def test_a_cache_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    made = VoskRecogniser(str(MODEL), cache=str(blocked), phones=korean.phones)
    with pytest.raises(EngineError, match=r"can't be written.*another folder in \$XDG_CACHE_HOME"):
        made.prepare(grammar("v1", ("문화원 한나리",)))


def test_after_a_failed_self_test_the_bigram_is_matched_back_to_the_phrase_set(
    recogniser: VoskRecogniser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "self_test", lambda *_: "made to fail")
    failed = grammar("failed")
    recogniser.prepare(failed)
    assert recogniser._prepared["failed"].listed
    for said in NAMES:
        found = recogniser.recognise(spoken(said), failed)
        assert {each.text for each in found.evidence} <= {*TEXTS, "상담원"}


@pytest.mark.parametrize("missing", ["graph/Gr.fst", "graph/HCLr.fst"])
def test_a_static_graph_model_is_told_with_those_that_work(tmp_path: Path, missing: str) -> None:
    for part in ("am", "conf", "graph"):
        (tmp_path / part).mkdir()
    for file in {"graph/Gr.fst", "graph/HCLr.fst"} - {missing}:
        (tmp_path / file).touch()
    with pytest.raises(EngineError, match="vosk-model-small-en-us"):
        VoskRecogniser(str(tmp_path))


@pytest.mark.parametrize("content", [b"", b"no fst", b"\xd6\xfd\xb2~" + bytes(60)])
def test_a_broken_model_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    for part in ("am", "conf", "graph"):
        (tmp_path / part).mkdir()
    for file in ("graph/Gr.fst", "graph/HCLr.fst"):
        (tmp_path / file).write_bytes(content)
    with pytest.raises(EngineError, match="switchboard models fetch"):
        VoskRecogniser(str(tmp_path))


def test_a_model_that_was_half_copied_is_told_before_anything_is_compiled(tmp_path: Path) -> None:
    model = model_that_knows(tmp_path / "model", "jane")
    (model / "am" / "final.mdl").unlink()
    with pytest.raises(EngineError, match=r"not whole: am/final\.mdl missing"):
        VoskRecogniser(str(model))


def korean_engine(cache: str) -> VoskRecogniser:
    """What a worker process makes."""
    return VoskRecogniser(str(MODEL), cache=cache, phones=korean.phones)


def test_workers_share_the_calls_survive_a_kill_and_swap_grammars(
    recogniser: VoskRecogniser, cache: Path
) -> None:
    second = grammar("v2", ("도서관 김민수", "문화원 한나리"))
    recogniser.prepare(second)  # compiled once: two workers at it at once take minutes
    spec = EngineSpec(f"{__name__}:korean_engine", {"cache": str(cache)})
    limits = Limits(deadline=120, patience=300, after_failure=300, start=300)
    with WorkerPool(spec, GRAMMAR, workers=2, limits=limits) as pool:
        assert pool.engine == "vosk"
        with ThreadPoolExecutor(4) as callers:
            calls = {said: callers.submit(pool.recognise, spoken(said), "v1") for said in NAMES[:4]}
            os.kill(min(pool.pids), 9)
            found = {said: call.result() for said, call in calls.items()}
        for said in ("문화원 한나리", "비서실 임준호"):
            outcome = found[said]
            assert isinstance(outcome, Recognition)
            assert best(outcome) == said
        pool.publish(second)
        for version in ("v1", "v2"):
            outcome = pool.recognise(spoken("문화원 한나리"), version)
            assert isinstance(outcome, Recognition)
            assert outcome.grammar_version == version
            assert best(outcome) == "문화원 한나리"
