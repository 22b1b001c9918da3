"""Which turns count as failed, and whom the callers meant."""

from __future__ import annotations

from datetime import timedelta

from switchboard.calls.record import Noted, TransferBegun, TransferDone
from switchboard.storage import gaps as stored
from switchboard.storage.call_labels import Wanted, label_call
from switchboard.storage.calls import write_entries
from switchboard.storage.gaps import GapCall
from tests.gaps.office import Office


def _failed(office: Office) -> GapCall:
    """The one turn that counts as failed."""
    office.detect()
    (gap,) = office.gaps()
    (turn,) = stored.calls_of(office.store, gap.id)
    return turn


def test_where_the_caller_got_to_in_the_end_says_who_was_meant(office: Office) -> None:
    office.call("bin men", "waste and recycling")
    turn = _failed(office)
    assert (turn.turn, turn.meant, turn.meant_by, turn.signal) == (1, "d1", "caller", "failed")


def test_a_caller_who_is_back_within_ten_minutes_says_who_was_meant(office: Office) -> None:
    office.call("bin men", caller="ann")
    office.now -= timedelta(minutes=55)
    office.call("waste and recycling", caller="ann")
    turn = _failed(office)
    assert (turn.meant, turn.meant_by) == ("d1", "called_again")


def test_a_later_call_that_went_wrong_itself_says_nothing_of_who_was_meant(office: Office) -> None:
    first, second, third = (
        _soon(office, said) for said in ("bin men", "housing", "waste and recycling")
    )
    noted = Noted(third, office.now, 1, "probably_wrong", ("d2",), second)
    write_entries(office.store, [noted])
    office.detect()
    turns = [turn for gap in office.gaps() for turn in stored.calls_of(office.store, gap.id)]
    assert [turn.meant for turn in turns if turn.call == first] == [""]


def _soon(office: Office, said: str) -> str:
    """A call by the same caller as five minutes before."""
    office.now -= timedelta(minutes=55)
    return office.call(said, caller="ann")


def test_a_label_of_the_turn_outranks_a_later_one_of_the_whole_call(office: Office) -> None:
    call = office.call("bin men")
    label_call(office.store, call, Wanted.ENTRY, entry="d2", turn=1)
    label_call(office.store, call, Wanted.ENTRY, entry="d1")
    assert _failed(office).meant == "d2"


def test_a_transfer_that_an_operator_corrects_is_a_gap(office: Office) -> None:
    call = office.call("alan wozencraft")
    label_call(office.store, call, Wanted.ENTRY, entry="p6")
    turn = _failed(office)
    assert (turn.signal, turn.meant) == ("corrected", "p6")


def test_what_a_caller_declined_is_a_gap(office: Office) -> None:
    office.call("allen wozencroft", declines=True)
    assert _failed(office).signal == "declined"


def test_a_question_that_the_caller_left_to_an_operator_is_a_gap(office: Office) -> None:
    office.call("jane smith", reach="")
    turn = _failed(office)
    assert (turn.signal, turn.meant) == ("fell_back", "")
    assert [gap.kind for gap in office.gaps()] == ["same_name"]


def test_a_call_that_rang_where_it_should_and_was_not_answered_is_no_gap(office: Office) -> None:
    call = office.call("alan wozencraft", reach="")
    rang = TransferBegun(call, 2, office.now, "5002", "p2", "entry")
    write_entries(office.store, [rang, TransferDone(call, 2, office.now, "no_answer", "refer")])
    office.detect()
    assert office.gaps() == ()


def test_a_transfer_after_which_the_caller_is_soon_back_for_somebody_else_is_a_gap(
    office: Office,
) -> None:
    first = office.call("alan wozencraft", caller="ann")
    office.now -= timedelta(minutes=55)
    second = office.call("waste and recycling", caller="ann")
    noted = Noted(second, office.now, 1, "probably_wrong", ("p2",), first)
    write_entries(office.store, [noted])
    turn = _failed(office)
    assert (turn.call, turn.signal) == (first, "called_again")
    assert (turn.meant, turn.meant_by) == ("d1", "called_again")


def test_what_was_only_just_understood_is_a_gap_though_it_went_right(office: Office) -> None:
    office.call("house in")
    turn = _failed(office)
    assert (turn.signal, turn.meant, turn.meant_by) == ("unsure", "d2", "caller")


def test_a_call_that_went_well_is_no_gap(office: Office) -> None:
    office.call("alan wozencraft")
    label_call(office.store, office.call("grace okonjo"), Wanted.ENTRY, entry="p6")
    office.detect()
    assert office.gaps() == ()
