"""Searches all texts of a grammar for those that fit the audio: a closed decode with Whisper.

Whisper is also a language model, and would rather hear "make a stand" than "Rakesh Sen". So a text
is ranked by what the audio says for it: its log-likelihood given the audio, less most of what it
has without any audio (a density ratio; McDermott et al. 2019, "A Density Ratio Approach to Language
Model Fusion in End-to-End Automatic Speech Recognition"). Measured on 30 tuning calls, all texts
scored: right at once 60% without, 90% with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from switchboard.recognition.whisper.decoder import Decoder, Encoding
from switchboard.recognition.whisper.trie import Node, PhraseTrie

Floats = NDArray[np.float64]

PRIOR = 0.8
"""How much of the log-likelihood without audio is taken off. Raising it favours rare names."""

BEAM = (40, 32, 24, 16, 12, 8)
"""Nodes kept after the first token, the second, ...; the last for all later ones. Raising it finds
more of what was heard badly, at about 1 ms of one core a node."""

_FREQUENT = 8000
"""Tokens with the lowest numbers are the most frequent. What any text of the grammar competes with
is these and the grammar's own tokens: the rest hardly ever carries probability."""

_PRIOR_CONTEXT = 2
"""Tokens that the likelihood without audio looks back on. Names share their last tokens, so few
contexts serve many texts, and each is worked out once."""

_KEPT_PRIORS = 50_000
"""Contexts whose states without audio are remembered, 1.6 kB each."""

Context = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A text that the search came to the end of.

    `fit`: log-likelihood given the audio, what was said before the name and the name's end
    included; `prior`: the same without audio; `ending`: of the name's end alone, given the audio;
    `tokens`: how many the text has.
    """

    text: int
    fit: float
    prior: float
    ending: float
    tokens: int

    @property
    def support(self) -> float:
        """What the audio says for the text, in nats."""
        return self.fit - PRIOR * self.prior


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A node reached: `number` is its token's in the decoding, `recent` its last tokens."""

    node: Node
    number: int
    recent: Context
    fit: float
    prior: float

    @property
    def support(self) -> float:
        return self.fit - PRIOR * self.prior

    def grown(self, node: Node, token: int, fit: float, prior: float) -> _Leaf:
        recent = (*self.recent, token)[-_PRIOR_CONTEXT:]
        return _Leaf(node, self.number, recent, self.fit + fit, self.prior + prior)


@dataclass(frozen=True, slots=True)
class _Prior:
    """The decoder's state after a context without audio, its normaliser, and an ending's log-p."""

    state: NDArray[np.float32]
    total: float
    ending: float


class ClosedSearch:
    """Searches one trie. `silence` is the encoding of no audio, `prompt` what all texts follow."""

    def __init__(
        self,
        decoder: Decoder,
        trie: PhraseTrie,
        *,
        silence: Encoding,
        prompt: Sequence[int],
        endings: NDArray[np.int64],
    ) -> None:
        self._decoder = decoder
        self._trie = trie
        self._silence = silence
        self._prompt = list(prompt)
        self._vocabulary = np.unique(np.concatenate([np.arange(_FREQUENT), trie.tokens, endings]))
        self._output = decoder.output(self._vocabulary)
        self._endings = np.searchsorted(self._vocabulary, endings)
        self._priors: dict[Context, _Prior] = {}

    def search(
        self,
        encoding: Encoding,
        lead_in: Sequence[int] = (),
        wanted: Iterable[Sequence[int]] = (),
        beam: Sequence[int] = BEAM,
    ) -> list[Found]:
        """The texts that fit best after the words `lead_in`, best supported first.

        Besides what the beam keeps, the texts `wanted` (as tokens) are followed to their ends.
        """
        forced = {node for tokens in wanted for node in self._trie.path(tokens)}
        decoding = self._decoder.begin(encoding)
        states = self._decoder.chain(decoding, [*self._prompt, *lead_in], -1)
        start = len(self._prompt) - 1
        fit = self._chain_fit(states[start:], lead_in)
        prior = self._lead_in_prior(lead_in) if lead_in else 0.0
        leaves = [_Leaf(self._trie.root, len(states) - 1, (), fit, prior)]
        states = states[-1:]
        found: dict[int, Found] = {}
        for depth in range(1, self._trie.depth + 1):
            grown = self._grow(leaves, states, found)
            grown.sort(key=lambda leaf: -leaf.support)
            width = beam[min(depth, len(beam)) - 1]
            kept = [*grown[:width], *(leaf for leaf in grown[width:] if leaf.node in forced)]
            if not kept:
                break
            first = len(decoding.positions)
            states = self._decoder.extend(
                decoding, [leaf.recent[-1] for leaf in kept], [leaf.number for leaf in kept]
            )
            leaves = [replace(leaf, number=first + at) for at, leaf in enumerate(kept)]
        return sorted(found.values(), key=lambda item: -item.support)

    def fit(self, encoding: Encoding, texts: Sequence[Sequence[int]]) -> Floats:
        """Log-likelihood of whole transcripts, their ends included."""
        decoding = self._decoder.begin(encoding)
        start = self._decoder.chain(decoding, self._prompt, -1)[-1:]
        root = len(self._prompt) - 1
        fits = []
        for tokens in texts:
            if not tokens:
                continue
            states = np.concatenate([start, self._decoder.chain(decoding, tokens, root)])
            _, ends = self._logs(states[-1:])
            fits.append(self._chain_fit(states, tokens) + float(ends[0]))
        return np.array(fits)

    def _grow(
        self, leaves: Sequence[_Leaf], states: NDArray[np.float32], found: dict[int, Found]
    ) -> list[_Leaf]:
        """All that may follow the leaves; texts that end at one of them go to `found`."""
        logs, endings = self._logs(states)
        priors = self._without_audio([leaf.recent for leaf in leaves])
        grown: list[_Leaf] = []
        for row, (leaf, prior) in enumerate(zip(leaves, priors, strict=True)):
            branches = self._trie.branches(leaf.node)
            for text in branches.ending:
                ended = Found(
                    text,
                    leaf.fit + float(endings[row]),
                    leaf.prior + prior.ending,
                    float(endings[row]),
                    leaf.node.depth,
                )
                if text not in found or found[text].support < ended.support:
                    found[text] = ended
            fits = logs[row, np.searchsorted(self._vocabulary, branches.tokens)]
            expected = self._decoder.logits(prior.state, branches.tokens) - prior.total
            grown.extend(
                leaf.grown(node, int(branches.tokens[at]), float(fits[at]), float(expected[at]))
                for at, node in enumerate(branches.nodes)
            )
        return grown

    def _logs(self, states: NDArray[np.float32]) -> tuple[Floats, Floats]:
        """Log-probabilities of the vocabulary after each state, and of an ending."""
        logits = (states @ self._output).astype(np.float64)
        logs = logits - _log_sum(logits)[:, None]
        return logs, _log_sum(logs[:, self._endings])

    def _chain_fit(self, states: NDArray[np.float32], tokens: Sequence[int]) -> float:
        if not tokens:
            return 0.0
        before = states[: len(tokens)]
        total = _log_sum((before @ self._output).astype(np.float64))
        return float((self._decoder.logits_of(before, tokens) - total).sum())

    def _lead_in_prior(self, lead_in: Sequence[int]) -> float:
        decoding = self._decoder.begin(self._silence)
        states = self._decoder.chain(decoding, [*self._prompt, *lead_in], -1)
        return self._chain_fit(states[len(self._prompt) - 1 :], lead_in)

    def _without_audio(self, contexts: Sequence[Context]) -> list[_Prior]:
        """What the decoder expects after each context when it hears nothing."""
        missing = [context for context in dict.fromkeys(contexts) if context not in self._priors]
        if missing:
            if len(self._priors) > _KEPT_PRIORS:
                self._priors.clear()
                missing = list(dict.fromkeys(contexts))
            self._priors.update(zip(missing, self._hear_nothing(missing), strict=True))
        return [self._priors[context] for context in contexts]

    def _hear_nothing(self, contexts: Sequence[Context]) -> list[_Prior]:
        decoding = self._decoder.begin(self._silence)
        begun = self._decoder.chain(decoding, self._prompt, -1)
        numbers: dict[Context, int] = {(): len(self._prompt) - 1}
        states: dict[Context, NDArray[np.float32]] = {(): begun[-1]}
        for length in range(1, _PRIOR_CONTEXT + 1):
            layer = list(dict.fromkeys(each[:length] for each in contexts if len(each) >= length))
            if not layer:
                break
            first = len(decoding.positions)
            grown = self._decoder.extend(
                decoding, [each[-1] for each in layer], [numbers[each[:-1]] for each in layer]
            )
            numbers.update({each: first + at for at, each in enumerate(layer)})
            states.update(zip(layer, grown, strict=True))
        stacked = np.stack([states[each] for each in contexts])
        logits = (stacked @ self._output).astype(np.float64)
        totals = _log_sum(logits)
        endings = _log_sum(logits[:, self._endings]) - totals
        return [
            _Prior(state, float(total), float(ending))
            for state, total, ending in zip(stacked, totals, endings, strict=True)
        ]


def _log_sum(x: Floats) -> Floats:
    top = x.max(-1)
    total: Floats = np.log(np.exp(x - top[..., None]).sum(-1)) + top
    return total
