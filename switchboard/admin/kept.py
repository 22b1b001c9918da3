"""What pages look things up in, held in memory until what it was made from changes.

A directory of 50,000 people takes seconds to index and its grammar longer to build, so no page
does it anew. When the directory changes, the next page waits a moment for the new one, and then
makes do with the old one while it is being made.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from typing import Generic, TypeVar

from directory.model import Directory
from directory.search import Entry, SearchIndex
from grammar.model import Grammar, SpokenForm
from grammar.pronunciation import shipped_pronunciations, to_phones
from grammar.spoken_forms import Uniqueness, uniqueness
from switchboard.storage.additions import aliases, carriers, pronunciations
from switchboard.storage.directories import directory_revision, load_snapshot
from switchboard.storage.grammars import draft_grammar, published_grammar
from switchboard.storage.publishing import published_version
from switchboard.storage.store import Store

Value = TypeVar("Value")

_PATIENCE_S = 3.0
"""How long a page waits for a new value while there is an old one. Raising it shows fewer pages
from before the last change, in large directories, and makes them slower."""


class Kept(Generic[Value]):
    """One value, made by `make` in a thread of its own whenever it is asked for under a new key."""

    def __init__(self, make: Callable[[], Value]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="admin-kept")
        self._value: Value | None = None
        self._key: Hashable = None
        self._coming: tuple[Hashable, Future[Value]] | None = None

    def get(self, key: Hashable) -> tuple[Value, bool]:
        """The value, and whether it is that of the key; if not, the new one is being made.

        Waits for the first one as long as it takes. Raises what `make` raises.
        """
        with self._lock:
            if self._value is not None and self._key == key:
                return self._value, True
            if self._coming is None or self._coming[0] != key:
                self._coming = (key, self._pool.submit(self._make))
            coming, old = self._coming[1], self._value
        try:
            value = coming.result(timeout=None if old is None else _PATIENCE_S)
        except NotYet:
            if old is None:
                raise
            return old, False
        finally:
            self._settle()
        return value, True

    def _settle(self) -> None:
        with self._lock:
            if self._coming is None or not self._coming[1].done():
                return
            (key, done), self._coming = self._coming, None
            if done.exception() is None:
                self._key, self._value = key, done.result()


@dataclass(frozen=True, slots=True)
class KeptDirectory:
    """The directory at one revision, with what finds in it and what says its entries."""

    directory: Directory
    entries: Mapping[str, Entry]
    index: SearchIndex
    unique: Uniqueness
    aliases: Mapping[str, tuple[str, ...]]
    """Those that administrators added, by the entry's key."""


@dataclass(frozen=True, slots=True)
class KeptGrammar:
    grammar: Grammar
    forms: Mapping[str, tuple[SpokenForm, ...]]
    """By the entry's key."""


class Memory:
    """All that the admin of one store holds."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._directory = Kept(self._load_directory)
        self._draft = Kept(lambda: _by_entry(draft_grammar(store)))
        self._published: Kept[KeptGrammar | _Nothing] = Kept(self._load_published)

    def directory(self) -> KeptDirectory:
        """Of now, or of shortly before the last change."""
        key = (directory_revision(self._store), aliases(self._store))
        return self._directory.get(key)[0]

    def draft(self) -> tuple[KeptGrammar, bool]:
        """What would be published, and whether the last change is in it already.

        Raises UserError when the directory is empty.
        """
        store = self._store
        additions = (aliases(store), carriers(store), tuple(pronunciations(store).items()))
        return self._draft.get((directory_revision(store), additions))

    def published(self) -> KeptGrammar | None:
        """What callers get; None before the first publication."""
        found = self._published.get(published_version(self._store))[0]
        return found if isinstance(found, KeptGrammar) else None

    def spoken_as(self) -> dict[str, str]:
        """The phones of words whose spelling misleads: the shipped ones, and those set here."""
        return {
            **shipped_pronunciations(),
            **to_phones(pronunciations(self._store).items()),
        }

    def _load_directory(self) -> KeptDirectory:
        directory = load_snapshot(self._store).directory
        said: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
        for added in aliases(self._store):
            said[added.entry] += (added.text,)
        everybody: tuple[Entry, ...] = (*directory.people, *directory.departments)
        return KeptDirectory(
            directory=directory,
            entries={entry.key: entry for entry in everybody},
            index=SearchIndex(directory, said),
            unique=uniqueness(directory),
            aliases=dict(said),
        )

    def _load_published(self) -> KeptGrammar | _Nothing:
        grammar = published_grammar(self._store)
        return _Nothing() if grammar is None else _by_entry(grammar)


class _Nothing:
    """No grammar is published, which is a thing to remember, too."""


def _by_entry(grammar: Grammar) -> KeptGrammar:
    forms: defaultdict[str, list[SpokenForm]] = defaultdict(list)
    for form in grammar.forms:
        forms[form.entry].append(form)
    return KeptGrammar(grammar, {key: tuple(own) for key, own in forms.items()})
