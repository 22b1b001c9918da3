"""Whisper in PyTorch on the weights of the packaged CTranslate2 model, with low-rank changes.

Only for the adaptation: PyTorch is no dependency of the project. Low-rank changes: Hu et al. 2021,
"LoRA: Low-Rank Adaptation of Large Language Models".
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
import torch.nn.functional as f
from numpy.typing import NDArray
from torch import Tensor, nn

HEAD = 64
RANK = 32


class Linear(nn.Module):
    """A frozen weight, (out, in), and what is added to it: `up @ down`."""

    def __init__(self, weight: NDArray[np.float32], bias: NDArray[np.float32] | None) -> None:
        super().__init__()
        self.register_buffer("weight", torch.from_numpy(weight.copy()))
        self.register_buffer("bias", None if bias is None else torch.from_numpy(bias.copy()))
        self.down = nn.Parameter(torch.randn(RANK, weight.shape[1]) / weight.shape[1] ** 0.5)
        self.up = nn.Parameter(torch.zeros(weight.shape[0], RANK))

    def whole(self) -> Tensor:
        return self.weight + self.up @ self.down

    def forward(self, x: Tensor) -> Tensor:
        # Not by `whole`: the frozen weight then needs no gradient, which saves a fifth of a step.
        return f.linear(x, self.weight, self.bias) + f.linear(f.linear(x, self.down), self.up)


class Norm(nn.Module):
    def __init__(self, gamma: NDArray[np.float32], beta: NDArray[np.float32]) -> None:
        super().__init__()
        self.register_buffer("gamma", torch.from_numpy(gamma.copy()))
        self.register_buffer("beta", torch.from_numpy(beta.copy()))

    def forward(self, x: Tensor) -> Tensor:
        return f.layer_norm(x, (x.shape[-1],), self.gamma, self.beta)


def attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, *, causal: bool) -> Tensor:
    def split(x: Tensor) -> Tensor:
        return x.unflatten(-1, (-1, HEAD)).transpose(1, 2)

    out = f.scaled_dot_product_attention(split(q), split(k), split(v), mask, is_causal=causal)
    return out.transpose(1, 2).flatten(2)


class Layer(nn.Module):
    """Self-attention, cross-attention where there is one, and the feed-forward part."""

    def __init__(
        self, weights: Mapping[str, NDArray[np.float32]], base: str, *, cross: bool
    ) -> None:
        super().__init__()

        def linear(name: str) -> Linear:
            return Linear(weights[f"{base}/{name}/weight"], weights[f"{base}/{name}/bias"])

        def norm(name: str) -> Norm:
            part = f"{base}/{name}/layer_norm"
            return Norm(weights[f"{part}/gamma"], weights[f"{part}/beta"])

        self.own_norm, self.qkv, self.own_out = (
            norm("self_attention"),
            linear("self_attention/linear_0"),
            linear("self_attention/linear_1"),
        )
        self.cross = cross
        if cross:
            self.cross_norm, self.q, self.kv, self.cross_out = (
                norm("attention"),
                linear("attention/linear_0"),
                linear("attention/linear_1"),
                linear("attention/linear_2"),
            )
        self.feed_norm, self.into, self.out = (
            norm("ffn"),
            linear("ffn/linear_0"),
            linear("ffn/linear_1"),
        )

    def forward(self, x: Tensor, encoded: Tensor | None, mask: Tensor | None) -> Tensor:
        q, k, v = self.qkv(self.own_norm(x)).chunk(3, -1)
        x = x + self.own_out(attend(q, k, v, None, causal=self.cross))
        if encoded is not None:
            k, v = self.kv(encoded).chunk(2, -1)
            x = x + self.cross_out(attend(self.q(self.cross_norm(x)), k, v, mask, causal=False))
        return x + self.out(f.gelu(self.into(self.feed_norm(x))))


class Whisper(nn.Module):
    """`weights` by their names in the model file."""

    def __init__(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        super().__init__()
        self.conv = nn.ModuleList(
            Linear(
                weights[f"encoder/conv{n}/weight"].reshape(
                    len(weights[f"encoder/conv{n}/bias"]), -1
                ),
                weights[f"encoder/conv{n}/bias"],
            )
            for n in (1, 2)
        )

        def layers(part: str, *, cross: bool) -> nn.ModuleList:
            return nn.ModuleList(
                Layer(weights, f"{part}/layer_{n}", cross=cross)
                for n in range(_layers(weights, part))
            )

        self.encoder, self.decoder = layers("encoder", cross=False), layers("decoder", cross=True)
        self.encoder_norm, self.decoder_norm = (
            Norm(weights[f"{part}/layer_norm/gamma"], weights[f"{part}/layer_norm/beta"])
            for part in ("encoder", "decoder")
        )
        for name, key in (
            ("encoder_positions", "encoder/position_encodings/encodings"),
            ("positions", "decoder/position_encodings/encodings"),
            ("embeddings", "decoder/embeddings/weight"),
        ):
            self.register_buffer(name, torch.from_numpy(weights[key].copy()))

    def encode(self, mel: Tensor) -> Tensor:
        """(n, 80, frames) to (n, frames / 2, width)."""
        for conv, stride in zip(self.conv, (1, 2), strict=True):
            kernel = conv.whole().unflatten(1, (-1, 3))
            mel = f.gelu(f.conv1d(mel, kernel, conv.bias, stride=stride, padding=1))
        x = mel.transpose(1, 2)
        x = x + self.encoder_positions[: x.shape[1]]
        for layer in self.encoder:
            x = layer(x, None, None)
        return self.encoder_norm(x)

    def decode(self, encoded: Tensor, tokens: Tensor) -> Tensor:
        """States after each token, (n, tokens, width)."""
        x = self.embeddings[tokens] + self.positions[: tokens.shape[1]]
        for layer in self.decoder:
            x = layer(x, encoded, None)
        return self.decoder_norm(x)

    def logits(self, states: Tensor) -> Tensor:
        return states @ self.embeddings.T

    def changes(self) -> dict[str, Linear]:
        """What learns, by the names of the weights that it is added to."""
        names = {
            "qkv": "self_attention/linear_0",
            "own_out": "self_attention/linear_1",
            "q": "attention/linear_0",
            "kv": "attention/linear_1",
            "cross_out": "attention/linear_2",
            "into": "ffn/linear_0",
            "out": "ffn/linear_1",
        }
        found = {f"encoder/conv{n}/weight": conv for n, conv in enumerate(self.conv, start=1)}
        for part, layers in (("encoder", self.encoder), ("decoder", self.decoder)):
            for number, layer in enumerate(layers):
                for attribute, name in names.items():
                    if hasattr(layer, attribute):
                        found[f"{part}/layer_{number}/{name}/weight"] = getattr(layer, attribute)
        return found


def _layers(weights: Mapping[str, NDArray[np.float32]], part: str) -> int:
    return sum(
        name.startswith(f"{part}/") and name.endswith("/ffn/linear_0/weight") for name in weights
    )
