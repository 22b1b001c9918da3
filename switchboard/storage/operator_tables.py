"""The tables of the operators' console and of the reports."""

from __future__ import annotations

import sqlalchemy as sa

from switchboard.storage.tables import UtcDateTime, metadata


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


proposals = sa.Table(
    "proposals",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("entry", sa.Text, nullable=False, index=True),
    _text("name"),
    sa.Column("fields", sa.JSON, nullable=False),
    _text("reason"),
    sa.Column("at", UtcDateTime, nullable=False),
    _text("actor"),
    _text("state"),
    sa.Column("decided_at", UtcDateTime),
    _text("decided_by"),
    _text("answer"),
    sa.CheckConstraint("state IN ('open', 'accepted', 'refused')", name="state"),
    sa.Index("ix_proposals_state_id", "state", "id"),
)
"""Changes to a department that operators ask for. `fields` is field to the value proposed, with
"alias" for another way of asking; `answer` is what whoever decided said to it."""

call_hours = sa.Table(
    "call_hours",
    metadata,
    sa.Column("hour", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("figures", sa.JSON, nullable=False),
)
"""What the calls of an hour (see `calls.hour`) came to, by channel, as `reports.figures` counts it;
an hour without calls has one row with the channel "". A row is there only while it is right:
whoever changes a call of the hour deletes it. It holds no personal data, so it outlives the
records."""

connect_requests = sa.Table(
    "connect_requests",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column(
        "call",
        sa.Text,
        sa.ForeignKey("calls.call", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    _text("entry"),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    _text("actor"),
    sa.Column("taken_at", UtcDateTime),
)
"""Operators' wishes to put a call through to an entry. `taken_at` is when the process that runs the
call took it over, NULL until then, and for good when the call had gone."""

leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    _text("holder"),
    sa.Column("until", UtcDateTime, nullable=False),
)
"""Work that one process of all machines does at a time; free when there is no row, or it is past
`until`."""

gone_calls = sa.Table(
    "gone_calls",
    metadata,
    sa.Column("hour", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("figures", sa.JSON, nullable=False),
)
"""What the calls of an hour came to whose records were deleted, as in `call_hours`, of which it is
a part: without it the hour could not be counted anew."""
