"""Carrier phrases and universal commands: the shipped TOML, and what administrators add to it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from grammar.errors import GrammarError
from grammar.model import CarrierPhrase, Command, CommandPhrase
from grammar.text import normalise

POSITIONS = ("before", "after")

DESKS = frozenset({"customer services", "reception", "front desk"})
"""What means the operator only where the directory has no department of that name: whoever asks for
Customer Services, where there are such, wants those."""


class PhraseError(GrammarError):
    """A carrier or command phrase can't be used; the message says which and what to do."""


def without_desks(
    commands: Iterable[CommandPhrase], called: Iterable[str]
) -> tuple[CommandPhrase, ...]:
    """The commands but for the `DESKS` among what departments are called."""
    desks = DESKS.intersection(called)
    return tuple(each for each in commands if each.text.removeprefix("the ") not in desks)


@cache
def shipped() -> tuple[tuple[CarrierPhrase, ...], tuple[CommandPhrase, ...]]:
    """The carriers and commands that come with the program, each sorted."""
    text = resources.files("grammar").joinpath("carriers.toml").read_text(encoding="utf-8")
    return parse(tomllib.loads(text))


def parse(
    content: Mapping[str, Any],
) -> tuple[tuple[CarrierPhrase, ...], tuple[CommandPhrase, ...]]:
    """Carriers and commands from the TOML's content.

    Raises PhraseError for an unknown table or command, for what isn't a list of phrases, and for
    one phrase under two commands.
    """
    unknown = sorted(set(content) - {*POSITIONS, "commands"})
    if unknown:
        raise PhraseError(
            f"[{unknown[0]}] is not a table of the phrases file; use [before], [after] or "
            "[commands]."
        )
    carriers = [
        carrier(phrase, position)
        for position in POSITIONS
        for name, phrases in content.get(position, {}).items()
        for phrase in _phrases(f"{position}.{name}", phrases)
    ]
    commands: dict[str, Command] = {}
    for name, phrases in content.get("commands", {}).items():
        if name not in {command.value for command in Command}:
            raise PhraseError(f"“{name}” is not a command; the commands are {', '.join(Command)}.")
        for phrase in _phrases(f"commands.{name}", phrases):
            text = _said(phrase)
            if commands.setdefault(text, Command(name)) != Command(name):
                raise PhraseError(
                    f"“{phrase}” stands under both {commands[text]} and {name}; keep one of them."
                )
    return (
        _sorted(carriers),
        tuple(CommandPhrase(text, command) for text, command in sorted(commands.items())),
    )


def carrier(text: str, position: str) -> CarrierPhrase:
    """A carrier phrase, normalised. Raises PhraseError if it is empty or its position unknown."""
    if position not in POSITIONS:
        raise PhraseError(f"“{position}” is not a position; say before or after the name.")
    return CarrierPhrase(_said(text), position)


def merged(
    base: Iterable[CarrierPhrase], added: Iterable[CarrierPhrase]
) -> tuple[CarrierPhrase, ...]:
    """Both, each phrase once, sorted."""
    return _sorted([*base, *(carrier(phrase.text, phrase.position) for phrase in added)])


def _sorted(carriers: Iterable[CarrierPhrase]) -> tuple[CarrierPhrase, ...]:
    return tuple(sorted(set(carriers), key=lambda phrase: (phrase.position, phrase.text)))


def _said(phrase: str) -> str:
    text = normalise(phrase)
    if not text:
        raise PhraseError(f"“{phrase}” has no words in it; write the phrase as it is said.")
    return text


def _phrases(name: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(phrase, str) for phrase in value):
        raise PhraseError(f"{name} is not a list of phrases in quotation marks; mend the file.")
    return value
