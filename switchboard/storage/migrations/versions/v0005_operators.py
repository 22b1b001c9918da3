"""What operators propose, and what the calls of each hour came to.

Revision ID: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("entry"),
        _text("name"),
        sa.Column("fields", sa.JSON(), nullable=False),
        _text("reason"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _text("actor"),
        _text("state"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        _text("decided_by"),
        _text("answer"),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'refused')", name=op.f("ck_proposals_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index(op.f("ix_proposals_entry"), "proposals", ["entry"])
    op.create_index("ix_proposals_state_id", "proposals", ["state", "id"])
    op.create_table(
        "call_hours",
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        _text("channel"),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "channel", name=op.f("pk_call_hours")),
    )


def downgrade() -> None:
    op.drop_table("call_hours")
    op.drop_table("proposals")
