"""What operators at the console ask of calls that are still ours.

Revision ID: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "connect_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["call"],
            ["calls.call"],
            name=op.f("fk_connect_requests_call_calls"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connect_requests")),
    )
    op.create_index(op.f("ix_connect_requests_call"), "connect_requests", ["call"])
    op.create_index(op.f("ix_connect_requests_at"), "connect_requests", ["at"])


def downgrade() -> None:
    op.drop_table("connect_requests")
