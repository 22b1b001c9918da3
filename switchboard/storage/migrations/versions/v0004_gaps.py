"""Gaps, replays of drafts, and the evidence with which a turn can be decided again.

Revision ID: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of(table: str, column: str, other: str, other_column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{other}.{other_column}"],
        name=op.f(f"fk_{table}_{column}_{other}"),
        ondelete="CASCADE",
    )


def upgrade() -> None:
    op.add_column(
        "turn_evidence", sa.Column("evidence", sa.JSON(), server_default="[]", nullable=False)
    )
    op.add_column("turn_evidence", sa.Column("speech_probability", sa.Float(), nullable=True))
    op.create_table(
        "gaps",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("kind"),
        _text("state"),
        _text("meant"),
        _text("said"),
        _text("phones"),
        _count("calls"),
        _count("callers"),
        _moment("first_at", nullable=True),
        _moment("last_at", nullable=True),
        sa.Column("fix", sa.JSON(), nullable=False),
        sa.Column("effect", sa.JSON(), nullable=False),
        _text("reason"),
        _text("version"),
        _moment("released_at", nullable=True),
        _moment("changed_at"),
        sa.CheckConstraint(
            "state IN ('new', 'proposed', 'accepted', 'in_draft', 'released', 'verified', "
            "'refused', 'reopened')",
            name=op.f("ck_gaps_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gaps")),
    )
    op.create_index("ix_gaps_state_calls", "gaps", ["state", "calls"])
    op.create_index("ix_gaps_meant", "gaps", ["meant"])
    op.create_table(
        "gap_calls",
        _text("call"),
        _key("turn"),
        _count("gap"),
        _moment("at"),
        _text("signal"),
        _text("said"),
        _text("meant"),
        _text("meant_by"),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        _of("gap_calls", "call", "calls", "call"),
        _of("gap_calls", "gap", "gaps", "id"),
        sa.PrimaryKeyConstraint("call", "turn", name=op.f("pk_gap_calls")),
    )
    op.create_index(op.f("ix_gap_calls_gap"), "gap_calls", ["gap"])
    op.create_table(
        "gap_history",
        sa.Column("id", sa.Integer(), nullable=False),
        _count("gap"),
        _moment("at"),
        _text("actor"),
        _text("state"),
        _text("detail"),
        _of("gap_history", "gap", "gaps", "id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_history")),
    )
    op.create_index(op.f("ix_gap_history_gap"), "gap_history", ["gap"])
    op.create_table(
        "gap_cursor",
        _key("id"),
        _moment("calls_until"),
        _count("labels_until"),
        sa.CheckConstraint("id = 1", name=op.f("ck_gap_cursor_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_cursor")),
    )
    op.create_table(
        "replays",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("draft"),
        _text("against"),
        _moment("at"),
        _text("actor"),
        _text("state"),
        _text("fault"),
        *(_count(name) for name in ("done", "total", "by_sound", "fixed", "broken")),
        *(_count(name) for name in ("clearer", "ambiguous")),
        _moment("seen_at"),
        _moment("finished_at", nullable=True),
        sa.CheckConstraint("state IN ('running', 'done', 'failed')", name=op.f("ck_replays_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replays")),
    )
    op.create_index("ix_replays_draft_against", "replays", ["draft", "against"])
    op.create_table(
        "replay_results",
        _key("replay"),
        _text("call"),
        _key("turn"),
        _text("change"),
        _text("meant"),
        _text("meant_by"),
        sa.Column("by_sound", sa.Boolean(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        _of("replay_results", "replay", "replays", "id"),
        _of("replay_results", "call", "calls", "call"),
        sa.PrimaryKeyConstraint("replay", "call", "turn", name=op.f("pk_replay_results")),
    )
    op.create_index("ix_replay_results_replay_change", "replay_results", ["replay", "change"])


def downgrade() -> None:
    op.drop_table("replay_results")
    op.drop_table("replays")
    op.drop_table("gap_cursor")
    op.drop_table("gap_history")
    op.drop_table("gap_calls")
    op.drop_table("gaps")
    with op.batch_alter_table("turn_evidence") as table:
        table.drop_column("speech_probability")
        table.drop_column("evidence")
