"""Which gaps wait for a proposal: detection that ended half-way forgot them.

Revision ID: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column(
        "gaps",
        sa.Column("awaits_proposal", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    # They may be such, and to propose once more for the others does no harm.
    op.execute(sa.text("UPDATE gaps SET awaits_proposal = true WHERE state = 'new'"))


def downgrade() -> None:
    with op.batch_alter_table("gaps") as table:
        table.drop_column("awaits_proposal")
