"""Whisper's text decoder over one encoding, for many beginnings of texts at once.

Texts that share their beginnings share the work: what has been decoded is a tree of tokens, and
each step adds a layer of leaves to it (each token attends to the prompt and its own ancestors).
Architecture: Radford et al. 2022, "Robust Speech Recognition via Large-Scale Weak Supervision".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from switchboard.recognition.whisper.weights import read_weights

Floats = NDArray[np.float32]
_HEAD = 64
"""Width of one attention head in every Whisper model."""
_FAR = np.float32(-1e9)
_GELU_LINEAR = np.float32(np.sqrt(8 / np.pi))
_EXPONENT = np.float32(80)
"""Beyond which exp() overflows in float32."""
_GELU_CUBIC = np.float32(0.044715 * np.sqrt(8 / np.pi))


@dataclass(frozen=True, slots=True)
class _Layer:
    own: tuple[Floats, ...]
    cross: tuple[Floats, ...]
    feed: tuple[Floats, ...]


@dataclass(frozen=True, slots=True)
class Encoding:
    """Keys and values of an utterance's encoding for each layer: (heads, 64, t), (heads, t, 64)."""

    layers: tuple[tuple[Floats, Floats], ...]


@dataclass(slots=True)
class Decoding:
    """A tree of tokens decoded so far over one encoding. Tokens are numbered as they were added.

    `keys` and `values` of the self-attention, (heads, tokens, 64) a layer; `seen[i, j]`: token i
    attends to token j.
    """

    encoding: Encoding
    keys: list[Floats]
    values: list[Floats]
    seen: NDArray[np.bool_]
    positions: NDArray[np.int64]

    def fork(self) -> Decoding:
        """A decoding that goes on from here by itself; arrays are replaced, never written to."""
        return replace(self, keys=list(self.keys), values=list(self.values))


class Decoder:
    """The decoder's weights and its forward pass; float32 on the CPU, one thread of BLAS."""

    def __init__(self, model: bytes) -> None:
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

    def begin(self, encoding: Encoding) -> Decoding:
        """A tree without tokens."""
        empty = np.zeros((self._heads, 0, _HEAD), dtype=np.float32)
        layers = range(len(self._layers))
        return Decoding(
            encoding,
            [empty for _ in layers],
            [empty for _ in layers],
            np.zeros((0, 0), dtype=np.bool_),
            np.zeros(0, dtype=np.int64),
        )

    def extend(self, decoding: Decoding, tokens: Sequence[int], parents: Sequence[int]) -> Floats:
        """Add tokens, each below its parent; returns the states after them, (tokens, width).

        A parent may be -1 (the start) or any token added earlier, in this call or before.
        """
        known = len(decoding.positions)
        _grow(decoding, parents)
        seen = decoding.seen[known:]
        mask = np.where(seen, np.float32(0), _FAR)
        x = (
            self._embeddings[np.asarray(tokens, dtype=np.int64)]
            + self._positions[decoding.positions[known:]]
        )
        for number, layer in enumerate(self._layers):
            queries, keys, values = self._own(layer.own, x)
            decoding.keys[number] = np.concatenate([decoding.keys[number], keys], axis=1)
            decoding.values[number] = np.concatenate([decoding.values[number], values], axis=1)
            reach = queries @ decoding.keys[number].swapaxes(-1, -2)
            reach += mask
            attended = self._join(_attend(reach, decoding.values[number]))
            x = x + attended @ layer.own[4] + layer.own[5]
            x = x + self._cross_attention(layer.cross, x, *decoding.encoding.layers[number])
            x = x + _feed_forward(layer.feed, x)
        return _normalise(x, *self._norm)

    def logits_of(self, states: Floats, tokens: Sequence[int]) -> Floats:
        """The logit of one token after each state, (tokens,)."""
        logits: Floats = np.einsum("ij,ij->i", states, self._embeddings[np.asarray(tokens)])
        return logits

    def logits(self, state: Floats, tokens: NDArray[np.int64]) -> Floats:
        """The logits of some tokens after one state, (tokens,)."""
        logits: Floats = self._embeddings[tokens] @ state
        return logits

    def output(self, vocabulary: NDArray[np.int64]) -> Floats:
        """The matrix from states to logits of these tokens: logits = states @ output."""
        return np.ascontiguousarray(self._embeddings[vocabulary].T)

    def _own(self, weights: tuple[Floats, ...], x: Floats) -> tuple[Floats, Floats, Floats]:
        """Queries, keys and values of the self-attention."""
        gamma, beta, into, into_bias, _, _ = weights
        joint = _normalise(x, gamma, beta) @ into
        joint += into_bias
        queries, keys, values = (self._split(part) for part in np.split(joint, 3, axis=-1))
        return queries, keys, values

    def _cross_attention(
        self, weights: tuple[Floats, ...], x: Floats, keys: Floats, values: Floats
    ) -> Floats:
        gamma, beta, query, query_bias, _, _, out, out_bias = weights
        queries = self._split(_normalise(x, gamma, beta) @ query + query_bias)
        attended: Floats = self._join(_attend(queries @ keys, values)) @ out + out_bias
        return attended

    def _split(self, x: Floats) -> Floats:
        """(n, width) to (heads, n, 64)."""
        return x.reshape(len(x), self._heads, _HEAD).swapaxes(0, 1)

    def _join(self, x: Floats) -> Floats:
        return x.swapaxes(0, 1).reshape(x.shape[1], self._heads * _HEAD)


def _grow(decoding: Decoding, parents: Sequence[int]) -> None:
    """Number the new tokens, and say whom each attends to: itself, and whom its parent does."""
    known, total = len(decoding.positions), len(decoding.positions) + len(parents)
    seen = np.zeros((total, total), dtype=np.bool_)
    seen[:known, :known] = decoding.seen
    positions = np.zeros(total, dtype=np.int64)
    positions[:known] = decoding.positions
    for token, parent in enumerate(parents, start=known):
        if parent >= 0:
            seen[token] = seen[parent]
            positions[token] = positions[parent] + 1
        seen[token, token] = True
    decoding.seen, decoding.positions = seen, positions


def _layer(weights: dict[str, Floats], index: int) -> _Layer:
    def part(name: str, linears: int) -> tuple[Floats, ...]:
        base = f"layer_{index}/{name}"
        found = [weights[f"{base}/layer_norm/gamma"], weights[f"{base}/layer_norm/beta"]]
        for number in range(linears):
            found.append(np.ascontiguousarray(weights[f"{base}/linear_{number}/weight"].T))
            found.append(weights[f"{base}/linear_{number}/bias"].copy())
        return tuple(found)

    own, cross = part("self_attention", 2), part("attention", 3)
    # Attention divides by the root of a head's width: here once, in the weights of the queries.
    width = own[3].shape[0] // 3
    for queries in (own[2][:, :width], own[3][:width], *cross[2:4]):
        np.multiply(queries, np.float32(_HEAD**-0.5), out=queries)
    return _Layer(own, cross, part("ffn", 2))


def _feed_forward(weights: tuple[Floats, ...], x: Floats) -> Floats:
    gamma, beta, into, into_bias, out, out_bias = weights
    inner = _normalise(x, gamma, beta) @ into
    inner += into_bias
    fed: Floats = _gelu(inner) @ out + out_bias
    return fed


def _gelu(x: Floats) -> Floats:
    """Hendrycks and Gimpel 2016, by their approximation: off by 0.0005 at most, four times as fast
    here as the error function."""
    inner: Floats = x * x
    inner *= _GELU_CUBIC
    inner += _GELU_LINEAR
    inner *= -x
    np.minimum(inner, _EXPONENT, out=inner)
    np.exp(inner, out=inner)
    inner += 1
    np.divide(x, inner, out=inner)
    return inner


def _normalise(x: Floats, gamma: Floats, beta: Floats) -> Floats:
    centred: Floats = x - x.mean(-1, keepdims=True)
    variance = np.einsum("ij,ij->i", centred, centred)[:, None] / np.float32(x.shape[-1])
    centred *= gamma / np.sqrt(variance + np.float32(1e-5))
    centred += beta
    return centred


def _attend(reach: Floats, values: Floats) -> Floats:
    """The values weighted by softmax(reach); overwrites `reach`, the largest array of a step."""
    reach -= reach.max(-1, keepdims=True)
    np.exp(reach, out=reach)
    attended: Floats = reach @ values
    attended /= reach.sum(-1, keepdims=True)
    return attended
