"""Simulated callers: what is planned, what has been spoken and decided on so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from switchboard.errors import UserError
from switchboard.storage import audit
from switchboard.storage.store import Store
from switchboard.storage.uat_tables import uat_simulated, uat_simulations

SILENT = timedelta(minutes=2)
"""A simulation that has stored nothing for so long died with its process, and may be resumed."""


class SimulationState(StrEnum):
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Simulation:
    """`plan` is as `uat.simulation.plan.to_plain` gives it; `done` of `total` utterances are."""

    id: int
    at: datetime
    actor: str
    grammar: str
    engine: str
    plan: Mapping[str, Any]
    total: int
    done: int
    state: SimulationState
    fault: str
    seen_at: datetime
    finished_at: datetime | None

    def runs(self, at: datetime) -> bool:
        return self.state is SimulationState.RUNNING and at - self.seen_at < SILENT


@dataclass(frozen=True, slots=True)
class Simulated:
    """One utterance. `outcome` as `grammar.gaps.utterances.Outcome`, `action` and `reason` as the
    decision's; `reached` is the key of its first option."""

    number: int
    entry: str
    say: str
    voice: str
    channel: str
    outcome: str
    action: str
    reason: str
    reached: str
    transcript: str
    probability: float | None
    wait_ms: float | None


def begin_simulation(
    store: Store, plan: Mapping[str, Any], total: int, *, grammar: str, actor: str
) -> int:
    """Its id. Raises UserError while another one runs."""
    now = datetime.now(UTC)
    with store.writing() as connection:
        running = _read(connection, uat_simulations.c.state == SimulationState.RUNNING.value)
        if any(each.runs(now) for each in running):
            raise UserError("A simulation is running; wait until it has ended, or stop it.")
        number: int = connection.execute(
            sa.insert(uat_simulations)
            .values(
                at=now,
                actor=actor,
                grammar=grammar,
                engine="",
                plan=dict(plan),
                total=total,
                state=SimulationState.RUNNING.value,
                fault="",
                seen_at=now,
                finished_at=None,
            )
            .returning(uat_simulations.c.id)
        ).scalar_one()
        audit.write(
            connection,
            "simulation begun",
            actor=actor,
            subject=f"simulation {number}",
            after={"utterances": total},
        )
    return number


def resume_simulation(store: Store, number: int, *, engine: str) -> Simulation:
    """Claim a simulation for this process. Raises UserError when another has it, or none is."""
    now = datetime.now(UTC)
    own = uat_simulations.c.id == number
    with store.writing() as connection:
        found = _read(connection, own)
        if not found:
            raise UserError(f"There is no simulation {number}.")
        if found[0].done and found[0].engine not in {"", engine}:
            raise UserError(
                f"The simulation was begun with {found[0].engine}, and this is {engine}; begin a "
                "new one, so that like is compared with like."
            )
        connection.execute(
            sa.update(uat_simulations)
            .where(own)
            .values(state=SimulationState.RUNNING.value, engine=engine, fault="", seen_at=now)
        )
        return _read(connection, own)[0]


def store_simulated(store: Store, number: int, rows: Sequence[Simulated]) -> bool:
    """Keep what has been spoken; whether to go on, or somebody has stopped it."""
    own = uat_simulations.c.id == number
    with store.writing() as connection:
        if rows:
            connection.execute(
                sa.insert(uat_simulated), [{**asdict(row), "simulation": number} for row in rows]
            )
        now = datetime.now(UTC)
        connection.execute(sa.update(uat_simulations).where(own).values(seen_at=now))
        state = connection.execute(sa.select(uat_simulations.c.state).where(own)).scalar()
    return state == SimulationState.RUNNING


def end_simulation(store: Store, number: int, state: SimulationState, fault: str = "") -> None:
    now = datetime.now(UTC)
    with store.writing() as connection:
        connection.execute(
            sa.update(uat_simulations)
            .where(uat_simulations.c.id == number)
            .values(state=state.value, fault=fault, seen_at=now, finished_at=now)
        )


def simulation(store: Store, number: int) -> Simulation:
    """Raises UserError."""
    with store.reading() as connection:
        found = _read(connection, uat_simulations.c.id == number)
    if not found:
        raise UserError(f"There is no simulation {number}.")
    return found[0]


def simulations(store: Store) -> tuple[Simulation, ...]:
    """The newest first."""
    with store.reading() as connection:
        return tuple(reversed(_read(connection, sa.true())))


def simulated(store: Store, number: int) -> tuple[Simulated, ...]:
    """All that has been spoken, by number."""
    columns = [uat_simulated.c[field.name] for field in fields(Simulated)]
    chosen = sa.select(*columns).where(uat_simulated.c.simulation == number)
    with store.reading() as connection:
        rows = connection.execute(chosen.order_by(uat_simulated.c.number)).mappings()
        return tuple(Simulated(**row) for row in rows)


def _read(connection: sa.Connection, which: sa.ColumnElement[bool]) -> tuple[Simulation, ...]:
    done = (
        sa.select(sa.func.count())
        .select_from(uat_simulated)
        .where(uat_simulated.c.simulation == uat_simulations.c.id)
        .scalar_subquery()
    )
    chosen = sa.select(uat_simulations, done.label("done")).where(which)
    rows = connection.execute(chosen.order_by(uat_simulations.c.id)).mappings()
    return tuple(Simulation(**{**row, "state": SimulationState(row["state"])}) for row in rows)
