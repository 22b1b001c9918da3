"""What may close a gap: an addition to the grammar, or a correction of the directory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from grammar.building import with_sounds
from grammar.model import CarrierPhrase, FormKind, Grammar
from grammar.pronunciation import one_word, parse
from grammar.versions import version_of


@dataclass(frozen=True, slots=True)
class AliasFix:
    """Callers also ask for the entry of that key by `text`, which is normalised."""

    entry: str
    text: str


@dataclass(frozen=True, slots=True)
class CarrierFix:
    """Callers say `text` before or after a name."""

    text: str
    position: str


@dataclass(frozen=True, slots=True)
class PronunciationFix:
    """Callers say `word` as the respelling `spoken`."""

    word: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A person has to look at the directory; `entry` is a key or "" for somebody it lacks."""

    entry: str
    what: str


Fix = AliasFix | CarrierFix | PronunciationFix | Correction

_KINDS: dict[str, type[Fix]] = {
    "alias": AliasFix,
    "carrier": CarrierFix,
    "pronunciation": PronunciationFix,
    "correction": Correction,
}


def to_plain(fix: Fix | None) -> dict[str, Any]:
    """Fit for JSON; {} for None."""
    if fix is None:
        return {}
    name = next(name for name, kind in _KINDS.items() if isinstance(fix, kind))
    return {"kind": name, **asdict(fix)}


def from_plain(plain: Mapping[str, Any]) -> Fix | None:
    """What `to_plain` was given. Raises ValueError for anything else."""
    if not plain:
        return None
    values = dict(plain)
    try:
        return _KINDS[values.pop("kind")](**values)
    except (KeyError, TypeError) as error:
        raise ValueError("not a stored fix") from error


def told(fix: Fix, name: str) -> str:
    """One sentence for whoever decides; `name` is what the fix's entry is called."""
    match fix:
        case AliasFix(text=text):
            return f"Let callers ask for {name} by “{text}”."
        case CarrierFix(text=text, position=position):
            return f"Let callers say “{text}” {position} a name."
        case PronunciationFix(word=word, spoken=spoken):
            return f"Take “{word}” to be said as “{spoken}”."
        case Correction(what=what):
            return what


def is_in(grammar: Grammar, fix: Fix) -> bool:
    """Whether the grammar has it already; never so for a correction of an unknown entry."""
    match fix:
        case AliasFix(entry=entry, text=text):
            return any(form.text == text and form.entry == entry for form in grammar.forms)
        case CarrierFix(text=text, position=position):
            return CarrierPhrase(text, position) in grammar.carriers
        case PronunciationFix(word=word, spoken=spoken):
            return dict(grammar.pronunciations).get(word) == parse(spoken)
        case Correction(entry=key):
            return any(
                entry.key == key and entry.number is not None and not entry.has_left
                for entry in grammar.entries
            )


def with_fixes(grammar: Grammar, fixes: Iterable[Fix]) -> Grammar:
    """The grammar as it would be with these: for a trial, without building it from the directory.

    Corrections change nothing, nor do aliases of entries that are gone.
    """
    chosen = list(fixes)
    spoken_as = dict(grammar.pronunciations)
    new_words = {
        one_word(fix.word): parse(fix.spoken) for fix in chosen if isinstance(fix, PronunciationFix)
    }
    spoken_as |= new_words
    keys = {entry.key for entry in grammar.entries}
    changed = {
        (form.text, form.entry): form.kind
        for form in grammar.forms
        if not new_words.keys().isdisjoint(form.text.split())
    }
    kept = [form for form in grammar.forms if (form.text, form.entry) not in changed]
    there = {(form.text, form.entry) for form in grammar.forms}
    for fix in chosen:
        if isinstance(fix, AliasFix) and fix.entry in keys and (fix.text, fix.entry) not in there:
            changed[fix.text, fix.entry] = FormKind.ADDED
    forms = (*kept, *with_sounds(changed, spoken_as))
    carriers = {
        *grammar.carriers,
        *(CarrierPhrase(fix.text, fix.position) for fix in chosen if isinstance(fix, CarrierFix)),
    }
    made = replace(
        grammar,
        # A stable sort: of one text's sounds, that which was set stays before the plain one.
        forms=tuple(sorted(forms, key=lambda form: (form.text, form.entry))),
        carriers=tuple(sorted(carriers, key=lambda phrase: (phrase.position, phrase.text))),
        pronunciations=tuple(sorted(spoken_as.items())),
    )
    return replace(made, version=version_of(made))
