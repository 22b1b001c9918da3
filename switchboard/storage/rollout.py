"""The stage of the roll-out that is in force, and how it came to be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from switchboard.dialogue.policy import Stage
from switchboard.storage import audit
from switchboard.storage.store import Store
from switchboard.storage.uat_tables import rollout_stages


@dataclass(frozen=True, slots=True)
class StageChange:
    """`overridden`: the gates didn't hold, and `reason` says why it is in force all the same."""

    at: datetime
    actor: str
    stage: Stage
    reason: str
    overridden: bool


def stage_in_force(store: Store, before_any: Stage) -> Stage:
    """The stage that was set last; `before_any` (that of the settings) where none was."""
    with store.reading() as connection:
        return _in_force(connection, before_any)


def stage_changes(store: Store) -> tuple[StageChange, ...]:
    """Every change, the newest first."""
    table = rollout_stages
    with store.reading() as connection:
        rows = connection.execute(sa.select(table).order_by(table.c.id.desc()))
        return tuple(
            StageChange(row.at, row.actor, Stage(row.stage), row.reason, row.overridden)
            for row in rows
        )


def set_stage(
    store: Store,
    stage: Stage,
    *,
    before_any: Stage,
    check: Callable[[Stage, Stage], bool],
    reason: str,
    actor: str,
) -> StageChange:
    """Bring a stage into force. `check` is told the stage before and after, and says whether the
    gates are overridden; what it raises, this raises, and nothing is changed."""
    with store.writing() as connection:
        before = _in_force(connection, before_any)
        change = StageChange(datetime.now(UTC), actor, stage, reason, check(before, stage))
        connection.execute(
            sa.insert(rollout_stages).values(
                at=change.at,
                actor=actor,
                stage=stage.value,
                reason=reason,
                overridden=change.overridden,
            )
        )
        audit.write(
            connection,
            "roll-out stage overridden" if change.overridden else "roll-out stage changed",
            actor=actor,
            subject="roll-out",
            before={"stage": before.value},
            after={"stage": stage.value, **({"reason": reason} if reason else {})},
        )
    return change


def _in_force(connection: sa.Connection, before_any: Stage) -> Stage:
    table = rollout_stages
    last = sa.select(table.c.stage).order_by(table.c.id.desc()).limit(1)
    found = connection.execute(last).scalar()
    return Stage(found) if found else before_any
