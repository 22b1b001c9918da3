"""What pages look things up in, held in memory until what it was made from changes.

A directory of 50,000 people takes seconds to index and its grammar longer to build, so no page
does it anew. When the directory changes, the next page waits a moment for the new one, and then
makes do with the old one while it is being made.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from typing import Generic, TypeVar

from directory.model import Directory
from directory.search import Entry, SearchIndex
from grammar.confusable import ConfusablePair, confusable_pairs
from grammar.coverage import CoverageGap
from grammar.model import Grammar, SpokenForm
from grammar.pronunciation import shipped_pronunciations, to_phones
from grammar.spoken_forms import Uniqueness, uniqueness
from grammar.versions import Difference, diff
from switchboard.admin.beside import beside
from switchboard.recognition.reach import gaps_in_reach
from switchboard.settings.sections import RecognitionSettings
from switchboard.storage.additions import aliases, carriers, pronunciations
from switchboard.storage.directories import directory_revision, load_snapshot
from switchboard.storage.grammars import draft_grammar, published_grammar
from switchboard.storage.publishing import published_version
from switchboard.storage.store import Store

Value = TypeVar("Value")

_PATIENCE_S = 3.0
"""How long a page waits for a new value. Raising it shows fewer pages from before the last change,
in large directories, and makes them slower."""


class Kept(Generic[Value]):
    """One value under one key: made in a thread of its own when another key is asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._value: Value | None = None
        self._key: Hashable = None
        self._coming: tuple[Hashable, Future[Value]] | None = None

    def get(self, key: Hashable, make: Callable[[], Value]) -> tuple[Value, bool]:
        """The value, and whether it is that of the key; if not, that one is being made.

        Waits for the first one as long as it takes. Raises what `make` raises.
        """
        while (value := self.soon(key, make)) is None:
            with self._lock:
                old = self._value
            if old is not None:
                return old, False
        return value, True

    def soon(self, key: Hashable, make: Callable[[], Value]) -> Value | None:
        """The value of the key, if it is there within a moment. Raises what `make` raises."""
        with self._lock:
            if self._value is not None and self._key == key:
                return self._value
            if self._coming is None or self._coming[0] != key:
                self._coming = (key, beside(make, self._turn))
            coming = self._coming[1]
        try:
            return coming.result(timeout=_PATIENCE_S)
        except NotYet:
            return None
        finally:
            self._settle()

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

    def __init__(self, store: Store, recognition: RecognitionSettings) -> None:
        self._store = store
        self._recognition = recognition
        self._directory: Kept[KeptDirectory] = Kept()
        self._draft: Kept[KeptGrammar] = Kept()
        self._published: Kept[KeptGrammar | _Nothing] = Kept()
        self._changes: Kept[Difference] = Kept()
        self._draft_gaps: Kept[tuple[CoverageGap, ...]] = Kept()
        self._published_gaps: Kept[tuple[CoverageGap, ...]] = Kept()
        self._pairs: Kept[tuple[ConfusablePair, ...]] = Kept()

    def directory(self) -> KeptDirectory:
        """Of now, or of shortly before the last change."""
        key = (directory_revision(self._store), aliases(self._store))
        return self._directory.get(key, self._load_directory)[0]

    def draft(self) -> tuple[KeptGrammar, bool]:
        """What would be published, and whether the last change is in it already.

        Raises UserError when the directory is empty.
        """
        store = self._store
        additions = (aliases(store), carriers(store), tuple(pronunciations(store).items()))
        key = (directory_revision(store), additions)
        return self._draft.get(key, lambda: _by_entry(draft_grammar(store)))

    def published(self) -> KeptGrammar | None:
        """What callers get; None before the first publication."""
        key = published_version(self._store)
        found = self._published.get(key, self._load_published)[0]
        return found if isinstance(found, KeptGrammar) else None

    def changes(self, before: Grammar, after: Grammar) -> Difference:
        """What changes for callers from the one to the other."""
        key = (before.version, after.version)
        return self._changes.get(key, lambda: diff(before, after))[0]

    def draft_gaps(self, draft: Grammar) -> tuple[CoverageGap, ...] | None:
        """Who can't be reached in it; None while that is being worked out.

        With a Vosk model this takes seconds after a change, and longer the first time.
        """
        return self._draft_gaps.soon(draft.version, lambda: self._gaps(draft))

    def published_gaps(self, published: Grammar) -> tuple[CoverageGap, ...]:
        """Who can't be reached in it; shortly after a publication, in the one before."""
        return self._published_gaps.get(published.version, lambda: self._gaps(published))[0]

    def pairs(self, grammar: Grammar) -> tuple[ConfusablePair, ...] | None:
        """Who sounds alike in it; None while that is being worked out, a minute or two in all."""
        return self._pairs.soon(grammar.version, lambda: confusable_pairs(grammar))

    def spoken_as(self) -> dict[str, str]:
        """The phones of words whose spelling misleads: the shipped ones, and those set here."""
        return {
            **shipped_pronunciations(),
            **to_phones(pronunciations(self._store).items()),
        }

    def _gaps(self, grammar: Grammar) -> tuple[CoverageGap, ...]:
        return gaps_in_reach(grammar, self._recognition)

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
