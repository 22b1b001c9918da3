"""Commands by their words alone: heard plainly, and said in more words than a grammar lists."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from grammar.model import Command, CommandPhrase

_ARTICLES = frozenset({"a", "an", "the"})
"""What is misheard soonest: they don't count."""
_LEAST_SHARE = 0.5
"""Of the words that a command has to be. Lowering it finds commands in more sentences, also in such
as merely hold their words."""
_LEAST_WORDS = 2
"""Of a command within a sentence: single ones ("right", "person") stand in many."""


class SpokenCommands:
    """The command phrases of one grammar. Immutable after construction."""

    def __init__(self, phrases: Iterable[CommandPhrase]) -> None:
        self._commands = {_words(phrase.text): phrase.command for phrase in phrases}

    def of(self, text: str) -> Command | None:
        """The command that a normalised text is, or that is most of it; None for neither.

        Goodbye has to be all that is said: "yes, that's all" ends no call.
        """
        words = _words(text)
        whole = self._commands.get(words)
        if whole is not None:
            return whole
        held = [
            (last - first, last, command)
            for first, last in combinations(range(len(words) + 1), 2)
            if last - first >= max(_LEAST_WORDS, _LEAST_SHARE * len(words))
            and (command := self._commands.get(words[first:last])) is not None
            and command is not Command.GOODBYE
        ]
        return max(held)[2] if held else None


def _words(text: str) -> tuple[str, ...]:
    words = tuple(text.split())
    return tuple(word for word in words if word not in _ARTICLES) or words
