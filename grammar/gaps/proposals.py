"""What would close a gap, as far as the utterances tell."""

from __future__ import annotations

from collections.abc import Sequence

from grammar.additions import CollisionKind, alias_collisions, carrier_collisions
from grammar.confusion import sound_similarity
from grammar.errors import GrammarError
from grammar.gaps.fixes import AliasFix, CarrierFix, Correction, Fix, PronunciationFix
from grammar.gaps.kinds import Finder, Finding, GapKind
from grammar.model import Entry, Grammar
from grammar.pronunciation import PronunciationError, parse

ENOUGH = 2
"""Calls in which a known name was heard as the same other thing before a pronunciation is proposed,
and calls with the same words around a name before those are: once may be chance. Raising it waits
longer, and proposes less of what the engine garbled."""

_SURE_OF_IT = 0.8
"""Similarity in sound of two hearings of a name that count as the same other thing."""

_USELESS = frozenset({CollisionKind.ALREADY, CollisionKind.CARRIER})
_LONGEST_ALIAS = 6
"""Words. What is longer is a sentence, which no two callers say alike."""


def propose(finder: Finder, findings: Sequence[Finding], said: str, meant: str) -> Fix | None:
    """The fix for a gap made of these findings, `said` being their middle; None when only a person
    can tell, or nothing helps. `meant` is the key of who was meant, "" for unknown."""
    first = findings[0]
    entry = next((each for each in finder.grammar.entries if each.key == meant), None)
    fix: Fix | None = None
    match first.kind:
        case GapKind.CARRIER_PHRASE if len(findings) >= ENOUGH:
            fix = _carrier(finder.grammar, said, first.position)
        case GapKind.MISSING_ENTRY:
            fix = Correction(
                "",
                f"Callers ask for “{said}”, who is not in the directory: add who that is, or say "
                "whose other name it is.",
            )
        case GapKind.STALE_DATA:
            fix = _stale(entry, said)
        case GapKind.SAME_NAME:
            fix = _same_name(entry, said)
        case GapKind.MISSING_ALIAS:
            fix = _alias(finder.grammar, said, entry)
        case GapKind.PRONUNCIATION if entry is not None:
            fix = _pronunciation(finder, findings, said, entry)
    return fix


def _alias(grammar: Grammar, said: str, entry: Entry | None) -> Fix | None:
    if entry is None or not 0 < len(said.split()) <= _LONGEST_ALIAS or len(said) < len("hr"):
        return None
    try:
        clashes = alias_collisions(grammar, said, entry.key)
    except GrammarError:
        return None
    if any(
        clash.kind in _USELESS or _is_command(clash.kind, clash.phrase, said) for clash in clashes
    ):
        return None
    return AliasFix(entry.key, said)


def _carrier(grammar: Grammar, said: str, position: str) -> Fix | None:
    clashes = carrier_collisions(grammar, said, position)
    harmful = {CollisionKind.ALREADY, CollisionKind.ERASES}
    if any(
        clash.kind in harmful or _is_command(clash.kind, clash.phrase, said) for clash in clashes
    ):
        return None
    return CarrierFix(said, position)


def _pronunciation(
    finder: Finder, findings: Sequence[Finding], said: str, entry: Entry
) -> Fix | None:
    """A respelling of the one word that differs; an alias where more than one does."""
    if heard_alike(finder, findings, said) < ENOUGH:
        return None
    form = next((each.form for each in findings if each.said == said), findings[0].form)
    heard, known = said.split(), form.split()
    differ = [(word, other) for word, other in zip(known, heard, strict=False) if word != other]
    if len(heard) == len(known) and len(differ) == 1 and len(known) > 1:
        word, spoken = differ[0]
        try:
            if parse(spoken) == finder.sound(word):
                return None
        except PronunciationError:
            return None
        return PronunciationFix(word, spoken)
    return _alias(finder.grammar, said, entry)


def heard_alike(finder: Finder, findings: Sequence[Finding], said: str) -> int:
    """How many of the findings sound like that."""
    sound = finder.sound(said)
    return sum(sound_similarity(sound, each.sound) >= _SURE_OF_IT for each in findings)


def _stale(entry: Entry | None, said: str) -> Fix:
    if entry is None:
        what = f"Callers ask for “{said}”, who has left or has no number: correct the directory."
        return Correction("", what)
    wrong = "has left" if entry.has_left else "has no number"
    return Correction(
        entry.key,
        f"{entry.name} {wrong} according to the directory, and callers ask for them: correct it.",
    )


def _same_name(entry: Entry | None, said: str) -> Fix | None:
    if entry is None:
        return None
    return Correction(
        entry.key,
        f"Several are called “{said}”: give {entry.name} a job title, a department or a known-as "
        "name of their own, so that callers can be asked which.",
    )


def _is_command(kind: CollisionKind, phrase: str, said: str) -> bool:
    return kind is CollisionKind.COMMAND and phrase == said
