"""Names on the letter keys of a telephone (ITU-T E.161: 2 is ABC, 7 is PQRS, 9 is WXYZ)."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict

from grammar.model import FormKind, Grammar

KEYS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")

_NAMES = frozenset(
    {
        FormKind.SURNAME,
        FormKind.FULL_NAME,
        FormKind.KNOWN_AS,
        FormKind.DEPARTMENT,
        FormKind.ALIAS,
        FormKind.ADDED,
    }
)

_LEAST = 3
"""Keys that a beginning of a name must have; a whole name may be shorter (Ng). Below 3 a beginning
fits hundreds."""


def keys_for(text: str) -> str:
    """The keys that spell normalised text, spaces left out: "jane smith" is "526376484"."""
    return text.replace(" ", "").translate(KEYS)


class LetterKeys:
    """Entries by the keys of their names. Immutable after construction."""

    def __init__(self, grammar: Grammar) -> None:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for form in grammar.forms:
            if form.kind in _NAMES:
                found[keys_for(form.text)].add(form.entry)
        self._entries = {keys: tuple(sorted(entries)) for keys, entries in found.items()}
        self._sorted = sorted(self._entries)

    def named(self, keys: str) -> tuple[str, ...]:
        """Keys of the entries whose surname or full name is spelled so; where there is none, of
        those whose name begins so; () for fewer than three keys that are no whole name."""
        if keys in self._entries:
            return self._entries[keys]
        if len(keys) < _LEAST:
            return ()
        return tuple(dict.fromkeys(e for name in self._from(keys) for e in self._entries[name]))

    def goes_on(self, keys: str) -> bool:
        """Whether a longer name begins so."""
        return any(name != keys for name in self._from(keys)[:2])

    def _from(self, keys: str) -> list[str]:
        first = bisect_left(self._sorted, keys)
        last = bisect_left(self._sorted, keys + ":")  # ":" sorts after "9"
        return self._sorted[first:last]
