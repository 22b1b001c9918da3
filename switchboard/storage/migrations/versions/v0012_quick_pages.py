"""What deleted calls came to; and indexes for what pages count.

Revision ID: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "gone_calls",
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "channel", name=op.f("pk_gone_calls")),
    )
    op.create_index("ix_people_left", "people", ["left"])
    op.create_index("ix_reviews_verdict_kind", "reviews", ["verdict", "kind", "position"])


def downgrade() -> None:
    op.drop_index("ix_reviews_verdict_kind", "reviews")
    op.drop_index("ix_people_left", "people")
    op.drop_table("gone_calls")
