"""How names are written for a synthesiser, and how they sound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grammar.model import Entry, Grammar
from grammar.phones import to_ipa
from grammar.text import normalise
from switchboard.speech.port import Text


@dataclass(frozen=True, slots=True)
class Names:
    """The entries of one grammar by key, and by word the pronunciations that the matcher uses:
    callers hear a name as colleagues say it."""

    entries: Mapping[str, Entry]
    ipa: Mapping[str, str]

    def text(self, words: str) -> Text:
        """A name, a department or a number as it is to be spoken.

        Written out as for the matcher ("St" is saint, "HR" two letters, "O'Neill" o neill), so
        that what is spoken and what is recognised are the same words.
        """
        said = normalise(words).split()
        return Text(
            " ".join(word.upper() if len(word) == 1 else word for word in said),
            {word: self.ipa[word] for word in said if word in self.ipa},
        )


def names_of(grammar: Grammar) -> Names:
    """The names of a grammar."""
    return Names(
        {entry.key: entry for entry in grammar.entries},
        {word: to_ipa(phones) for word, phones in grammar.pronunciations},
    )
