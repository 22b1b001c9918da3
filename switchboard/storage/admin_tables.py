"""The tables of the web admin: who may do what, who is signed in, and what everybody did."""

from __future__ import annotations

import sqlalchemy as sa

from switchboard.storage.tables import UtcDateTime, metadata


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _of_user() -> sa.Column[int]:
    return sa.Column(
        "user_id",
        sa.Integer,
        sa.ForeignKey("users.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    )


users = sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    _text("role"),
    _text("password"),
    sa.Column("subject", sa.Text, unique=True),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("support_until", UtcDateTime),
    sa.Column("made_at", UtcDateTime, nullable=False),
    _text("made_by"),
    sa.Column("signed_in_at", UtcDateTime),
    sa.CheckConstraint(
        "role IN ('administrator', 'operator', 'tester', 'viewer', 'support')", name="role"
    ),
)
"""`password` is an argon2 hash, "" until one is chosen. `subject` is who it is to the OpenID
Connect provider, NULL for those who sign in with a password."""

sign_in_links = sa.Table(
    "sign_in_links",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    _of_user(),
    sa.Column("expires_at", UtcDateTime, nullable=False),
)
"""One-time links by which a password is chosen; the row goes when it is used. Only the SHA-256 of
what is in the link is kept: who reads the database can't sign in with it."""

sign_ins = sa.Table(
    "sign_ins",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    _of_user(),
    sa.Column("begun_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    _text("address"),
)
"""Who is signed in at the moment, by the SHA-256 of what is in the browser's cookie."""

sign_in_attempts = sa.Table(
    "sign_in_attempts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    _text("name"),
    _text("address"),
    sa.Column("succeeded", sa.Boolean, nullable=False),
    sa.Index("ix_sign_in_attempts_name_at", "name", "at"),
    sa.Index("ix_sign_in_attempts_address_at", "address", "at"),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    _text("actor"),
    _text("role"),
    _text("address"),
    _text("action"),
    _text("subject"),
    _text("name"),
    sa.Column("before", sa.JSON, nullable=False),
    sa.Column("after", sa.JSON, nullable=False),
    sa.Index("ix_audit_actor_id", "actor", "id"),
    sa.Index("ix_audit_action_id", "action", "id"),
    sa.Index("ix_audit_subject_id", "subject", "id"),
)
"""What was done. The database itself refuses to change or delete a row: see migration 0003."""

import_drafts = sa.Table(
    "import_drafts",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    _of_user(),
    sa.Column("at", UtcDateTime, nullable=False),
    _text("file_name"),
    sa.Column("content", sa.LargeBinary, nullable=False),
    _text("departments_file"),
    sa.Column("departments_content", sa.LargeBinary),
    sa.Column("mapping", sa.JSON, nullable=False),
    sa.Column("verdicts", sa.JSON, nullable=False),
)
"""Imports that are being prepared in the browser. Contents are zlib-compressed."""

import_undo = sa.Table(
    "import_undo",
    metadata,
    sa.Column(
        "import_id",
        sa.Integer,
        sa.ForeignKey("imports.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
"""The directory and the open reviews as they were before an import, for the last few imports."""
