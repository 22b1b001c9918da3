"""The grammar as the database's directory and additions make it now, and the one in force."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from directory.model import Directory
from grammar.building import build
from grammar.model import Grammar
from grammar.versions import dump, load
from switchboard.errors import UserError
from switchboard.storage.additions import aliases, carriers, pronunciations
from switchboard.storage.call_records import call_counts
from switchboard.storage.directories import load_directory
from switchboard.storage.publishing import (
    Publication,
    load_version,
    publish,
    published_version,
    save_version,
)
from switchboard.storage.store import Store

_COUNTED = timedelta(days=90)
"""Calls of this long back say how often an entry is called. Raising it forgets more slowly who has
moved on."""


def draft_grammar(store: Store) -> Grammar:
    """Built from the current directory, what administrators added, and how often each entry is
    called. Nothing is stored. Raises UserError when the directory is empty.
    """
    counts = call_counts(store, datetime.now(UTC) - _COUNTED)
    return build(
        current_directory(store),
        aliases=[(added.text, added.entry) for added in aliases(store)],
        carriers=carriers(store),
        pronunciations=pronunciations(store).items(),
        call_counts=[(entry, _coarse(count)) for entry, count in counts.items()],
    )


def published_grammar(store: Store) -> Grammar | None:
    """The grammar in force, or None before the first publication."""
    version = published_version(store)
    return load(load_version(store, version)) if version else None


def needed_grammar(store: Store) -> Grammar:
    """The same for whoever can't do without. Raises UserError, with the database by name: an empty
    one is made where a name is mistyped."""
    grammar = published_grammar(store)
    if grammar is None:
        raise UserError(
            f"No grammar is published yet in {store.location}, so nobody can be reached; run: "
            "switchboard directory import FILE, then: switchboard grammar publish."
        )
    return grammar


def publish_grammar(store: Store, grammar: Grammar, *, actor: str, reason: str = "") -> Publication:
    """Store the grammar and bring it into force, whole: a fault leaves the old one in force."""
    save_version(store, grammar.version, dump(grammar))
    return publish(store, grammar.version, actor=actor, reason=reason)


def current_directory(store: Store) -> Directory:
    """The directory as stored. Raises UserError when it is empty."""
    directory = load_directory(store)
    if not directory.people and not directory.departments:
        raise UserError("The directory is empty; run: switchboard directory import FILE.")
    return directory


def _coarse(calls: int) -> int:
    """The nearest power of two: counts work by their logarithm, and a single call more must not
    make another grammar, which every engine would have to be prepared for."""
    return 1 << round(math.log2(calls))
