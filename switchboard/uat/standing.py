"""Where the roll-out stands: the stage in force, and the gates before the next one."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.dialogue.policy import Stage
from switchboard.storage.attempts import attempts_of_campaigns
from switchboard.storage.campaigns import campaigns
from switchboard.storage.rollout import StageChange, set_stage, stage_in_force
from switchboard.storage.store import Store
from switchboard.uat.gates import Gate, all_hold, gates
from switchboard.uat.rollout import check_move, next_stage


@dataclass(frozen=True, slots=True)
class Standing:
    """`gates` are on all calls of campaigns for the `following` stage; () after the last."""

    stage: Stage
    following: Stage | None
    gates: tuple[Gate, ...]

    @property
    def open(self) -> bool:
        """Whether the next stage may come without a reason."""
        return self.following is not None and all_hold(self.gates)


def standing(store: Store, before_any: Stage) -> Standing:
    """As it is now. `before_any` is the stage of the settings."""
    stage = stage_in_force(store, before_any)
    following = next_stage(stage)
    return Standing(stage, following, gates_before(store, following) if following else ())


def gates_before(store: Store, stage: Stage) -> tuple[Gate, ...]:
    """The gates that a stage waits for."""
    own = [campaign.id for campaign in campaigns(store) if campaign.stage is stage]
    return gates([attempt.trial for attempt in attempts_of_campaigns(store, own)])


def move(store: Store, stage: Stage, *, before_any: Stage, reason: str, actor: str) -> StageChange:
    """Bring a stage into force. Raises GatesError where it may not be yet."""
    hold = all_hold(gates_before(store, stage))
    return set_stage(
        store,
        stage,
        before_any=before_any,
        check=lambda before, after: check_move(before, after, gates_hold=hold, reason=reason),
        reason=reason.strip(),
        actor=actor,
    )
