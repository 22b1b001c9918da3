"""A line of the dialogue as the pieces that it is said in."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.dialogue.actions import Line
from switchboard.dialogue.differences import APART
from switchboard.speech.naming import Names
from switchboard.speech.port import Text
from switchboard.speech.prompt_texts import Fragment, Prompt


class NotSayableError(Exception):
    """A line names a prompt, an entry or words that aren't there. Holds no personal data."""


@dataclass(frozen=True, slots=True)
class Piece:
    """`words` are what a recording of it is known by, `text` what is spoken without one."""

    words: str
    text: Text
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """`whole` is spoken in one breath where nothing of it is recorded; `pieces` one by one."""

    whole: Text
    pieces: tuple[Piece, ...]


def sentence(line: Line, prompt: Prompt, names: Names) -> Sentence:
    """What the line says. Raises NotSayableError."""
    if prompt.plain:
        text = Text(prompt.text)
        return Sentence(text, (Piece(prompt.text, text),))
    ipa: dict[str, str] = {}
    filled: dict[str, str] = {}
    pieces: list[Piece] = []
    for part in prompt.parts:
        if isinstance(part, Fragment):
            pieces.append(Piece(part.words, Text(part.words)))
            continue
        given = _given(line, part.name, names)
        if not all(piece.text.words for piece in given):
            raise NotSayableError(f"nothing is given for {{{part.name}}}")
        for piece in given:
            ipa |= piece.text.ipa
        filled[part.name] = ", ".join(piece.text.words for piece in given)
        pieces += given
    return Sentence(Text(prompt.text.format(**filled), ipa), tuple(pieces))


def _given(line: Line, placeholder: str, names: Names) -> list[Piece]:
    """What stands at a placeholder: a name, or words, which may be several."""
    key = line.entries.get(placeholder, "")
    if key:
        return [named(names, key)]
    return [worded(names, words) for words in line.words.get(placeholder, "").split(APART)]


def named(names: Names, key: str) -> Piece:
    """An entry's name. Raises NotSayableError."""
    entry = names.entries.get(key)
    if entry is None:
        raise NotSayableError("an entry isn't in this call's grammar")
    return Piece(entry.name, names.text(entry.name), key)


def worded(names: Names, words: str) -> Piece:
    """A department, a job, a number."""
    return Piece(words, names.text(words))
