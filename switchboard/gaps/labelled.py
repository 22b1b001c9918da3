"""The stored turns by which a draft is judged: those of which it is known who was meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grammar.gaps.utterances import MeantBy, Utterance
from switchboard.calls.record import TurnTaken
from switchboard.gaps.signals import Meaning, meaning_of, name_turns, utterance_of
from switchboard.storage.call_records import CallRecord
from switchboard.storage.gap_evidence import labelled_calls, records_of, went_well
from switchboard.storage.store import Store

GONE_WELL = 5_000
"""Newest calls that went well without anybody saying so, which a draft must not break. Raising it
finds rarer harm; a hundred or more are replayed a second."""

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Labelled:
    """`version` is the grammar under which it was heard, `action` and `options` (keys) what was
    decided then; `with_audio`: its sound is kept."""

    call: str
    turn: int
    utterance: Utterance
    version: str
    action: str
    options: tuple[str, ...]
    with_audio: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which turns, before they are read: keys of labelled calls, then (call, turn, entry)."""

    labelled: Sequence[str]
    well: Sequence[tuple[str, int, str]]

    @property
    def calls(self) -> int:
        return len(self.labelled) + len(self.well)


def choose(store: Store, most: int = GONE_WELL) -> Chosen:
    """All calls that somebody labelled, and the newest of those that went well."""
    well = went_well(store, most)
    return Chosen(labelled_calls(store), [(each.call, each.turn, each.entry) for each in well])


def read(store: Store, chosen: Chosen) -> Iterator[list[Labelled]]:
    """The chosen turns, a batch of calls at a time."""
    for at in range(0, len(chosen.labelled), _BATCH):
        yield [
            _labelled(record, turn, meaning)
            for record in records_of(store, chosen.labelled[at : at + _BATCH])
            for turn in name_turns(record)
            if turn.hypotheses
            and (meaning := meaning_of(record, turn, None))
            and (meaning.entry or meaning.for_nobody)
        ]
    for at in range(0, len(chosen.well), _BATCH):
        batch = {(call, turn): entry for call, turn, entry in chosen.well[at : at + _BATCH]}
        yield [
            _labelled(record, turn, Meaning(batch[turn.call, turn.number], MeantBy.CALLER))
            for record in records_of(store, [call for call, _ in batch])
            for turn in record.turns
            if (turn.call, turn.number) in batch and turn.hypotheses
        ]


def _labelled(record: CallRecord, turn: TurnTaken, meaning: Meaning) -> Labelled:
    return Labelled(
        turn.call,
        turn.number,
        utterance_of(record, turn, meaning),
        record.call.grammar_version,
        turn.action,
        turn.options,
        turn.number in record.with_audio,
    )
