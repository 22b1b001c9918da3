"""The Whisper engine: encode once, decode freely, then score what the directory offers.

    samples -> log-mel -> encoder (10 s context) -> free decode, twice -> hypotheses
                                   |                                         |
                                   v                                         v
                            closed search over all texts <------- shortlist by sound
                                   |
                                   v
                                evidence

Measured on two cores (see benchmarks/): a 10 s encoder context gives the same transcripts as the
usual 30 s at a fifth of the cost; shorter ones lose (80% letter similarity at 5 s and more padding,
70% at 1 s). Conditioning the second decode on a few names as if they had just been said raises the
best of the hypotheses from 88% to 92%.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ctranslate2
import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer
from scipy.signal import resample_poly
from tokenizers import Tokenizer as TokenizerFile

from grammar.features import Heard
from grammar.hearing import FormEvidence, Hypothesis
from grammar.matching import Matcher
from grammar.model import Grammar
from switchboard.errors import EngineError
from switchboard.recognition.port import Recognition, Utterance
from switchboard.recognition.whisper.decoder import Decoder
from switchboard.recognition.whisper.likelihoods import Begun, Likelihoods
from switchboard.recognition.whisper.model import MODEL, TOKENIZER, adapted_model
from switchboard.recognition.whisper.search import BEAM, NARROW, ClosedSearch
from switchboard.recognition.whisper.trie import PhraseTrie
from switchboard.recognition.whisper.writing import words_before, written

RATE = 16000
CONTEXT_FRAMES = 1000
"""Most frames of 10 ms that the encoder is given; an utterance is at most 8 s long."""

SILENCE_FRAMES = 80
"""What it is given beyond the utterance: it learnt with 40 to 150. Raising it costs CPU."""

PRIMING = "Jane Smith. Mark Jones. Anita Patel."
"""What the second decode believes was just said when nothing else is expected: names."""

BEAMS = 6
"""Hypotheses a decode. Raising it finds more, at 0.02 CPU-seconds each."""

FOLLOWED = 16
"""Texts nearest by sound that the search follows even where its beam would drop them. On 500 tuning
calls 50 of them, and a narrow beam half as wide again, gave the same results for 0.05 CPU-seconds
more."""

KEPT = 60
"""Texts of each search that become evidence."""

_LONGER_THAN_A_NAME = 4
"""Words from which on a hypothesis without a known carrier is taken to have misheard one."""

_HEARD_LEAD_INS = 12
"""Beginnings of hypotheses that are tried as what was said before the name."""

_USUAL_LEAD_INS = (
    "Can I speak to", "Could I speak to", "Hello, can I speak to", "Can I talk to",
    "Um, can I talk to", "Could you put me through to", "Can you put me through to",
    "I'd like to speak to", "I'm looking for", "Hello, I'm looking for", "I'm trying to reach",
    "I'm calling for", "Good morning, could I have", "Good afternoon, may I speak with",
    "I want to talk to", "I need to talk to", "I was hoping to speak to", "Is", "Hello, is", "Um,",
    "Hello,", "Can I have", "Could you try", "Please could I speak to",
    "Can I speak to someone in", "The",
)  # fmt: skip
"""What callers lead in with most often, as Whisper writes it."""

PLAIN = 0.95
"""Nearness from which on the open decode is taken to name an entry: the primed decode is left out
and the search kept narrow, which halves the cost. Raising it searches more widely."""

_MOST_PRIMING = 100
"""Tokens of expected phrases that the second decode is given; the decoder holds 448 in all."""

_LONGEST = 40
"""Tokens a free hypothesis; 8 s of fast speech has about 30."""

_ENDINGS = (
    ",", ".", "?", "!", ";", " -", " please", " in", " from", " at", " the", " there", " for",
    " department", " team", " office", " available",
)  # fmt: skip
"""What may follow a whole name; beside the end of the text."""

_NOTHING = -40.0
"""Log-likelihood that stands for the free decode when it gave nothing at all."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    matcher: Matcher
    likelihoods: Likelihoods
    search: ClosedSearch


class WhisperRecogniser:
    """Whisper tiny.en for the telephone, on `threads` threads. Raises EngineError if it can't load.

    `files` are the model's; without, the packaged ones, adapted.
    """

    name = "whisper"

    def __init__(self, threads: int = 1, files: Mapping[str, bytes] | None = None) -> None:
        files = files or adapted_model()
        try:
            self._model = ctranslate2.models.Whisper(
                self.name, "cpu", compute_type="int8", intra_threads=threads, files=dict(files)
            )
            tokenizer = TokenizerFile.from_str(files[TOKENIZER].decode())
        except (KeyError, RuntimeError, ValueError) as error:
            raise EngineError(
                "The packaged Whisper model can't be loaded; install the packages again with "
                "`make install`."
            ) from error
        self._tokenizer = Tokenizer(tokenizer, multilingual=False)
        self._features = FeatureExtractor()
        self._decoder = Decoder(files[MODEL])
        self._plain = [*self._tokenizer.sot_sequence, self._tokenizer.no_timestamps]
        self._ends = np.array(
            sorted({self._tokenizer.eot, *(self._tokenizer.encode(end)[0] for end in _ENDINGS)})
        )
        self._usual_lead_ins = [tuple(self._tokens(each)) for each in _USUAL_LEAD_INS]
        silence = self._encode(Utterance(np.zeros(RATE, dtype=np.int16), RATE))
        self._silence = self._decoder.encoding(np.asarray(silence)[0].astype(np.float32))
        self._prepared: dict[str, _Prepared] = {}

    def prepare(self, grammar: Grammar) -> None:
        matcher = Matcher(grammar)
        phrases = [
            (self._tokens(way), number)
            for number, said in enumerate(matcher.index.said)
            for way in written(said)
        ]
        trie = PhraseTrie(phrases)
        likelihoods = Likelihoods(
            self._decoder,
            trie.tokens,
            silence=self._silence,
            prompt=self._plain,
            endings=self._ends,
        )
        likelihoods.expect(trie)
        prepared = _Prepared(matcher, likelihoods, ClosedSearch(likelihoods, trie))
        latest = dict(list(self._prepared.items())[-1:])
        self._prepared = {**latest, grammar.version: prepared}

    def work_ahead(self) -> bool:
        latest = next(reversed(self._prepared.values()), None)
        return latest is not None and latest.likelihoods.work_ahead()

    def recognise(self, utterance: Utterance, grammar: Grammar) -> Recognition:
        started = time.process_time()
        known = self._prepared.get(grammar.version)
        if known is None:
            raise EngineError(
                f"grammar {grammar.version} was not prepared; publish it again with "
                "`switchboard grammar publish`."
            )
        encoded = self._encode(utterance)
        hypotheses, speech = self._decode(encoded, self._plain)
        heard = known.matcher.hear([hypothesis for hypothesis, _ in hypotheses])
        plain = heard.best() >= PLAIN and not utterance.expected
        if not plain:
            primed = self._primed_with(utterance.expected)
            hypotheses = _unique([*hypotheses, *self._decode(encoded, primed)[0]])
            heard = known.matcher.hear([hypothesis for hypothesis, _ in hypotheses])
        encoding = self._decoder.encoding(np.asarray(encoded)[0].astype(np.float32))
        begun = known.likelihoods.begin(encoding)
        free = known.likelihoods.fits(begun.fork(), [tokens for _, tokens in hypotheses])
        return Recognition(
            engine=self.name,
            grammar_version=grammar.version,
            hypotheses=tuple(hypothesis for hypothesis, _ in hypotheses),
            evidence=self._evidence(
                known, begun, heard, free.max(initial=_NOTHING), NARROW if plain else BEAM
            ),
            speech_probability=speech,
            cpu_seconds=time.process_time() - started,
        )

    def _primed_with(self, expected: Sequence[str]) -> list[int]:
        """The prompt after what is believed to have been said: the expected phrases, else names."""
        said = " ".join(f"{phrase.capitalize()}." for phrase in expected) or PRIMING
        return [self._tokenizer.sot_prev, *self._tokens(said)[-_MOST_PRIMING:], *self._plain]

    def _encode(self, utterance: Utterance) -> ctranslate2.StorageView:
        samples = utterance.samples.astype(np.float32) / 32768
        if utterance.rate != RATE:
            samples = resample_poly(samples, RATE, utterance.rate).astype(np.float32)
        found = self._features(samples)[:, :CONTEXT_FRAMES]
        size = min(CONTEXT_FRAMES, found.shape[1] + SILENCE_FRAMES) & ~1
        found = found[:, :size]
        frames = np.zeros((1, found.shape[0], size), dtype=np.float32)
        frames[0, :, : found.shape[1]] = found
        return self._model.encode(ctranslate2.StorageView.from_array(frames))

    def _decode(
        self, encoded: ctranslate2.StorageView, prompt: Sequence[int]
    ) -> tuple[list[tuple[Hypothesis, list[int]]], float]:
        """Free hypotheses with their tokens, best first, and the probability of speech."""
        result = self._model.generate(
            encoded,
            [list(prompt)],
            beam_size=BEAMS,
            num_hypotheses=BEAMS,
            max_length=len(prompt) + _LONGEST,
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        found = [
            (
                Hypothesis(self._tokenizer.decode(ids).strip(), score * (len(ids) + 1)),
                list(ids),
            )
            for ids, score in zip(result.sequences_ids, result.scores, strict=True)
        ]
        return found, 1 - float(result.no_speech_prob)

    def _evidence(
        self,
        known: _Prepared,
        begun: Begun,
        heard: Heard,
        best_free: float,
        beam: Sequence[int],
    ) -> tuple[FormEvidence, ...]:
        """How well the texts fit that the search finds, and those nearest by sound."""
        near = heard.order()[:FOLLOWED]
        wanted = [
            self._tokens(way)
            for column in near
            for way in written(known.matcher.index.said[int(heard.similarities.texts[column])])
        ]
        lead_ins = self._lead_ins(known, begun, heard)
        return tuple(
            FormEvidence(
                known.matcher.index.said[found.text].text,
                float(found.fit - best_free),
                found.support,
                found.support / found.tokens,
                found.ending,
            )
            for found in known.search.search(begun, lead_ins, wanted, beam)[:KEPT]
        )

    def _lead_ins(
        self, known: _Prepared, begun: Begun, heard: Heard
    ) -> tuple[tuple[int, ...], ...]:
        """Tokens said before the name, () for none: those that the audio supports best.

        What the hypotheses lead in with is tried; and beside it, where one is too long for a name,
        what callers lead in with most often, for it may have misheard that.
        """
        heard_ones = [
            tuple(self._tokens(words_before(heard.hypotheses[source].text, reading.start)))
            for source, reading in zip(heard.sources, heard.readings, strict=True)
            if reading.carried
        ]
        longest = max((len(query.text.split()) for query in heard.queries), default=0)
        if not heard_ones and longest < _LONGER_THAN_A_NAME:
            return ((),)
        tried = dict.fromkeys([(), *heard_ones[:_HEARD_LEAD_INS], *self._usual_lead_ins])
        return known.search.likely_lead_ins(begun.fork(), tuple(tried))

    def _tokens(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(f" {text}")) if text else []


def _unique(
    found: Sequence[tuple[Hypothesis, list[int]]],
) -> list[tuple[Hypothesis, list[int]]]:
    """Each transcript once, the first of each kept."""
    by_text: dict[str, tuple[Hypothesis, list[int]]] = {}
    for hypothesis, tokens in found:
        by_text.setdefault(hypothesis.text, (hypothesis, tokens))
    return list(by_text.values())
