"""Log-likelihoods of texts over one encoding, and of the same without any audio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from switchboard.recognition.whisper.decoder import Decoder, Decoding, Encoding
from switchboard.recognition.whisper.trie import PhraseTrie

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

_PRIORS_AHEAD = 25_000
"""Of these, how many are worked out before an utterance needs them; each takes 0.6 ms."""

_PRIORS_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Prior:
    """The decoder's state after a context without audio, its normaliser, and an ending's log-p."""

    state: States
    total: float
    ending: float


@dataclass(frozen=True, slots=True)
class Begun:
    """A decoding in which the prompt is done: the state after it, and its last token's number."""

    decoding: Decoding
    state: States
    root: int

    def fork(self) -> Begun:
        """One that grows apart from this."""
        return Begun(self.decoding.fork(), self.state, self.root)


@dataclass(frozen=True, slots=True)
class Chains:
    """Texts added to a decoding. `states[0]` is the state before them, the others those after the
    tokens that were added; `before` are the rows that predict the texts' tokens, one after the
    other, `ends` those after each whole text; `numbers` number the texts' last tokens in the
    decoding."""

    texts: tuple[Context, ...]
    states: States
    before: tuple[int, ...]
    ends: tuple[int, ...]
    numbers: tuple[int, ...]

    @property
    def last(self) -> States:
        """The state after each whole text."""
        return self.states[list(self.ends)]


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
        self._prompt = list(prompt)
        self._nothing = self.begin(silence)
        self._priors: dict[Context, Prior] = {}
        self._expected: list[Context] = []
        self._whole_priors: dict[Context, float] = {}

    def begin(self, encoding: Encoding) -> Begun:
        """The prompt decoded over an encoding: what texts are then added to."""
        decoding = self.decoder.begin(encoding)
        known = [-1, *range(len(self._prompt) - 1)]
        states = self.decoder.extend(decoding, self._prompt, known)
        return Begun(decoding, states[-1], len(self._prompt) - 1)

    def after(self, states: States) -> tuple[Floats, Floats]:
        """Log-probabilities of the vocabulary after each state, and of an ending."""
        logits = states @ self._output
        totals = _log_sum(logits)
        logs = logits - totals[:, None]
        return logs, _log_sum(logits[:, self._endings]) - totals

    def expected(self, prior: Prior, tokens: NDArray[np.int64]) -> Floats:
        """Log-probabilities of these tokens without audio."""
        return (self.decoder.logits(prior.state, tokens) - prior.total).astype(np.float64)

    def grow(self, begun: Begun, texts: Sequence[Context]) -> Chains:
        """Add texts after the prompt, all in one pass; what they begin with in common, once."""
        first = len(begun.decoding.positions)
        rows: dict[Context, int] = {(): 0}
        tokens: list[int] = []
        parents: list[int] = []
        before: list[int] = []
        for text in texts:
            for depth, token in enumerate(text):
                row = rows[text[:depth]]
                before.append(row)
                if text[: depth + 1] not in rows:
                    tokens.append(token)
                    parents.append(first + row - 1 if row else begun.root)
                    rows[text[: depth + 1]] = len(tokens)
        grown = self.decoder.extend(begun.decoding, tokens, parents)
        states = np.concatenate([begun.state[None], grown])
        ends = tuple(rows[text] for text in texts)
        numbers = tuple(first + end - 1 if end else begun.root for end in ends)
        return Chains(tuple(texts), states, tuple(before), ends, numbers)

    def fit(self, chains: Chains) -> Floats:
        """Log-likelihood of each text of the chains, 0 for an empty one."""
        tokens = [token for text in chains.texts for token in text]
        owners = np.repeat(np.arange(len(chains.texts)), [len(text) for text in chains.texts])
        if not tokens:
            return np.zeros(len(chains.texts))
        states = chains.states[list(chains.before)]
        totals = _log_sum(states @ self._output)
        each = self.decoder.logits_of(states, tokens) - totals
        sums = np.bincount(owners, weights=each, minlength=len(chains.texts))
        return sums.astype(np.float64)

    def fits(self, begun: Begun, texts: Sequence[Sequence[int]]) -> Floats:
        """Log-likelihoods of whole transcripts, their ends included; empty ones left out."""
        whole = [tuple(text) for text in texts if text]
        if not whole:
            return np.zeros(0)
        chains = self.grow(begun, whole)
        _, endings = self.after(chains.last)
        return self.fit(chains) + endings

    def whole_priors(self, texts: Sequence[Context]) -> list[float]:
        """Log-likelihoods of beginnings without audio; remembered."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._whole_priors]
        if missing:
            if len(self._whole_priors) > _KEPT_PRIORS:
                self._whole_priors.clear()
                missing = list(dict.fromkeys(texts))
            fits = self.fit(self.grow(self._nothing.fork(), missing))
            self._whole_priors.update(zip(missing, map(float, fits), strict=True))
        return [self._whole_priors[text] for text in texts]

    def expect(self, trie: PhraseTrie) -> None:
        """These texts will be searched: work ahead on what they need."""
        self._expected = trie.contexts(_PRIOR_CONTEXT)[-_PRIORS_AHEAD:]

    def work_ahead(self) -> bool:
        """As `Recogniser.work_ahead`."""
        at_once = self._expected[-_PRIORS_AT_ONCE:]
        del self._expected[-_PRIORS_AT_ONCE:]
        if at_once:
            self.priors(at_once)
        return bool(self._expected)

    def priors(self, recent: Sequence[Context]) -> list[Prior]:
        """What the decoder expects after each of these tokens when it hears nothing."""
        contexts = [each[-_PRIOR_CONTEXT:] for each in recent]
        missing = [context for context in dict.fromkeys(contexts) if context not in self._priors]
        if missing:
            if len(self._priors) > _KEPT_PRIORS:
                self._priors.clear()
                missing = list(dict.fromkeys(contexts))
            states = self.grow(self._nothing.fork(), missing).last
            logits = states @ self._output
            totals = _log_sum(logits)
            endings = _log_sum(logits[:, self._endings]) - totals
            for context, state, total, ending in zip(missing, states, totals, endings, strict=True):
                self._priors[context] = Prior(state, float(total), float(ending))
        return [self._priors[context] for context in contexts]


def _log_sum(x: States) -> Floats:
    """log(sum(exp(x))) of each row."""
    top = x.max(-1)
    total: Floats = np.log(np.exp(x - top[..., None]).sum(-1, dtype=np.float64)) + top
    return total
