"""What an administrator decides on a gap: accepted, refused with a reason, or who was meant."""

from __future__ import annotations

from datetime import UTC, datetime

from grammar.gaps.fixes import (
    AliasFix,
    CarrierFix,
    Correction,
    Fix,
    PronunciationFix,
    from_plain,
    to_plain,
)
from grammar.model import CarrierPhrase
from grammar.phrases import carrier
from grammar.pronunciation import one_word, parse
from grammar.text import normalise
from switchboard.errors import UserError
from switchboard.storage import additions
from switchboard.storage import gaps as stored
from switchboard.storage.additions import AddedAlias
from switchboard.storage.call_labels import LabelSource, Wanted, label_call
from switchboard.storage.gaps import Gap, GapState
from switchboard.storage.store import Store

_ACCEPTABLE = (GapState.NEW, GapState.PROPOSED, GapState.REOPENED, GapState.REFUSED)


def accept(store: Store, number: int, *, actor: str, fix: Fix | None = None) -> Gap:
    """Put the proposed fix into the draft, or `fix` instead of it.

    A correction of the directory is for a person to make: the gap stays accepted until the
    published grammar has it. Accepting twice does no harm. Raises UserError for a gap without a
    fix, and for one that is released or verified.
    """
    gap = stored.gap_of(store, number)
    chosen = fix or from_plain(gap.fix)
    if gap.state in {GapState.ACCEPTED, GapState.IN_DRAFT} and fix is None:
        return gap
    if gap.state not in _ACCEPTABLE:
        raise UserError(
            f"Gap {number} is {gap.state.value} already; it is opened again when a call shows that "
            "it should be."
        )
    if chosen is None:
        raise UserError(
            f"Nothing is proposed for gap {number}: say who was meant, or refuse it with a reason."
        )
    chosen = as_said(chosen)
    add(store, chosen, actor=actor)
    directory = isinstance(chosen, Correction)
    state = GapState.ACCEPTED if directory else GapState.IN_DRAFT
    now = datetime.now(UTC)
    with store.writing() as connection:
        gap = stored.read_gap(connection, number)
        if not directory:
            stored.write_history(connection, number, GapState.ACCEPTED, actor=actor, at=now)
        stored.move(connection, gap, state, actor=actor, at=now, fix=to_plain(chosen), reason="")
    return stored.gap_of(store, number)


def refuse(store: Store, number: int, reason: str, *, actor: str) -> Gap:
    """Say that nothing is to be done, and why. What was in the draft for it is taken out.

    Raises UserError without a reason.
    """
    reason = reason.strip()
    if not reason:
        raise UserError("Say why the gap is refused: whoever meets it again will ask.")
    gap = stored.gap_of(store, number)
    if gap.state in {GapState.RELEASED, GapState.VERIFIED}:
        raise UserError(
            f"Gap {number} is released; to take its fix back, remove it from the grammar."
        )
    if gap.state is GapState.IN_DRAFT and (fix := from_plain(gap.fix)):
        take_out(store, fix, actor=actor)
    with store.writing() as connection:
        gap = stored.read_gap(connection, number)
        stored.move(connection, gap, GapState.REFUSED, actor=actor, detail=reason, reason=reason)
    return stored.gap_of(store, number)


def say_who(store: Store, number: int, entry: str, *, actor: str) -> int:
    """Label the gap's calls that nobody has labelled: the caller wanted the entry of that key.

    How many calls that were. Detection then files and proposes anew.
    """
    labelled = {LabelSource.OPERATOR.value, LabelSource.TESTER.value}
    turns = [
        each
        for each in stored.calls_of(store, number)
        if not each.succeeded and each.meant_by not in labelled
    ]
    for each in turns:
        label_call(
            store,
            each.call,
            Wanted.ENTRY,
            entry=entry,
            source=LabelSource.ADMINISTRATOR,
            actor=actor,
            turn=each.turn,
        )
    return len(turns)


def as_said(fix: Fix) -> Fix:
    """The fix in the spelling of the grammar. Raises GrammarError and UserError for what can't be
    said."""
    match fix:
        case AliasFix(entry=entry, text=text):
            if not normalise(text):
                raise UserError(f"“{text}” has no words in it; write it as callers say it.")
            return AliasFix(entry, normalise(text))
        case CarrierFix(text=text, position=position):
            phrase = carrier(text, position)
            return CarrierFix(phrase.text, phrase.position)
        case PronunciationFix(word=word, spoken=spoken):
            parse(spoken)
            return PronunciationFix(one_word(word), spoken.strip())
        case Correction():
            return fix


def add(store: Store, fix: Fix, *, actor: str) -> None:
    """Put a fix, as `as_said` gives it, into the draft."""
    match fix:
        case AliasFix(entry=entry, text=text):
            additions.add_alias(store, AddedAlias(entry, text), actor=actor)
        case CarrierFix(text=text, position=position):
            additions.add_carrier(store, CarrierPhrase(text, position), actor=actor)
        case PronunciationFix(word=word, spoken=spoken):
            additions.set_pronunciation(store, word, spoken, actor=actor)
        case Correction():
            pass


def take_out(store: Store, fix: Fix, *, actor: str) -> None:
    """Take a fix out of the draft."""
    match fix:
        case AliasFix(entry=entry, text=text):
            additions.remove_alias(store, AddedAlias(entry, text), actor=actor)
        case CarrierFix(text=text, position=position):
            additions.remove_carrier(store, CarrierPhrase(text, position), actor=actor)
        case PronunciationFix(word=word):
            additions.set_pronunciation(store, word, None, actor=actor)
        case Correction():
            pass
