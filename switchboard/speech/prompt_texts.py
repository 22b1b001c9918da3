"""The texts of `prompts.toml`, taken apart at their placeholders."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

from switchboard.dialogue.prompts import ORGANISATION

STUCK = "stuck"
"""The generic sound after which a call can't go on as it was."""

_SAYABLE = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Fragment:
    """Words between placeholders, punctuation included: "Did you want"."""

    words: str


@dataclass(frozen=True, slots=True)
class Placeholder:
    name: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """`text` has the organisation filled in; `generic` names the sound that stands in."""

    name: str
    text: str
    parts: tuple[Fragment | Placeholder, ...]
    generic: str

    @property
    def plain(self) -> bool:
        """Whether it has no placeholder, so that it is one text for all calls."""
        return all(isinstance(part, Fragment) for part in self.parts)


def prompts(organisation: str) -> Mapping[str, Prompt]:
    """Every prompt by name, as this organisation says it."""
    return {
        name: _prompt(name, row["text"], row["generic"], organisation)
        for name, row in _table()["prompts"].items()
    }


def generic_texts() -> Mapping[str, str]:
    """What each shipped generic sound says."""
    texts: Mapping[str, str] = _table()["generic"]
    return texts


@cache
def _table() -> dict[str, Any]:
    text = files("switchboard.speech").joinpath("prompts.toml").read_text("utf-8")
    return tomllib.loads(text)


def _prompt(name: str, text: str, generic: str, organisation: str) -> Prompt:
    # Braces in an organisation's name would be taken for a placeholder.
    said = re.sub(r"[{}]", " ", organisation)
    text = text.replace("{" + ORGANISATION + "}", said)
    parts: list[Fragment | Placeholder] = []
    for words, placeholder, _, _ in Formatter().parse(text):
        if _SAYABLE.search(words):
            parts.append(Fragment(_without_loose_ends(words)))
        if placeholder:
            parts.append(Placeholder(placeholder))
    return Prompt(name, text, tuple(parts), generic)


def _without_loose_ends(words: str) -> str:
    """Without the punctuation that belongs to what stood before: ", press" is "press"."""
    return words.strip().lstrip(",.;:?! ").rstrip(",;: ")
