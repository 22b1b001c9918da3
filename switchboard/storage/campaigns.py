"""Campaigns of acceptance testing: who tests, and what each is to ask for."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa

from switchboard.dialogue.policy import Stage
from switchboard.errors import UserError
from switchboard.storage import audit
from switchboard.storage.store import Store
from switchboard.storage.uat_tables import uat_campaigns, uat_items, uat_testers, uat_tries
from switchboard.storage.users import folded
from switchboard.uat.items import Item, ItemKind

PIN_DIGITS = 6
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Campaign:
    """`stage` is the stage of the roll-out whose gates its calls open; both days are included."""

    id: int
    name: str
    stage: Stage
    begins: date
    ends: date
    closed: bool
    made_at: datetime
    made_by: str

    def runs(self, on: date) -> bool:
        return not self.closed and self.begins <= on <= self.ends


@dataclass(frozen=True, slots=True)
class Tester:
    """`items` and `tried` count the script's items, and those of them with a call."""

    id: int
    campaign: int
    name: str
    accent: str
    pin: str
    items: int = 0
    tried: int = 0


@dataclass(frozen=True, slots=True)
class ScriptItem:
    """An item where it stands in a tester's script; `tries` counts its calls."""

    id: int
    tester: int
    number: int
    item: Item
    tries: int = 0


def add_campaign(
    store: Store,
    name: str,
    stage: Stage,
    begins: date,
    ends: date,
    *,
    scripts: Mapping[str, Sequence[Item]],
    actor: str,
) -> Campaign:
    """Add a campaign with its testers, by the name under which each signs in, and their scripts.

    Raises UserError for what makes no campaign.
    """
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME:
        raise UserError(f"A campaign's name has 1 to {_LONGEST_NAME} characters; give it one.")
    if ends < begins:
        raise UserError("The campaign would end before it begins; give a later last day.")
    if not scripts or not any(scripts.values()):
        raise UserError("A campaign needs testers, and something for them to ask for.")
    values = {
        "name": name,
        "stage": stage.value,
        "begins": begins,
        "ends": ends,
        "closed": False,
        "made_at": datetime.now(UTC),
        "made_by": actor,
    }
    with store.writing() as connection:
        number = connection.execute(
            sa.insert(uat_campaigns).values(values).returning(uat_campaigns.c.id)
        ).scalar_one()
        pins = set(connection.execute(sa.select(uat_testers.c.pin)).scalars())
        for tester, items in scripts.items():
            _add_tester(connection, number, folded(tester), items, pins)
        after = {
            "stage": stage.value,
            "begins": begins.isoformat(),
            "ends": ends.isoformat(),
            "testers": sorted(map(folded, scripts)),
        }
        audit.write(
            connection,
            "test campaign added",
            actor=actor,
            subject=f"campaign {number}",
            name=name,
            after=after,
        )
        return _campaign(connection, number)


def _add_tester(
    connection: sa.Connection, campaign: int, name: str, items: Sequence[Item], pins: set[str]
) -> None:
    tester = connection.execute(
        sa.insert(uat_testers)
        .values(campaign=campaign, name=name, accent="", pin=_new_pin(pins))
        .returning(uat_testers.c.id)
    ).scalar_one()
    rows = [
        {
            "tester": tester,
            "number": number,
            "kind": item.kind.value,
            "say": item.say,
            "wanted": list(item.wanted),
            "hint": item.hint,
            "department": item.department,
        }
        for number, item in enumerate(items, start=1)
    ]
    if rows:
        connection.execute(sa.insert(uat_items), rows)


def _new_pin(taken: set[str]) -> str:
    while (pin := f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}") in taken:
        pass
    taken.add(pin)
    return pin


def close_campaign(store: Store, campaign: int, *, actor: str) -> None:
    """No further calls; what was found stays. Raises UserError."""
    with store.writing() as connection:
        found = _campaign(connection, campaign)
        own = uat_campaigns.c.id == campaign
        connection.execute(sa.update(uat_campaigns).where(own).values(closed=True))
        audit.write(
            connection,
            "test campaign closed",
            actor=actor,
            subject=f"campaign {campaign}",
            name=found.name,
        )


def campaigns(store: Store) -> tuple[Campaign, ...]:
    """All of them, the newest first."""
    chosen = sa.select(uat_campaigns).order_by(uat_campaigns.c.id.desc())
    with store.reading() as connection:
        return tuple(map(_campaign_of, connection.execute(chosen).mappings()))


def campaign_of_id(store: Store, campaign: int) -> Campaign:
    """Raises UserError."""
    with store.reading() as connection:
        return _campaign(connection, campaign)


def group_of(store: Store, campaign: int) -> tuple[Tester, ...]:
    """A campaign's testers by name."""
    with store.reading() as connection:
        return _testers(connection, uat_testers.c.campaign == campaign)


def running_for(store: Store, name: str, on: date) -> tuple[Campaign, Tester] | None:
    """What whoever signs in under that name tests that day: the newest campaign that runs."""
    with store.reading() as connection:
        for tester in reversed(_testers(connection, uat_testers.c.name == folded(name))):
            campaign = _campaign(connection, tester.campaign)
            if campaign.runs(on):
                return campaign, tester
    return None


def holder_of_pin(store: Store, pin: str, on: date) -> Tester | None:
    """The tester of a campaign that runs, by the PIN keyed on a telephone."""
    with store.reading() as connection:
        for tester in _testers(connection, uat_testers.c.pin == pin):
            if _campaign(connection, tester.campaign).runs(on):
                return tester
    return None


def state_accent(store: Store, tester: int, accent: str) -> None:
    """Keep what a tester says of the own accent, in any words; "" for nothing."""
    text = " ".join(accent.split())[:_LONGEST_NAME]
    own = uat_testers.c.id == tester
    with store.writing() as connection:
        connection.execute(sa.update(uat_testers).where(own).values(accent=text))
        name = connection.execute(sa.select(uat_testers.c.name).where(own)).scalar_one()
        # Not which: it may tell of somebody's origin, and the log never forgets.
        audit.write(connection, "accent stated", actor=name, subject=f"tester {tester}", name=name)


def script_of(store: Store, tester: int) -> tuple[ScriptItem, ...]:
    """What a tester is to ask for, in order."""
    with store.reading() as connection:
        return _items(connection, uat_items.c.tester == tester)


def script_item(store: Store, item: int) -> ScriptItem | None:
    with store.reading() as connection:
        found = _items(connection, uat_items.c.id == item)
        return found[0] if found else None


def item_of(row: sa.RowMapping) -> Item:
    """The item that a row of `uat_items` holds."""
    return Item(
        kind=ItemKind(row["kind"]),
        say=row["say"],
        wanted=tuple(row["wanted"]),
        hint=row["hint"],
        department=row["department"],
    )


def _items(connection: sa.Connection, which: sa.ColumnElement[bool]) -> tuple[ScriptItem, ...]:
    tries = (
        sa.select(sa.func.count())
        .select_from(uat_tries)
        .where(uat_tries.c.item == uat_items.c.id)
        .scalar_subquery()
    )
    chosen = sa.select(uat_items, tries.label("tries")).where(which)
    rows = connection.execute(chosen.order_by(uat_items.c.tester, uat_items.c.number)).mappings()
    return tuple(
        ScriptItem(row["id"], row["tester"], row["number"], item_of(row), row["tries"])
        for row in rows
    )


def _testers(connection: sa.Connection, which: sa.ColumnElement[bool]) -> tuple[Tester, ...]:
    own = uat_items.c.tester == uat_testers.c.id
    items = sa.select(sa.func.count()).select_from(uat_items).where(own)
    tried = items.where(sa.exists().where(uat_tries.c.item == uat_items.c.id))
    chosen = sa.select(
        uat_testers,
        items.scalar_subquery().label("items"),
        tried.scalar_subquery().label("tried"),
    ).where(which)
    rows = connection.execute(chosen.order_by(uat_testers.c.campaign, uat_testers.c.name))
    return tuple(Tester(**row) for row in rows.mappings())


def _campaign(connection: sa.Connection, campaign: int) -> Campaign:
    chosen = sa.select(uat_campaigns).where(uat_campaigns.c.id == campaign)
    row = connection.execute(chosen).mappings().first()
    if row is None:
        raise UserError(f"There is no test campaign {campaign}; see `switchboard uat campaign`.")
    return _campaign_of(row)


def _campaign_of(row: sa.RowMapping) -> Campaign:
    return Campaign(**{**row, "stage": Stage(row["stage"])})
