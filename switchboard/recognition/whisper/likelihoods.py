"""Log-likelihoods of texts over one encoding, and of the same without any audio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from switchboard.recognition.whisper.decoder import Decoder, Decoding, Encoding

Floats = NDArray[np.float64]
States = NDArray[np.float32]
Context = tuple[int, ...]

_FREQUENT = 8000
"""Tokens with the lowest numbers are the most frequent. What any text of the grammar competes with
is these and the grammar's own tokens: the rest hardly ever carries probability."""

_PRIOR_CONTEXT = 2
"""Tokens that the likelihood without audio looks back on. Names share their last tokens, so few
contexts serve many texts, and each is worked out once."""

_KEPT_PRIORS = 50_000
"""Contexts whose states without audio are remembered, 1.6 kB each."""


@dataclass(frozen=True, slots=True)
class Prior:
    """The decoder's state after a context without audio, its normaliser, and an ending's log-p."""

    state: States
    total: float
    ending: float


class Likelihoods:
    """The decoder with a vocabulary cut to what matters for one grammar.

    `silence` is the encoding of no audio, `prompt` what every text follows, `endings` the tokens
    that may follow a whole name.
    """

    def __init__(
        self,
        decoder: Decoder,
        tokens: NDArray[np.int64],
        *,
        silence: Encoding,
        prompt: Sequence[int],
        endings: NDArray[np.int64],
    ) -> None:
        self.decoder = decoder
        self.vocabulary = np.unique(np.concatenate([np.arange(_FREQUENT), tokens, endings]))
        self._output = decoder.output(self.vocabulary)
        self._endings = np.searchsorted(self.vocabulary, endings)
        self._silence = silence
        self._prompt = list(prompt)
        self._priors: dict[Context, Prior] = {}
        self._whole_priors: dict[Context, float] = {}

    def begin(self, encoding: Encoding) -> tuple[Decoding, States, int]:
        """A decoding of the prompt, the state after it, and its last token's number."""
        decoding = self.decoder.begin(encoding)
        known = [-1, *range(len(self._prompt) - 1)]
        states = self.decoder.extend(decoding, self._prompt, known)
        return decoding, states[-1], len(self._prompt) - 1

    def after(self, states: States) -> tuple[Floats, Floats]:
        """Log-probabilities of the vocabulary after each state, and of an ending."""
        logits = (states @ self._output).astype(np.float64)
        logs = logits - _log_sum(logits)[:, None]
        return logs, _log_sum(logs[:, self._endings])

    def expected(self, prior: Prior, tokens: NDArray[np.int64]) -> Floats:
        """Log-probabilities of these tokens without audio."""
        return (self.decoder.logits(prior.state, tokens) - prior.total).astype(np.float64)

    def chains(
        self, decoding: Decoding, texts: Sequence[Sequence[int]], root: int, begun: States
    ) -> list[tuple[float, float, int, States]]:
        """Add texts below the token `root`, whose state is `begun`, all in one pass.

        For each: its log-likelihood, that of an ending after it, its last token's number, and the
        state there. An empty text is the root itself.
        """
        tokens: list[int] = []
        parents: list[int] = []
        first = len(decoding.positions)
        spans = []
        for text in texts:
            at = first + len(tokens)
            parents.extend([root, *range(at, at + len(text) - 1)][: len(text)])
            tokens.extend(text)
            spans.append((at - first, at - first + len(text)))
        states = np.concatenate([begun[None], self.decoder.extend(decoding, tokens, parents)])
        _, endings = self.after(states[[end if end > start else 0 for start, end in spans]])
        found = []
        for text, (start, end), ending in zip(texts, spans, endings, strict=True):
            before = states[[0, *range(start + 1, end)]]
            number = first + end - 1 if end > start else root
            state = states[end if end > start else 0]
            found.append((self._fit(before, text), float(ending), number, state))
        return found

    def fits(self, encoding: Encoding, texts: Sequence[Sequence[int]]) -> Floats:
        """Log-likelihoods of whole transcripts, their ends included; empty ones left out."""
        decoding, begun, root = self.begin(encoding)
        whole = [text for text in texts if text]
        if not whole:
            return np.zeros(0)
        chains = self.chains(decoding, whole, root, begun)
        return np.array([fit + ending for fit, ending, _, _ in chains])

    def whole_priors(self, texts: Sequence[Context]) -> list[float]:
        """Log-likelihoods of beginnings without audio; remembered."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._whole_priors]
        if missing:
            if len(self._whole_priors) > _KEPT_PRIORS:
                self._whole_priors.clear()
                missing = list(dict.fromkeys(texts))
            decoding, begun, root = self.begin(self._silence)
            for text, (fit, *_) in zip(
                missing, self.chains(decoding, missing, root, begun), strict=True
            ):
                self._whole_priors[text] = fit
        return [self._whole_priors[text] for text in texts]

    def priors(self, recent: Sequence[Context]) -> list[Prior]:
        """What the decoder expects after each of these tokens when it hears nothing."""
        contexts = [each[-_PRIOR_CONTEXT:] for each in recent]
        missing = [context for context in dict.fromkeys(contexts) if context not in self._priors]
        if missing:
            if len(self._priors) > _KEPT_PRIORS:
                self._priors.clear()
                missing = list(dict.fromkeys(contexts))
            decoding, begun, root = self.begin(self._silence)
            chains = self.chains(decoding, missing, root, begun)
            states = np.stack([state for *_, state in chains])
            totals = _log_sum((states @ self._output).astype(np.float64))
            for context, total, (_, ending, _, state) in zip(missing, totals, chains, strict=True):
                self._priors[context] = Prior(state, float(total), ending)
        return [self._priors[context] for context in contexts]

    def _fit(self, before: States, text: Sequence[int]) -> float:
        if not text:
            return 0.0
        total = _log_sum((before @ self._output).astype(np.float64))
        return float((self.decoder.logits_of(before, text) - total).sum())


def _log_sum(x: Floats) -> Floats:
    top = x.max(-1)
    total: Floats = np.log(np.exp(x - top[..., None]).sum(-1)) + top
    return total
