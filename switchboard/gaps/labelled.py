"""The stored turns by which a draft is judged: those of which it is known who was meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grammar.gaps.utterances import MeantBy, Utterance
from switchboard.gaps.signals import Meaning, meaning_of, name_turns, utterance_of
from switchboard.storage.gap_evidence import labelled_calls, records_of, went_well
from switchboard.storage.store import Store

GONE_WELL = 5_000
"""Newest calls that went well without anybody saying so, which a draft must not break. Raising it
finds rarer harm; a hundred or more are replayed a second."""

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Labelled:
    """`version` is the grammar under which it was heard; `with_audio`: its sound is kept."""

    call: str
    turn: int
    utterance: Utterance
    version: str
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
            Labelled(
                turn.call,
                turn.number,
                utterance,
                record.call.grammar_version,
                turn.number in record.with_audio,
            )
            for record in records_of(store, chosen.labelled[at : at + _BATCH])
            for turn in name_turns(record)
            if turn.hypotheses
            and (utterance := utterance_of(record, turn, meaning_of(record, turn, None)))
            and (utterance.meant or utterance.for_nobody)
        ]
    for at in range(0, len(chosen.well), _BATCH):
        batch = {(call, turn): entry for call, turn, entry in chosen.well[at : at + _BATCH]}
        yield [
            Labelled(
                turn.call,
                turn.number,
                utterance_of(record, turn, Meaning(batch[turn.call, turn.number], MeantBy.CALLER)),
                record.call.grammar_version,
                turn.number in record.with_audio,
            )
            for record in records_of(store, [call for call, _ in batch])
            for turn in record.turns
            if (turn.call, turn.number) in batch and turn.hypotheses
        ]
