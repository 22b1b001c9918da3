from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from switchboard.dialogue.policy import Stage
from switchboard.errors import UserError
from switchboard.storage import audit
from switchboard.storage.attempts import (
    Attempt,
    add_attempt,
    attempts_of_campaigns,
    attempts_of_tester,
    corrections,
    judge_attempt,
    settle,
)
from switchboard.storage.audit import AuditFilter
from switchboard.storage.call_labels import LabelSource, Wanted
from switchboard.storage.call_records import call_record
from switchboard.storage.calls import write_entries
from switchboard.storage.campaigns import (
    Campaign,
    add_campaign,
    campaigns,
    close_campaign,
    group_of,
    holder_of_pin,
    running_for,
    script_of,
    state_accent,
)
from switchboard.storage.rollout import set_stage, stage_changes, stage_in_force
from switchboard.storage.store import Store
from switchboard.uat.items import Item, ItemKind, Observed, Outcome, Problem, Verdict
from switchboard.uat.rollout import GatesError, check_move
from tests.storage.made_up_calls import whole_call

TODAY = date(2031, 5, 6)
NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)
WILL = Item(ItemKind.CALLED, "Will Smith", ("p2",), "Planner, Planning", "Planning")
DECOY = Item(ItemKind.DECOY, "Gordon Blue")


def campaign(store: Store, **scripts: tuple[Item, ...]) -> Campaign:
    return add_campaign(
        store,
        "First pilot",
        Stage.INTERNAL,
        TODAY,
        date(2031, 5, 20),
        scripts=scripts or {"Ada": (WILL, DECOY)},
        actor="boss",
    )


def attempt(
    store: Store, call: str = "c1", *, item: int = 0, outcome: Outcome = Outcome.RIGHT
) -> Attempt:
    (tester,) = group_of(store, campaigns(store)[0].id)
    row = script_of(store, tester.id)[item]
    observed = Observed(call, "p2", "5002", "transferred", (412.34,))
    add_attempt(store, row.id, "browser", observed, outcome=outcome, at=NOON)
    return attempts_of_tester(store, tester.id)[-1]


def test_a_campaign_comes_back_with_its_testers_and_their_scripts(store: Store) -> None:
    made = campaign(store, Ada=(WILL, DECOY), Ben=(DECOY,))
    assert campaigns(store) == (made,)
    ada, ben = group_of(store, made.id)
    assert (ada.name, ada.items, ada.tried, ben.items) == ("ada", 2, 0, 1)
    assert [(row.number, row.item) for row in script_of(store, ada.id)] == [(1, WILL), (2, DECOY)]
    assert ada.pin != ben.pin
    assert len(ada.pin) == 6


@pytest.mark.parametrize(
    ("name", "ends", "scripts", "told"),
    [
        (" ", TODAY, {"a": (WILL,)}, "name"),
        ("x", date(2031, 5, 5), {"a": (WILL,)}, "end before"),
        ("x", TODAY, {}, "testers"),
    ],
)
def test_what_makes_no_campaign_is_refused(
    store: Store, name: str, ends: date, scripts: dict[str, tuple[Item, ...]], told: str
) -> None:
    with pytest.raises(UserError, match=told):
        add_campaign(store, name, Stage.PILOT, TODAY, ends, scripts=scripts, actor="boss")
    assert campaigns(store) == ()


def test_testers_are_known_by_name_and_pin_while_their_campaign_runs(store: Store) -> None:
    made = campaign(store)
    (ada,) = group_of(store, made.id)
    assert running_for(store, " ADA ", TODAY) == (made, ada)
    assert holder_of_pin(store, ada.pin, TODAY) == ada
    assert running_for(store, "ada", date(2031, 5, 21)) is None
    close_campaign(store, made.id, actor="boss")
    assert running_for(store, "ada", TODAY) is None
    assert holder_of_pin(store, ada.pin, TODAY) is None


def test_of_two_campaigns_the_newer_one_is_tested(store: Store) -> None:
    campaign(store)
    second = campaign(store)
    found = running_for(store, "ada", TODAY)
    assert found is not None
    assert found[0] == second


def test_an_accent_is_kept_as_it_was_stated(store: Store) -> None:
    (ada,) = group_of(store, campaign(store).id)
    state_accent(store, ada.id, "  Glasgow,   a bit Irish ")
    assert group_of(store, ada.campaign)[0].accent == "Glasgow, a bit Irish"


def test_that_an_accent_was_stated_is_on_the_audit_log_and_which_is_not(store: Store) -> None:
    (ada,) = group_of(store, campaign(store).id)
    state_accent(store, ada.id, "Glasgow")
    entry = audit.entries(store)[0]
    assert (entry.action, entry.actor, entry.subject) == (
        "accent stated",
        "ada",
        f"tester {ada.id}",
    )
    assert "Glasgow" not in repr(entry)


def test_a_call_is_kept_with_its_item_and_counts_as_tried(store: Store) -> None:
    made = campaign(store)
    tried = attempt(store)
    assert (tried.item, tried.tester, tried.observed.waits_ms) == (WILL, "ada", (412.3,))
    assert tried.trial.outcome is Outcome.RIGHT
    assert group_of(store, made.id)[0].tried == 1
    assert attempts_of_campaigns(store, [made.id]) == (tried,)
    assert attempts_of_campaigns(store, []) == ()


def test_what_a_tester_says_labels_the_call(store: Store) -> None:
    campaign(store)
    write_entries(store, whole_call("c1"))
    tried = attempt(store)
    judged = judge_attempt(
        store, tried.id, Verdict.NO, problem=Problem.WRONG_PLACE, told="somebody else", actor="ada"
    )
    assert (judged.verdict, judged.problem) == (Verdict.NO, Problem.WRONG_PLACE)
    record = call_record(store, "c1")
    assert record is not None
    (label,) = record.labels
    assert (label.wanted, label.entry, label.source) == (Wanted.ENTRY, "p2", LabelSource.TESTER)


def test_a_decoy_labels_the_call_as_somebody_elses(store: Store) -> None:
    campaign(store)
    write_entries(store, whole_call("c1"))
    tried = attempt(store, item=1, outcome=Outcome.FALSE_ACCEPT)
    judge_attempt(store, tried.id, Verdict.YES, problem=Problem.NONE, told="", actor="ada")
    record = call_record(store, "c1")
    assert record is not None
    assert [label.wanted for label in record.labels] == [Wanted.WRONG_ORGANISATION]


def test_a_verdict_and_its_change_are_on_the_audit_log(store: Store) -> None:
    campaign(store)
    tried = attempt(store)
    for verdict, problem in ((Verdict.NO, Problem.WRONG_PLACE), (Verdict.YES, Problem.NONE)):
        judge_attempt(store, tried.id, verdict, problem=problem, told="private", actor="ada")
    chosen = AuditFilter(action="test call judged")
    second, first = audit.entries(store, chosen)
    no = {"verdict": "no", "problem": "wrong_place"}
    assert (first.actor, first.before, first.after) == (
        "ada",
        {"verdict": "", "problem": ""},
        no,
    )
    assert (second.before, second.after) == (no, {"verdict": "yes", "problem": ""})


def test_a_call_for_something_else_teaches_nothing(store: Store) -> None:
    campaign(store)
    write_entries(store, whole_call("c1"))
    verdict = Verdict.ASKED_OTHERWISE
    judge_attempt(store, attempt(store).id, verdict, problem=Problem.NONE, told="", actor="ada")
    record = call_record(store, "c1")
    assert record is not None
    assert record.labels == ()


def test_a_verdict_is_kept_where_the_calls_record_is_gone(store: Store) -> None:
    campaign(store)
    tried = attempt(store, "never recorded")
    judged = judge_attempt(store, tried.id, Verdict.YES, problem=Problem.NONE, told="", actor="ada")
    assert judged.verdict is Verdict.YES
    with pytest.raises(UserError, match="no such test call"):
        judge_attempt(store, 999, Verdict.YES, problem=Problem.NONE, told="", actor="ada")


def test_what_the_directory_has_wrong_waits_until_it_is_settled(store: Store) -> None:
    campaign(store)
    tried = attempt(store)
    assert corrections(store) == ()
    judge_attempt(
        store, tried.id, Verdict.NO, problem=Problem.DIRECTORY, told="is 5009 now", actor="ada"
    )
    (waiting,) = corrections(store)
    assert waiting.told == "is 5009 now"
    settle(store, waiting.id, actor="boss")
    assert corrections(store) == ()
    assert [each.id for each in corrections(store, settled=True)] == [tried.id]


def test_the_stage_is_the_settings_until_one_is_set(store: Store) -> None:
    def move(stage: Stage, reason: str, *, hold: bool = False) -> None:
        set_stage(
            store,
            stage,
            before_any=Stage.PILOT,
            check=lambda old, new: check_move(old, new, gates_hold=hold, reason=reason),
            reason=reason,
            actor="boss",
        )

    assert stage_in_force(store, Stage.EXTERNAL) is Stage.EXTERNAL
    move(Stage.INTERNAL, "the board says so")
    assert stage_in_force(store, Stage.PILOT) is Stage.INTERNAL
    with pytest.raises(GatesError):
        move(Stage.OVERFLOW, "")
    assert stage_in_force(store, Stage.PILOT) is Stage.INTERNAL
    move(Stage.OVERFLOW, "", hold=True)
    newest, oldest = stage_changes(store)
    assert (newest.stage, newest.overridden) == (Stage.OVERFLOW, False)
    assert (oldest.reason, oldest.overridden) == ("the board says so", True)
    entry = audit.entries(store)[1]
    assert (entry.action, entry.before, entry.after["stage"]) == (
        "roll-out stage overridden",
        {"stage": "pilot"},
        "internal",
    )
