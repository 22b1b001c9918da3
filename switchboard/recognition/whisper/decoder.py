"""Whisper's text decoder over one encoding, for many texts at once.

Texts that share their beginnings share the work: they are laid out as a tree of tokens, and one
pass scores every node of it (tree attention: each token sees the prompt and its own ancestors).
Architecture: Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak Supervision".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

from switchboard.recognition.whisper.weights import read_weights

Floats = NDArray[np.float32]
_HEAD = 64
"""Width of one attention head in every Whisper model."""
_FAR = np.float32(-1e9)
_SQRT_HALF = np.float32(np.sqrt(0.5))


@dataclass(slots=True)
class TokenTree:
    """Texts as a tree of tokens. Node 0 is the prompt's end; the others are tokens."""

    tokens: list[int] = field(default_factory=lambda: [-1])
    parents: list[int] = field(default_factory=lambda: [-1])
    depths: list[int] = field(default_factory=lambda: [0])
    _children: dict[tuple[int, int], int] = field(default_factory=dict)

    def add(self, text: Sequence[int]) -> list[int]:
        """Add a text; returns its nodes, one for each token."""
        node, path = 0, []
        for token in text:
            key = (node, token)
            if key not in self._children:
                self._children[key] = len(self.tokens)
                self.tokens.append(token)
                self.parents.append(node)
                self.depths.append(self.depths[node] + 1)
            node = self._children[key]
            path.append(node)
        return path


@dataclass(frozen=True, slots=True)
class _Layer:
    own: tuple[Floats, ...]
    cross: tuple[Floats, ...]
    feed: tuple[Floats, ...]


@dataclass(frozen=True, slots=True)
class Encoding:
    """Keys and values of an utterance's encoding for each layer: (heads, 64, t), (heads, t, 64)."""

    layers: tuple[tuple[Floats, Floats], ...]


class Decoder:
    """The decoder's weights and its forward pass; float32 on the CPU, one thread of BLAS."""

    def __init__(self, model: Path) -> None:
        weights = read_weights(model, "decoder/")
        self._embeddings = weights["embeddings/weight"]
        self._positions = weights["position_encodings/encodings"]
        self._norm = weights["layer_norm/gamma"], weights["layer_norm/beta"]
        count = sum(1 for name in weights if name.endswith("self_attention/linear_0/weight"))
        self._layers = [_layer(weights, index) for index in range(count)]
        self._heads = self._embeddings.shape[1] // _HEAD

    def encoding(self, encoder_output: Floats) -> Encoding:
        """Keys and values of `encoder_output`, shape (t, width), computed once an utterance."""
        layers = []
        for layer in self._layers:
            _, _, _, _, weight, bias, _, _ = layer.cross
            both = encoder_output @ weight + bias
            keys, values = np.split(both, 2, axis=-1)
            layers.append(
                (
                    np.ascontiguousarray(self._split(keys).swapaxes(-1, -2)),
                    np.ascontiguousarray(self._split(values)),
                )
            )
        return Encoding(tuple(layers))

    def hidden(self, encoding: Encoding, prompt: Sequence[int], tree: TokenTree) -> Floats:
        """The decoder's state after each node of the tree, shape (nodes, width).

        Row 0 is the state at the prompt's end, which predicts the first tokens of all texts.
        """
        length, nodes = len(prompt), len(tree.tokens) - 1
        tokens = np.array([*prompt, *tree.tokens[1:]])
        positions = np.array([*range(length), *(length - 1 + depth for depth in tree.depths[1:])])
        mask = _mask(length, tree)
        x = self._embeddings[tokens] + self._positions[positions]
        for layer, (keys, values) in zip(self._layers, encoding.layers, strict=True):
            x = x + self._own_attention(layer.own, x, mask)
            x = x + self._cross_attention(layer.cross, x, keys, values)
            x = x + _feed_forward(layer.feed, x)
        return _normalise(x[length - 1 : length + nodes], *self._norm)

    def logits(self, hidden: Floats, vocabulary: NDArray[np.int64] | None = None) -> Floats:
        """Unnormalised log-probabilities of the next token, (rows, tokens)."""
        rows = self._embeddings if vocabulary is None else self._embeddings[vocabulary]
        logits: Floats = hidden @ rows.T
        return logits

    def _own_attention(self, weights: tuple[Floats, ...], x: Floats, mask: Floats) -> Floats:
        gamma, beta, into, into_bias, out, out_bias = weights
        joint = _normalise(x, gamma, beta) @ into + into_bias
        queries, keys, values = (self._split(part) for part in np.split(joint, 3, axis=-1))
        seen = _softmax(queries @ keys.swapaxes(-1, -2) / np.float32(8) + mask)
        attended: Floats = self._join(seen @ values) @ out + out_bias
        return attended

    def _cross_attention(
        self, weights: tuple[Floats, ...], x: Floats, keys: Floats, values: Floats
    ) -> Floats:
        gamma, beta, query, query_bias, _, _, out, out_bias = weights
        queries = self._split(_normalise(x, gamma, beta) @ query + query_bias)
        heard = _softmax(queries @ keys / np.float32(8))
        attended: Floats = self._join(heard @ values) @ out + out_bias
        return attended

    def _split(self, x: Floats) -> Floats:
        """(n, width) to (heads, n, 64)."""
        return x.reshape(len(x), self._heads, _HEAD).swapaxes(0, 1)

    def _join(self, x: Floats) -> Floats:
        return x.swapaxes(0, 1).reshape(x.shape[1], -1)


def _mask(prompt: int, tree: TokenTree) -> Floats:
    """0 where a token may look, far below 0 where not: the prompt before it, and its ancestors."""
    nodes = len(tree.tokens) - 1
    mask = np.full((prompt + nodes, prompt + nodes), _FAR, dtype=np.float32)
    mask[:prompt, :prompt] = np.triu(mask[:prompt, :prompt], 1)
    for node in range(1, nodes + 1):
        row, parent = prompt + node - 1, tree.parents[node]
        mask[row] = mask[prompt + parent - 1]
        mask[row, row] = 0
    return mask


def _layer(weights: dict[str, Floats], index: int) -> _Layer:
    def part(name: str, linears: int) -> tuple[Floats, ...]:
        base = f"layer_{index}/{name}"
        found = [weights[f"{base}/layer_norm/gamma"], weights[f"{base}/layer_norm/beta"]]
        for number in range(linears):
            found.append(np.ascontiguousarray(weights[f"{base}/linear_{number}/weight"].T))
            found.append(weights[f"{base}/linear_{number}/bias"])
        return tuple(found)

    return _Layer(part("self_attention", 2), part("attention", 3), part("ffn", 2))


def _feed_forward(weights: tuple[Floats, ...], x: Floats) -> Floats:
    gamma, beta, into, into_bias, out, out_bias = weights
    inner = _normalise(x, gamma, beta) @ into + into_bias
    active = np.float32(0.5) * inner * (1 + erf(inner * _SQRT_HALF))
    fed: Floats = active @ out + out_bias
    return fed


def _normalise(x: Floats, gamma: Floats, beta: Floats) -> Floats:
    centred = x - x.mean(-1, keepdims=True)
    variance = (centred * centred).mean(-1, keepdims=True)
    scaled: Floats = centred / np.sqrt(variance + np.float32(1e-5)) * gamma + beta
    return scaled


def _softmax(x: Floats) -> Floats:
    powers = np.exp(x - x.max(-1, keepdims=True))
    shares: Floats = powers / powers.sum(-1, keepdims=True)
    return shares
