from __future__ import annotations

import pytest

from grammar.decision import Action
from switchboard.measures.plain_peer import PlainPeer
from tests.grammar.small_council import small_grammar

PEER = PlainPeer(small_grammar())


@pytest.mark.parametrize(
    ("transcript", "number"),
    [("Bill Smith.", "5002"), ("Legal Services", "5101"), ("homes", "5100")],
)
def test_it_transfers_to_what_is_spelt_most_alike(transcript: str, number: str) -> None:
    decision = PEER.decide(transcript)
    assert decision.action is Action.TRANSFER
    assert decision.options[0].entry.number == number


@pytest.mark.parametrize("transcript", ["", "?", "quite another matter"])
def test_below_its_cut_off_it_transfers_to_nobody(transcript: str) -> None:
    assert PEER.decide(transcript).action is Action.REPROMPT


def test_it_never_transfers_to_who_has_no_number() -> None:
    assert all(entry.number for entry in (o.entry for o in PEER.decide("Jocasta Pargeter").options))
