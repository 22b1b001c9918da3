"""What a voice artist reads: every text that callers can hear, each once, most called first."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from directory.export import safe_cell
from grammar.model import EntryKind, Grammar
from grammar.text import normalise
from switchboard.speech.naming import Names, names_of
from switchboard.speech.prompt_texts import Fragment, Prompt
from switchboard.speech.told_apart import told_apart

KEYS = tuple("123456789")
"""Digits that a list of choices reads out."""


class Kind(StrEnum):
    PROMPT = "prompt"
    KEY = "key"
    DEPARTMENT = "department"
    NAME = "name"
    DETAIL = "detail"
    """What tells people of one name apart, and a surname that several share."""


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """`file` is the name that the recording is to have, without extension; `calls` how often the
    name was called; `said` how words of it sound whose spelling misleads, in IPA."""

    file: str
    kind: Kind
    words: str
    said: str = ""
    calls: int = 0


def script(prompts: Mapping[str, Prompt], grammar: Grammar) -> list[ScriptLine]:
    """Prompts and their parts, keys, departments, people, what tells them apart. Leavers are left
    out; namesakes share a line, because they sound alike."""
    lines: dict[str, ScriptLine] = {}
    for line in (*_of_prompts(prompts), *_of_keys(), *_of_entries(grammar), *_of_details(grammar)):
        key = normalise(line.words)
        if key:
            lines.setdefault(key, line)
    return list(lines.values())


def _of_prompts(prompts: Mapping[str, Prompt]) -> Iterable[ScriptLine]:
    for prompt in prompts.values():
        if prompt.plain:
            yield ScriptLine(_file(Kind.PROMPT, prompt.name), Kind.PROMPT, prompt.text)
    for prompt in prompts.values():
        if not prompt.plain:
            fragments = [part for part in prompt.parts if isinstance(part, Fragment)]
            for number, fragment in enumerate(fragments, start=1):
                name = f"{prompt.name} part {number}"
                yield ScriptLine(_file(Kind.PROMPT, name), Kind.PROMPT, fragment.words)


def _of_keys() -> Iterable[ScriptLine]:
    for key in KEYS:
        yield ScriptLine(_file(Kind.KEY, key), Kind.KEY, key)


def _of_entries(grammar: Grammar) -> Iterable[ScriptLine]:
    names, called = names_of(grammar), dict(grammar.call_counts)
    together: dict[tuple[bool, str], int] = {}
    for entry in grammar.entries:
        if not entry.has_left:
            place = (entry.kind is EntryKind.PERSON, entry.name)
            together[place] = together.get(place, 0) + called.get(entry.key, 0)
    for (person, name), calls in sorted(
        together.items(), key=lambda item: (item[0][0], -item[1], item[0][1])
    ):
        kind = Kind.NAME if person else Kind.DEPARTMENT
        yield ScriptLine(_file(kind, name), kind, name, _said(names, name), calls)


def _of_details(grammar: Grammar) -> Iterable[ScriptLine]:
    names = names_of(grammar)
    for words, calls in told_apart(grammar):
        yield ScriptLine(_file(Kind.DETAIL, words), Kind.DETAIL, words, _said(names, words), calls)


def _file(kind: Kind, words: str) -> str:
    return "-".join([kind.value, *normalise(words.replace("_", " ")).split()])


def _said(names: Names, name: str) -> str:
    return ", ".join(f"{word} /{ipa}/" for word, ipa in names.text(name).ipa.items())


def script_csv(lines: Iterable[ScriptLine]) -> str:
    """As a spreadsheet opens it, without harm. Lines end in CRLF (RFC 4180)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["File", "Kind", "Text", "How it is said", "Calls"])
    for line in lines:
        cells = (f"{line.file}.wav", line.kind.value, line.words, line.said, str(line.calls))
        writer.writerow(map(safe_cell, cells))
    return text.getvalue()
