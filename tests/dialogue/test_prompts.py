"""What the dialogue says, and what the texts provide, are one list."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import switchboard
from switchboard.dialogue.prompts import PLACEHOLDERS, Prompt
from tests.dialogue.conversation import Call

TEXTS = Path(switchboard.__file__).parent / "speech" / "prompts.toml"


def test_lines_fill_in_exactly_the_placeholders_that_are_declared() -> None:
    call = Call()
    for step in (
        "rings", '"jane smith"', "silence", "keys 1", "silence", "busy", '"yes"', "silence",
        "refused", "said", "busy", "said", "busy", "said", "busy", "said",
    ):  # fmt: skip
        call.does(step)
        for action in call.last:
            for line in getattr(action, "lines", ()):
                filled = {*line.entries, *line.words}
                declared = PLACEHOLDERS.get(Prompt(line.prompt), frozenset())
                assert filled == declared - {"organisation"}


def test_every_prompt_has_a_text_with_no_other_placeholders() -> None:
    texts = tomllib.loads(TEXTS.read_text("utf-8"))
    flat = dict(_flat(texts))
    assert {prompt.value for prompt in Prompt} <= set(flat)
    for prompt in Prompt:
        used = set(re.findall(r"\{(\w+)\}", flat[prompt.value]))
        assert used <= PLACEHOLDERS.get(prompt, frozenset())


def _flat(table: dict[str, object]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, str):
            found.append((name, value))
        elif isinstance(value, dict):
            text = value.get("text")
            found += [(name, text)] if isinstance(text, str) else _flat(value)
    return found
