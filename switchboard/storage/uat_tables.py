"""The tables of acceptance testing, of the roll-out, and of recordings that wait for approval."""

from __future__ import annotations

import sqlalchemy as sa

from switchboard.storage.tables import UtcDateTime, metadata


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime, nullable=nullable)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON, nullable=False)


def _of(table: str, column: str, *, key: bool = False) -> sa.Column[int]:
    return sa.Column(
        column,
        sa.Integer,
        sa.ForeignKey(f"{table}.id", ondelete="CASCADE"),
        nullable=False,
        index=not key,
        primary_key=key,
        autoincrement=False,
    )


uat_campaigns = sa.Table(
    "uat_campaigns",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _text("name"),
    _text("stage"),
    sa.Column("begins", sa.Date, nullable=False),
    sa.Column("ends", sa.Date, nullable=False),
    _flag("closed"),
    _moment("made_at"),
    _text("made_by"),
)
"""`stage` is the stage of the roll-out whose gates the campaign's calls open. Both days are
included."""

uat_testers = sa.Table(
    "uat_testers",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of("uat_campaigns", "campaign"),
    _text("name"),
    _text("accent"),
    sa.Column("pin", sa.Text, nullable=False, unique=True),
    sa.UniqueConstraint("campaign", "name", name="uq_uat_testers_campaign_name"),
)
"""`name` is that of the user who signs in for it; `accent` what the tester chose to state."""

uat_items = sa.Table(
    "uat_items",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of("uat_testers", "tester"),
    _count("number"),
    _text("kind"),
    _text("say"),
    _json("wanted"),
    _text("hint"),
    _text("department"),
)
"""A tester's script; `number` counts from 1."""

uat_tries = sa.Table(
    "uat_tries",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of("uat_items", "item"),
    sa.Column("call", sa.Text, nullable=False, unique=True),
    _moment("at"),
    _text("channel"),
    _text("outcome"),
    _text("entry"),
    _text("number"),
    _text("ending"),
    _json("waits_ms"),
    _text("verdict"),
    _text("problem"),
    _text("told"),
    _flag("settled"),
)
"""Calls of the testers. `call` is no foreign key: what a test came to outlives the call's record.
`settled`: the directory's correction that it asks for is made, or refused."""

rollout_stages = sa.Table(
    "rollout_stages",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _moment("at"),
    _text("actor"),
    _text("stage"),
    _text("reason"),
    _flag("overridden"),
)
"""The last row is in force; before the first, the settings' own stage is."""

uat_simulations = sa.Table(
    "uat_simulations",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _moment("at"),
    _text("actor"),
    _text("grammar"),
    _text("engine"),
    _json("plan"),
    _count("total"),
    _text("state"),
    _text("fault"),
    _moment("seen_at"),
    _moment("finished_at", nullable=True),
    sa.CheckConstraint("state IN ('running', 'stopped', 'done', 'failed')", name="state"),
)
"""`plan` is what the utterances are drawn from, so that a stopped simulation goes on with the same.
`seen_at` moves while it runs: one that stopped moving died with its process."""

uat_simulated = sa.Table(
    "uat_simulated",
    metadata,
    _of("uat_simulations", "simulation", key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    _text("entry"),
    _text("say"),
    _text("voice"),
    _text("channel"),
    _text("outcome"),
    _text("action"),
    _text("reason"),
    _text("reached"),
    _text("transcript"),
    sa.Column("probability", sa.Float),
    sa.Column("wait_ms", sa.Float),
    sa.Index("ix_uat_simulated_simulation_entry", "simulation", "entry"),
)
"""Utterances that have been spoken and decided on. `reached` is the key of the best option."""

voice_drafts = sa.Table(
    "voice_drafts",
    metadata,
    sa.Column("file", sa.Text, primary_key=True),
    _text("words"),
    sa.Column("flac", sa.LargeBinary, nullable=False),
    _json("measured"),
    _text("problem"),
    _moment("at"),
    _text("actor"),
)
"""Recordings that nobody has listened to and approved yet, by the script's name for the file.
`problem` is what is wrong with one, "" where it may be published."""
