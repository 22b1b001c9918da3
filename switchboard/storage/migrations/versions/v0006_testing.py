"""Acceptance testing, the stage of the roll-out, simulations, recordings that wait for approval.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(), nullable=False)


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete="CASCADE"
    )


def upgrade() -> None:
    op.create_table(
        "uat_campaigns",
        _count("id"),
        _text("name"),
        _text("stage"),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        _flag("closed"),
        _moment("made_at"),
        _text("made_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uat_campaigns")),
    )
    op.create_table(
        "uat_testers",
        _count("id"),
        _count("campaign"),
        *(_text(name) for name in ("name", "accent", "pin")),
        _of("uat_testers", "campaign", "uat_campaigns"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uat_testers")),
        sa.UniqueConstraint("campaign", "name", name="uq_uat_testers_campaign_name"),
        sa.UniqueConstraint("pin", name=op.f("uq_uat_testers_pin")),
    )
    op.create_index(op.f("ix_uat_testers_campaign"), "uat_testers", ["campaign"])
    op.create_table(
        "uat_items",
        _count("id"),
        _count("tester"),
        _count("number"),
        _text("kind"),
        _text("say"),
        _json("wanted"),
        _text("hint"),
        _text("department"),
        _of("uat_items", "tester", "uat_testers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uat_items")),
    )
    op.create_index(op.f("ix_uat_items_tester"), "uat_items", ["tester"])
    op.create_table(
        "uat_tries",
        _count("id"),
        _count("item"),
        _text("call"),
        _moment("at"),
        *(_text(name) for name in ("channel", "outcome", "entry", "number", "ending")),
        _json("waits_ms"),
        *(_text(name) for name in ("verdict", "problem", "told")),
        _flag("settled"),
        _of("uat_tries", "item", "uat_items"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uat_tries")),
        sa.UniqueConstraint("call", name=op.f("uq_uat_tries_call")),
    )
    op.create_index(op.f("ix_uat_tries_item"), "uat_tries", ["item"])
    op.create_table(
        "rollout_stages",
        _count("id"),
        _moment("at"),
        *(_text(name) for name in ("actor", "stage", "reason")),
        _flag("overridden"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollout_stages")),
    )
    op.create_table(
        "uat_simulations",
        _count("id"),
        _moment("at"),
        *(_text(name) for name in ("actor", "grammar", "engine")),
        _json("plan"),
        _count("total"),
        _text("state"),
        _text("fault"),
        _moment("seen_at"),
        _moment("finished_at", nullable=True),
        sa.CheckConstraint(
            "state IN ('running', 'stopped', 'done', 'failed')",
            name=op.f("ck_uat_simulations_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uat_simulations")),
    )
    op.create_table(
        "uat_simulated",
        _key("simulation"),
        _key("number"),
        *(_text(name) for name in ("entry", "say", "voice", "channel")),
        *(_text(name) for name in ("outcome", "action", "reason", "reached", "transcript")),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("wait_ms", sa.Float(), nullable=True),
        _of("uat_simulated", "simulation", "uat_simulations"),
        sa.PrimaryKeyConstraint("simulation", "number", name=op.f("pk_uat_simulated")),
    )
    op.create_index("ix_uat_simulated_simulation_entry", "uat_simulated", ["simulation", "entry"])
    op.create_table(
        "voice_drafts",
        _text("file"),
        _text("words"),
        sa.Column("flac", sa.LargeBinary(), nullable=False),
        _json("measured"),
        _text("problem"),
        _moment("at"),
        _text("actor"),
        sa.PrimaryKeyConstraint("file", name=op.f("pk_voice_drafts")),
    )


def downgrade() -> None:
    for table in (
        "voice_drafts",
        "uat_simulated",
        "uat_simulations",
        "rollout_stages",
        "uat_tries",
        "uat_items",
        "uat_testers",
        "uat_campaigns",
    ):
        op.drop_table(table)
