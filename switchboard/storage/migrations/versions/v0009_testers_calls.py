"""Calls that testers made with a PIN are no callers' calls: those on record, too.

Revision ID: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_calls = sa.table(
    "calls",
    *(sa.column(name) for name in ("call", "hour", "channel", "caller_hash")),
)
_tries = sa.table("uat_tries", sa.column("call"), sa.column("channel"))
_hours = sa.table("call_hours", sa.column("hour"))
_BY_PIN = _calls.c.call.in_(sa.select(_tries.c.call).where(_tries.c.channel == "phone"))


def upgrade() -> None:
    # Their hours are counted anew when a report asks for them.
    op.execute(sa.delete(_hours).where(_hours.c.hour.in_(sa.select(_calls.c.hour).where(_BY_PIN))))
    op.execute(sa.update(_calls).where(_BY_PIN).values(channel="tester", caller_hash=""))


def downgrade() -> None:
    op.execute(sa.update(_calls).where(_calls.c.channel == "tester").values(channel="phone"))
