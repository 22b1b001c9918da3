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


class Going(StrEnum):
    """What becomes of a simulation after some of it was stored."""

    ON = "on"
    STOPPED = "stopped"
    """Somebody has stopped it."""
    ELSEWHERE = "elsewhere"
    """Another process goes on with it."""


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


def resume_simulation(store: Store, number: int, *, actor: str) -> None:
    """It counts as running from now on, whatever it was. Raises UserError when there is none."""
    now = datetime.now(UTC)
    running = {"state": SimulationState.RUNNING.value, "fault": "", "seen_at": now}
    with store.writing() as connection:
        _of_number(connection, number)
        _set(connection, number, **running)
        _audit(connection, "simulation resumed", number, actor)


def stop_simulation(store: Store, number: int, *, actor: str) -> None:
    """Whichever process runs it ends at its next utterance. One that has ended stays as it is.

    Raises UserError when there is none.
    """
    now = datetime.now(UTC)
    stopped = {"state": SimulationState.STOPPED.value, "seen_at": now, "finished_at": now}
    with store.writing() as connection:
        if _of_number(connection, number).state is SimulationState.RUNNING:
            _set(connection, number, **stopped)
            _audit(connection, "simulation stopped", number, actor)


def set_engine(store: Store, number: int, engine: str) -> None:
    """Say with which engine it goes on. Raises UserError where it was begun with another."""
    with store.writing() as connection:
        known = _of_number(connection, number)
        if known.done and known.engine not in {"", engine}:
            raise UserError(
                f"The simulation was begun with {known.engine}, and this is {engine}; begin a "
                "new one, so that like is compared with like."
            )
        _set(connection, number, engine=engine, seen_at=datetime.now(UTC))


def store_simulated(store: Store, number: int, rows: Sequence[Simulated]) -> Going:
    """Keep what has been spoken; whether to go on.

    Of two processes that go on with the same one, the later to store an utterance gives way and
    keeps nothing of it.
    """
    with store.writing() as connection:
        _set(connection, number, seen_at=datetime.now(UTC))  # until the end, nobody else stores
        taken = sa.and_(
            uat_simulated.c.simulation == number,
            uat_simulated.c.number.in_([row.number for row in rows]),
        )
        if connection.execute(sa.select(uat_simulated.c.number).where(taken)).first() is not None:
            return Going.ELSEWHERE
        if rows:
            connection.execute(
                sa.insert(uat_simulated), [{**asdict(row), "simulation": number} for row in rows]
            )
        running = _of_number(connection, number).state is SimulationState.RUNNING
    return Going.ON if running else Going.STOPPED


def end_simulation(store: Store, number: int, state: SimulationState, fault: str = "") -> None:
    now = datetime.now(UTC)
    with store.writing() as connection:
        _set(connection, number, state=state.value, fault=fault, seen_at=now, finished_at=now)


def simulation(store: Store, number: int) -> Simulation:
    """Raises UserError."""
    with store.reading() as connection:
        return _of_number(connection, number)


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


def _of_number(connection: sa.Connection, number: int) -> Simulation:
    found = _read(connection, uat_simulations.c.id == number)
    if not found:
        raise UserError(f"There is no simulation {number}.")
    return found[0]


def _set(connection: sa.Connection, number: int, **values: object) -> None:
    own = uat_simulations.c.id == number
    connection.execute(sa.update(uat_simulations).where(own).values(**values))


def _audit(connection: sa.Connection, action: str, number: int, actor: str) -> None:
    audit.write(connection, action, actor=actor, subject=f"simulation {number}")


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
