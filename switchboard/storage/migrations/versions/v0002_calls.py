"""Calls: what was said, heard and decided on each, where it went, and what people said of it.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("caller_class", sa.Text(), nullable=False),
        sa.Column("caller_hash", sa.Text(), nullable=False),
        sa.Column("caller_number", sa.Text(), nullable=False),
        sa.Column("dialled", sa.Text(), nullable=False),
        sa.Column("grammar_version", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("fell_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probably_wrong", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("call", name=op.f("pk_calls")),
    )
    op.create_index(
        "ix_calls_caller_hash_started_at", "calls", ["caller_hash", "started_at"], unique=False
    )
    op.create_index("ix_calls_ending_started_at", "calls", ["ending", "started_at"], unique=False)
    op.create_index("ix_calls_entry_started_at", "calls", ["entry", "started_at"], unique=False)
    op.create_index("ix_calls_fell_back_at", "calls", ["fell_back_at"], unique=False)
    op.create_index(
        "ix_calls_hour_ending",
        "calls",
        ["hour", "ending", "channel", "probably_wrong"],
        unique=False,
    )
    op.create_index("ix_calls_started_at", "calls", ["started_at"], unique=False)
    op.create_table(
        "site_secrets",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_site_secrets")),
    )
    op.create_table(
        "call_labels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "source IN ('operator', 'tester', 'administrator')", name=op.f("ck_call_labels_source")
        ),
        sa.CheckConstraint(
            "wanted IN ('entry', 'information', 'wrong_organisation', 'abuse')",
            name=op.f("ck_call_labels_wanted"),
        ),
        sa.ForeignKeyConstraint(
            ["call"], ["calls.call"], name=op.f("fk_call_labels_call_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_labels")),
    )
    op.create_index("ix_call_labels_at", "call_labels", ["at"], unique=False)
    op.create_index("ix_call_labels_call", "call_labels", ["call"], unique=False)
    op.create_index("ix_call_labels_entry_at", "call_labels", ["entry", "at"], unique=False)
    op.create_table(
        "call_notes",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call"], ["calls.call"], name=op.f("fk_call_notes_call_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call", "digest", name=op.f("pk_call_notes")),
    )
    op.create_index("ix_call_notes_note_at", "call_notes", ["note", "at"], unique=False)
    op.create_table(
        "transfers",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call"], ["calls.call"], name=op.f("fk_transfers_call_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call", "number", name=op.f("pk_transfers")),
    )
    op.create_index("ix_transfers_at", "transfers", ["at"], unique=False)
    op.create_index("ix_transfers_entry_at", "transfers", ["entry", "at"], unique=False)
    op.create_table(
        "turn_audio",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("flac", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call"], ["calls.call"], name=op.f("fk_turn_audio_call_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call", "number", name=op.f("pk_turn_audio")),
    )
    op.create_index("ix_turn_audio_at", "turn_audio", ["at"], unique=False)
    op.create_table(
        "turn_evidence",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hypotheses", sa.JSON(), nullable=False),
        sa.Column("candidates", sa.JSON(), nullable=False),
        sa.Column("timings_ms", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call"], ["calls.call"], name=op.f("fk_turn_evidence_call_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call", "number", name=op.f("pk_turn_evidence")),
    )
    op.create_table(
        "turns",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("expecting", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("transcript", sa.Text(), nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["call"], ["calls.call"], name=op.f("fk_turns_call_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call", "number", name=op.f("pk_turns")),
    )
    op.create_index("ix_turns_at", "turns", ["at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_turns_at", table_name="turns")
    op.drop_table("turns")
    op.drop_table("turn_evidence")
    op.drop_index("ix_turn_audio_at", table_name="turn_audio")
    op.drop_table("turn_audio")
    op.drop_index("ix_transfers_entry_at", table_name="transfers")
    op.drop_index("ix_transfers_at", table_name="transfers")
    op.drop_table("transfers")
    op.drop_index("ix_call_notes_note_at", table_name="call_notes")
    op.drop_table("call_notes")
    op.drop_index("ix_call_labels_entry_at", table_name="call_labels")
    op.drop_index("ix_call_labels_call", table_name="call_labels")
    op.drop_index("ix_call_labels_at", table_name="call_labels")
    op.drop_table("call_labels")
    op.drop_table("site_secrets")
    op.drop_index("ix_calls_started_at", table_name="calls")
    op.drop_index("ix_calls_hour_ending", table_name="calls")
    op.drop_index("ix_calls_fell_back_at", table_name="calls")
    op.drop_index("ix_calls_entry_started_at", table_name="calls")
    op.drop_index("ix_calls_ending_started_at", table_name="calls")
    op.drop_index("ix_calls_caller_hash_started_at", table_name="calls")
    op.drop_table("calls")
