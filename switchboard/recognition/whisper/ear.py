"""One Whisper model: what it hears freely, and the decoder that scores texts over an encoding.

CTranslate2 runs the encoder and the open decode (int8), `decoder.py` the rest on the same weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import ctranslate2
import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer
from scipy.signal import resample_poly
from tokenizers import Tokenizer as TokenizerFile

from grammar.hearing import Hypothesis
from switchboard.errors import EngineError
from switchboard.recognition.port import Utterance
from switchboard.recognition.whisper.decoder import Decoder, Encoding
from switchboard.recognition.whisper.likelihoods import Likelihoods
from switchboard.recognition.whisper.model import MODEL, TOKENIZER, PackagedModel
from switchboard.recognition.whisper.trie import PhraseTrie

RATE = 16000
CONTEXT_FRAMES = 1000
"""Most frames of 10 ms that the encoder is given; an utterance is at most 8 s long."""

SILENCE_FRAMES = 80
"""What it is given beyond the utterance: it learnt with 40 to 150. Raising it costs CPU."""

PRIMING = "Jane Smith. Mark Jones. Anita Patel."
"""What the second decode believes was just said when nothing else is expected: names."""

_MOST_PRIMING = 100
"""Tokens of expected phrases that a primed decode is given; the decoder holds 448 in all."""

_LONGEST = 40
"""Tokens a free hypothesis; 8 s of fast speech has about 30."""

_ENDINGS = (
    ",", ".", "?", "!", ";", " -", " please", " in", " from", " at", " the", " there", " for",
    " department", " team", " office", " available",
)  # fmt: skip
"""What may follow a whole name; beside the end of the text."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """A free hypothesis with its tokens."""

    hypothesis: Hypothesis
    tokens: tuple[int, ...]


def tokenizer_of(model: PackagedModel, file: bytes) -> Tokenizer:
    """Its tokenizer, told to write English. Raises ValueError when the file is none."""
    told = {"task": "transcribe", "language": "en"} if model.multilingual else {}
    return Tokenizer(TokenizerFile.from_str(file.decode()), multilingual=model.multilingual, **told)


class Ear:
    """A loaded model, on one thread. Raises EngineError if it can't load."""

    def __init__(self, model: PackagedModel) -> None:
        files = model.adapted()
        try:
            self._model = ctranslate2.models.Whisper(
                model.name, "cpu", compute_type="int8", intra_threads=1, files=files
            )
            self._tokenizer = tokenizer_of(model, files[TOKENIZER])
        except (KeyError, RuntimeError, ValueError) as error:
            raise EngineError(
                f"The packaged Whisper model {model.name} can't be loaded; install the packages "
                "again with `make install`."
            ) from error
        self._features = FeatureExtractor()
        self._decoder = Decoder(files[MODEL])
        self._plain = [*self._tokenizer.sot_sequence, self._tokenizer.no_timestamps]
        self._ends = np.array(
            sorted({self._tokenizer.eot, *(self._tokenizer.encode(end)[0] for end in _ENDINGS)})
        )
        self._silence = self.encoding(self.encode(Utterance(np.zeros(RATE, dtype=np.int16), RATE)))

    def likelihoods(self, trie: PhraseTrie) -> Likelihoods:
        """Those of the trie's texts, with what they need worked out ahead."""
        found = Likelihoods(
            self._decoder,
            trie.tokens,
            silence=self._silence,
            prompt=self._plain,
            endings=self._ends,
        )
        found.expect(trie)
        return found

    def tokens(self, text: str) -> tuple[int, ...]:
        return tuple(self._tokenizer.encode(f" {text}")) if text else ()

    def encode(self, utterance: Utterance) -> ctranslate2.StorageView:
        samples = utterance.samples.astype(np.float32) / 32768
        if utterance.rate != RATE:
            samples = resample_poly(samples, RATE, utterance.rate).astype(np.float32)
        found = self._features(samples)[:, :CONTEXT_FRAMES]
        size = min(CONTEXT_FRAMES, found.shape[1] + SILENCE_FRAMES) & ~1
        found = found[:, :size]
        frames = np.zeros((1, found.shape[0], size), dtype=np.float32)
        frames[0, :, : found.shape[1]] = found
        return self._model.encode(ctranslate2.StorageView.from_array(frames))

    def encoding(self, encoded: ctranslate2.StorageView) -> Encoding:
        """What texts are scored over."""
        return self._decoder.encoding(np.asarray(encoded)[0].astype(np.float32))

    def decode(
        self, encoded: ctranslate2.StorageView, beams: int, said_before: str = ""
    ) -> tuple[list[Transcript], float]:
        """Free hypotheses, best first, and the probability of speech."""
        prompt = list(self._plain)
        if said_before:
            before = self.tokens(said_before)[-_MOST_PRIMING:]
            prompt = [self._tokenizer.sot_prev, *before, *prompt]
        result = self._model.generate(
            encoded,
            [prompt],
            beam_size=beams,
            num_hypotheses=beams,
            max_length=len(prompt) + _LONGEST,
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        found = [
            Transcript(
                Hypothesis(self._tokenizer.decode(ids).strip(), score * (len(ids) + 1)), tuple(ids)
            )
            for ids, score in zip(result.sequences_ids, result.scores, strict=True)
        ]
        return found, 1 - float(result.no_speech_prob)
