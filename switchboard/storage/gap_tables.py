"""The tables of gaps: what failed, what was proposed for it, and what drafts would change."""

from __future__ import annotations

import sqlalchemy as sa

from switchboard.storage.tables import UtcDateTime, metadata


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime, nullable=nullable)


def _of(table: str, column: str, *, index: bool = False, key: bool = False) -> sa.Column[object]:
    kind: type[sa.Text] | type[sa.Integer] = sa.Text if table == "calls" else sa.Integer
    return sa.Column(
        column,
        kind,
        sa.ForeignKey(f"{table}.{'call' if table == 'calls' else 'id'}", ondelete="CASCADE"),
        nullable=False,
        index=index,
        primary_key=key,
        autoincrement=False,
    )


gaps = sa.Table(
    "gaps",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _text("kind"),
    _text("state"),
    _text("meant"),
    _text("said"),
    _text("phones"),
    _count("calls"),
    _count("callers"),
    _moment("first_at", nullable=True),
    _moment("last_at", nullable=True),
    sa.Column("fix", sa.JSON, nullable=False),
    sa.Column("effect", sa.JSON, nullable=False),
    _text("reason"),
    _text("version"),
    _moment("released_at", nullable=True),
    _moment("changed_at"),
    sa.Column("awaits_proposal", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.CheckConstraint(
        "state IN ('new', 'proposed', 'accepted', 'in_draft', 'released', 'verified', 'refused', "
        "'reopened')",
        name="state",
    ),
    sa.Index("ix_gaps_state_calls", "state", "calls"),
    sa.Index("ix_gaps_meant", "meant"),
)
"""One row for what failed in the same way. `meant` is an entry's key, "" while nobody has said.
`said` and `phones` are of the calls' middle. `fix` is as `grammar.gaps.fixes.to_plain` gives it, {}
for none; `version` the grammar by which it was released. Counts are of the calls still kept.
`awaits_proposal`: its calls have changed, and what that means for the fix isn't worked out yet."""

gap_calls = sa.Table(
    "gap_calls",
    metadata,
    _of("calls", "call", key=True),
    sa.Column("turn", sa.Integer, primary_key=True, autoincrement=False),
    _of("gaps", "gap", index=True),
    _moment("at"),
    _text("signal"),
    _text("said"),
    _text("meant"),
    _text("meant_by"),
    sa.Column("succeeded", sa.Boolean, nullable=False),
)
"""Turns of a gap. `signal` is why the turn counts as failed; `meant_by` who said whom it was about.
`succeeded`: the same asked for later, once the fix was released, and put through."""

gap_history = sa.Table(
    "gap_history",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _of("gaps", "gap", index=True),
    _moment("at"),
    _text("actor"),
    _text("state"),
    _text("detail"),
)

gap_cursor = sa.Table(
    "gap_cursor",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    _moment("calls_until"),
    _count("labels_until"),
    sa.CheckConstraint("id = 1", name="one_row"),
)
"""One row: calls that began before, and labels up to that id, have been looked at."""

replays = sa.Table(
    "replays",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _text("draft"),
    _text("against"),
    _moment("at"),
    _text("actor"),
    _text("state"),
    _text("fault"),
    _count("done"),
    _count("total"),
    _count("by_sound"),
    _count("fixed"),
    _count("broken"),
    _count("clearer"),
    _count("ambiguous"),
    _moment("seen_at"),
    _moment("finished_at", nullable=True),
    sa.CheckConstraint("state IN ('running', 'done', 'failed')", name="state"),
    sa.Index("ix_replays_draft_against", "draft", "against"),
)
"""Stored calls decided again under a draft. `by_sound` counts those whose sound the engine heard
again. `seen_at` moves while it runs: one that stopped moving died with its process."""

replay_results = sa.Table(
    "replay_results",
    metadata,
    _of("replays", "replay", key=True),
    _of("calls", "call", key=True),
    sa.Column("turn", sa.Integer, primary_key=True, autoincrement=False),
    _text("change"),
    _text("meant"),
    _text("meant_by"),
    sa.Column("by_sound", sa.Boolean, nullable=False),
    sa.Column("before", sa.JSON, nullable=False),
    sa.Column("after", sa.JSON, nullable=False),
    sa.Index("ix_replay_results_replay_change", "replay", "change"),
)
"""Only turns that the draft changes."""
