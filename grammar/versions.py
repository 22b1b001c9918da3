"""A grammar as bytes: content-addressed, so that equal grammars are one version, and diffs of two.

JSON lines: a head, then one array a row. A row's first item is its letter; empty fields at the end
of an entry are left out. 100,000 entries load in seconds, and a text tool can compare two versions.
"""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar

from grammar.errors import GrammarError
from grammar.model import (
    CarrierPhrase,
    Command,
    CommandPhrase,
    Entry,
    EntryKind,
    FormKind,
    Grammar,
    SpokenForm,
)

Row = TypeVar("Row")

FORMAT = 1
"""Raise it when rows change meaning; versions of an older format are built anew."""

_ENTRY_FIELDS = tuple(field.name for field in fields(Entry))
_ENTRY_DEFAULTS = tuple(field.default for field in fields(Entry))
_ALWAYS_WRITTEN = _ENTRY_DEFAULTS.count(MISSING)


class VersionError(GrammarError):
    """Bytes that are not a whole grammar of this format."""


def dump(grammar: Grammar) -> bytes:
    """The canonical bytes. Equal content gives equal bytes, whatever built it."""
    content = _content(grammar)
    head = json.dumps({"grammar": FORMAT, "version": _digest(content)})
    return f"{head}\n".encode() + content


def version_of(grammar: Grammar) -> str:
    """ "g" and 12 hex digits of the SHA-256 of the content."""
    return _digest(_content(grammar))


def load(data: bytes) -> Grammar:
    """The grammar of `dump`'s bytes. Raises VersionError for damage and for other formats."""
    head_line, _, content = data.partition(b"\n")
    try:
        head = json.loads(head_line)
        form, version = head["grammar"], head["version"]
    except (ValueError, TypeError, KeyError) as error:
        raise VersionError("This is not a stored grammar; build and publish it again.") from error
    if form != FORMAT:
        raise VersionError(
            f"The stored grammar is of format {form}, this program reads {FORMAT}; build and "
            "publish it again."
        )
    if _digest(content) != version:
        raise VersionError(
            f"The stored grammar {version} is damaged; publish it again or roll back."
        )
    with _undisturbed():
        return _grammar(version, content)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A million rows that all live on: halves the time if the garbage collector doesn't look."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _digest(content: bytes) -> str:
    return "g" + hashlib.sha256(content).hexdigest()[:12]


def _content(grammar: Grammar) -> bytes:
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    return "".join(f"{encode(row)}\n" for row in _rows(grammar)).encode()


def _rows(grammar: Grammar) -> Iterator[list[Any]]:
    for entry in grammar.entries:
        yield ["E", *_without_defaults([getattr(entry, name) for name in _ENTRY_FIELDS])]
    for form in grammar.forms:
        yield ["F", form.text, form.entry, form.kind, form.phones]
    for carrier in grammar.carriers:
        yield ["C", carrier.text, carrier.position]
    for phrase in grammar.commands:
        yield ["U", phrase.text, phrase.command]
    for word, spoken in grammar.pronunciations:
        yield ["P", word, spoken]
    for key, calls in grammar.call_counts:
        yield ["N", key, calls]


def _without_defaults(kept: list[Any]) -> list[Any]:
    while len(kept) > _ALWAYS_WRITTEN and kept[-1] == _ENTRY_DEFAULTS[len(kept) - 1]:
        kept.pop()
    return kept


def _grammar(version: str, content: bytes) -> Grammar:
    rows: dict[str, list[list[Any]]] = {letter: [] for letter in "EFCUPN"}
    lines = content.decode().split("\n")[:-1]
    for letter, *row in json.loads(f"[{','.join(lines)}]"):
        rows[letter].append(row)
    kinds = {kind.value: kind for kind in FormKind}
    return Grammar(
        version=version,
        entries=tuple(Entry(row[0], EntryKind(row[1]), *row[2:]) for row in rows["E"]),
        forms=tuple(
            SpokenForm(text, entry, kinds[kind], phones) for text, entry, kind, phones in rows["F"]
        ),
        carriers=tuple(CarrierPhrase(text, position) for text, position in rows["C"]),
        commands=tuple(CommandPhrase(text, Command(command)) for text, command in rows["U"]),
        pronunciations=tuple((word, spoken) for word, spoken in rows["P"]),
        call_counts=tuple((key, calls) for key, calls in rows["N"]),
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes for callers between two versions; each tuple sorted."""

    entries_added: tuple[Entry, ...]
    entries_removed: tuple[Entry, ...]
    entries_changed: tuple[tuple[Entry, Entry], ...]
    forms_added: tuple[SpokenForm, ...]
    forms_removed: tuple[SpokenForm, ...]
    carriers_added: tuple[CarrierPhrase, ...]
    carriers_removed: tuple[CarrierPhrase, ...]
    pronunciations_changed: tuple[tuple[str, str, str], ...]
    """(word, phones before, phones after); "" where there was or is none."""

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))


def diff(old: Grammar, new: Grammar) -> Difference:
    """What `new` adds to, takes from and changes in `old`."""
    before = {entry.key: entry for entry in old.entries}
    after = {entry.key: entry for entry in new.entries}
    spoken_before, spoken_after = dict(old.pronunciations), dict(new.pronunciations)
    return Difference(
        entries_added=tuple(after[key] for key in sorted(after.keys() - before.keys())),
        entries_removed=tuple(before[key] for key in sorted(before.keys() - after.keys())),
        entries_changed=tuple(
            (before[key], after[key])
            for key in sorted(before.keys() & after.keys())
            if before[key] != after[key]
        ),
        forms_added=_only(new.forms, old.forms),
        forms_removed=_only(old.forms, new.forms),
        carriers_added=_only(new.carriers, old.carriers),
        carriers_removed=_only(old.carriers, new.carriers),
        pronunciations_changed=tuple(
            (word, spoken_before.get(word, ""), spoken_after.get(word, ""))
            for word in sorted(spoken_before.keys() | spoken_after.keys())
            if spoken_before.get(word) != spoken_after.get(word)
        ),
    )


def _only(these: Iterable[Row], others: Iterable[Row]) -> tuple[Row, ...]:
    known = set(others)
    return tuple(item for item in these if item not in known)
