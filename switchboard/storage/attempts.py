"""Calls that testers made: what each came to, and what the tester says of it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from switchboard.errors import StorageError, UserError
from switchboard.storage import audit
from switchboard.storage.call_labels import LabelSource, Wanted, label_call
from switchboard.storage.campaigns import item_of
from switchboard.storage.store import Store
from switchboard.storage.uat_tables import uat_items, uat_testers, uat_tries
from switchboard.uat.items import CORRECTIONS, Item, Observed, Outcome, Problem, Verdict
from switchboard.uat.results import Trial

log = logging.getLogger(__name__)

_LONGEST_TOLD = 1000


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call with the item that it is for. `tester` and `accent` are of who made it."""

    id: int
    item_id: int
    tester_id: int
    campaign: int
    tester: str
    accent: str
    item: Item
    at: datetime
    channel: str
    outcome: Outcome
    observed: Observed
    verdict: Verdict
    problem: Problem
    told: str
    settled: bool

    @property
    def trial(self) -> Trial:
        """As results count it."""
        return Trial(
            kind=self.item.kind,
            outcome=self.outcome,
            channel=self.channel,
            voice=self.tester,
            department=self.item.department,
            accent=self.accent,
            verdict=self.verdict,
            problem=self.problem,
            waits_ms=self.observed.waits_ms,
        )


def add_attempt(
    store: Store, item: int, channel: str, observed: Observed, *, outcome: Outcome, at: datetime
) -> int:
    """Keep what a call for an item came to; its id."""
    values = {
        "item": item,
        "call": observed.call,
        "at": at,
        "channel": channel,
        "outcome": outcome.value,
        "entry": observed.entry,
        "number": observed.number,
        "ending": observed.ending,
        "waits_ms": [round(wait, 1) for wait in observed.waits_ms],
        "verdict": Verdict.NONE.value,
        "problem": Problem.NONE.value,
        "told": "",
        "settled": False,
    }
    with store.writing() as connection:
        added: int = connection.execute(
            sa.insert(uat_tries).values(values).returning(uat_tries.c.id)
        ).scalar_one()
    return added


def judge_attempt(
    store: Store, attempt: int, verdict: Verdict, *, problem: Problem, told: str, actor: str
) -> Attempt:
    """Keep what the tester says of a call. The call's record is labelled with whom it wanted, so
    that gaps are found from it and drafts are replayed against it. Raises UserError."""
    problem = problem if verdict is Verdict.NO else Problem.NONE
    values = {"verdict": verdict.value, "problem": problem.value, "told": told[:_LONGEST_TOLD]}
    with store.writing() as connection:
        own = uat_tries.c.id == attempt
        before = _known(connection, attempt)
        connection.execute(sa.update(uat_tries).where(own).values(values))
        judged = _known(connection, attempt)
        audit.write(
            connection,
            "test call judged",
            actor=actor,
            subject=f"test call {attempt}",
            name=judged.item.say,
            before={"verdict": before.verdict.value, "problem": before.problem.value},
            after={"verdict": verdict.value, "problem": problem.value},
        )
    if verdict is not Verdict.ASKED_OTHERWISE:
        _label(store, judged, actor)
    return judged


def _label(store: Store, made: Attempt, actor: str) -> None:
    wanted = made.item.wanted
    entry = made.observed.entry if made.observed.entry in wanted else "".join(wanted[:1])
    try:
        label_call(
            store,
            made.observed.call,
            # A decoy is nobody of ours: whoever asks for one is in the wrong place.
            Wanted.ENTRY if entry else Wanted.WRONG_ORGANISATION,
            entry=entry,
            source=LabelSource.TESTER,
            actor=actor,
        )
    except StorageError:
        log.warning("a test call has no record to label", extra={"attempt": made.id})


def attempt_of_id(store: Store, number: int) -> Attempt | None:
    with store.reading() as connection:
        found = _found(connection, uat_tries.c.id == number)
        return found[0] if found else None


def attempts_of_tester(store: Store, tester: int) -> tuple[Attempt, ...]:
    """The oldest first."""
    with store.reading() as connection:
        return _found(connection, uat_testers.c.id == tester)


def attempts_of_campaigns(store: Store, campaigns: Sequence[int]) -> tuple[Attempt, ...]:
    """The oldest first."""
    with store.reading() as connection:
        return _found(connection, uat_testers.c.campaign.in_(campaigns))


def corrections(store: Store, *, settled: bool = False) -> tuple[Attempt, ...]:
    """Calls whose tester found the directory wrong, and which are or aren't settled."""
    which = sa.and_(
        uat_tries.c.problem.in_([problem.value for problem in CORRECTIONS]),
        uat_tries.c.settled == settled,
    )
    with store.reading() as connection:
        return _found(connection, which)


def settle(store: Store, attempt: int, *, actor: str) -> None:
    """The correction that a call asks for is made, or is none."""
    with store.writing() as connection:
        known = _known(connection, attempt)
        own = uat_tries.c.id == attempt
        connection.execute(sa.update(uat_tries).where(own).values(settled=True))
        audit.write(
            connection,
            "correction settled",
            actor=actor,
            subject=f"test call {attempt}",
            name=known.item.say,
        )


def _known(connection: sa.Connection, attempt: int) -> Attempt:
    """Raises UserError."""
    found = _found(connection, uat_tries.c.id == attempt)
    if not found:
        raise UserError("There is no such test call (any more).")
    return found[0]


def _found(connection: sa.Connection, which: sa.ColumnElement[bool]) -> tuple[Attempt, ...]:
    items = [uat_items.c[name] for name in ("kind", "say", "wanted", "hint", "department")]
    people = [uat_testers.c.id.label("tester_id"), uat_testers.c.campaign]
    people += [uat_testers.c.name.label("tester"), uat_testers.c.accent]
    chosen = (
        sa.select(uat_tries, *items, *people)
        .join(uat_items, uat_items.c.id == uat_tries.c.item)
        .join(uat_testers, uat_testers.c.id == uat_items.c.tester)
        .where(which)
        .order_by(uat_tries.c.id)
    )
    return tuple(map(_attempt, connection.execute(chosen).mappings()))


def _attempt(row: sa.RowMapping) -> Attempt:
    return Attempt(
        id=row["id"],
        item_id=row["item"],
        tester_id=row["tester_id"],
        campaign=row["campaign"],
        tester=row["tester"],
        accent=row["accent"],
        item=item_of(row),
        at=row["at"],
        channel=row["channel"],
        outcome=Outcome(row["outcome"]),
        observed=Observed(
            call=row["call"],
            entry=row["entry"],
            number=row["number"],
            ending=row["ending"],
            waits_ms=tuple(row["waits_ms"]),
        ),
        verdict=Verdict(row["verdict"]),
        problem=Problem(row["problem"]),
        told=row["told"],
        settled=row["settled"],
    )
