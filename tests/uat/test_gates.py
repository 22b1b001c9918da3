from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.dialogue.policy import Stage
from switchboard.measures.share import Share
from switchboard.uat.gates import Gate, Light, Limits, all_hold, gates
from switchboard.uat.items import ItemKind, Outcome
from switchboard.uat.results import Trial
from switchboard.uat.rollout import GatesError, check_move, next_stage


def _trials(
    right: int, wrong: int = 0, fell_back: int = 0, *, decoys: int = 0, accents: bool = True
) -> list[Trial]:
    outcomes = [Outcome.RIGHT] * right + [Outcome.WRONG] * wrong + [Outcome.FELL_BACK] * fell_back
    calls = [
        Trial(
            ItemKind.CALLED,
            outcome,
            "browser",
            "ada",
            accent=("welsh", "scots")[number % 2] if accents else "",
            waits_ms=(300.0,),
        )
        for number, outcome in enumerate(outcomes)
    ]
    return calls + [Trial(ItemKind.DECOY, Outcome.RIGHT, "browser", "ada")] * decoys


def _gate(name: str, trials: list[Trial]) -> Gate:
    return next(gate for gate in gates(trials) if gate.name.startswith(name))


@pytest.mark.parametrize(
    ("right", "fell_back", "light"),
    [(23, 2, Light.AMBER), (380, 20, Light.GREEN), (4, 1, Light.RED)],
)
def test_a_gate_is_green_only_when_luck_is_ruled_out(
    right: int, fell_back: int, light: Light
) -> None:
    assert _gate("Put through correctly", _trials(right, fell_back=fell_back)).light is light


def test_one_percent_needs_some_four_hundred_calls_without_a_wrong_one() -> None:
    gate = _gate("Put through wrongly", _trials(50))
    assert gate.light is Light.AMBER
    assert gate.calls_needed == 381 - 50
    assert _gate("Put through wrongly", _trials(381)).light is Light.GREEN
    assert _gate("Put through wrongly", _trials(380)).light is Light.AMBER
    assert _gate("Put through wrongly", _trials(380, wrong=20)).light is Light.RED


@given(count=st.integers(0, 40), total=st.integers(1, 400))
def test_the_calls_that_are_said_to_be_needed_make_the_gate_green(count: int, total: int) -> None:
    total = max(total, count)
    gate = _gate("Put through correctly", _trials(total - count, fell_back=count))
    if gate.calls_needed:
        grown = total + gate.calls_needed
        share = Share(int((total - count) * grown / total), grown)
        assert share.interval[0] >= Limits().correct


def test_before_any_call_nothing_holds_and_the_calls_needed_are_known() -> None:
    every = gates([])
    assert not all_hold(every)
    assert all(gate.light is Light.AMBER for gate in every)
    assert [gate.calls_needed for gate in every] == [35, 381, 125, 73, None]


def test_one_accent_group_alone_says_nothing_about_the_spread() -> None:
    gate = _gate("Between accent groups", _trials(500, accents=False))
    assert (gate.light, gate.seen) == (Light.AMBER, None)


def test_a_group_that_is_served_worse_turns_the_spread_red() -> None:
    worse = [
        Trial(ItemKind.CALLED, outcome, "browser", "ada", accent="scots")
        for outcome in [Outcome.RIGHT] * 80 + [Outcome.FELL_BACK] * 20
    ]
    better = [Trial(ItemKind.CALLED, Outcome.RIGHT, "browser", "ben", accent="welsh")] * 100
    gate = _gate("Between accent groups", worse + better)
    assert gate.light is Light.RED
    assert gate.seen == pytest.approx(0.2)


def test_enough_good_calls_open_all_gates() -> None:
    assert all_hold(gates(_trials(600, decoys=130)))


def test_the_next_stage_waits_for_its_gates_unless_a_reason_is_given() -> None:
    with pytest.raises(GatesError, match="don't hold yet"):
        check_move(Stage.PILOT, Stage.INTERNAL, gates_hold=False, reason=" ")
    assert check_move(Stage.PILOT, Stage.INTERNAL, gates_hold=False, reason="the board says so")
    assert not check_move(Stage.PILOT, Stage.INTERNAL, gates_hold=True, reason="")


def test_no_stage_is_skipped_and_back_is_always_allowed() -> None:
    with pytest.raises(GatesError, match="One stage at a time"):
        check_move(Stage.PILOT, Stage.EXTERNAL, gates_hold=True, reason="hurry")
    assert not check_move(Stage.EXTERNAL, Stage.OVERFLOW, gates_hold=False, reason="")
    assert not check_move(Stage.EXTERNAL, Stage.PILOT, gates_hold=False, reason="")
    with pytest.raises(GatesError, match="in force already"):
        check_move(Stage.PILOT, Stage.PILOT, gates_hold=True, reason="")


def test_the_stages_follow_each_other_to_the_last() -> None:
    assert [next_stage(stage) for stage in Stage] == [*list(Stage)[1:], None]
