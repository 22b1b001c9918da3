"""The tables. A change here needs a migration beside it: a test compares the two.

Entries (people and departments) are referred to by their key and not by a foreign key: a change
set, an alias or a call outlives the row that it was about.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = sa.MetaData(
    naming_convention={
        # Named, so that a later migration can drop or alter each on both databases.
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, aware and in UTC on both databases (SQLite itself keeps no time zone)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _text(name: str) -> sa.Column[str]:
    """Text that is "" when unknown, as in the dataclasses, so never NULL."""
    return sa.Column(name, sa.Text, nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, UtcDateTime, nullable=nullable)


def _import_id(*, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(
        "import_id",
        sa.Integer,
        sa.ForeignKey("imports.id", ondelete="CASCADE"),
        nullable=nullable,
        index=True,
    )


directory_state = sa.Table(
    "directory_state",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    _count("revision"),
    sa.CheckConstraint("id = 1", name="one_row"),
)
"""One row. `revision` rises with every change to people or departments."""

people = sa.Table(
    "people",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    _text("surname"),
    _text("forename"),
    _text("title"),
    _text("known_as"),
    _text("middle_names"),
    _text("suffix"),
    _text("job_title"),
    _text("department"),
    _text("team"),
    _text("site"),
    sa.Column("extension", sa.Text, index=True),
    sa.Column("direct_line", sa.Text),
    sa.Column("mobile", sa.Text),
    _text("email"),
    _flag("ex_directory"),
    _flag("not_for_external"),
    _flag("member"),
    sa.Column("leaves", sa.Date),
    _flag("left"),
    sa.Index("ix_people_left", "left"),
)

departments = sa.Table(
    "departments",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    _text("name"),
    sa.Column("aliases", sa.JSON, nullable=False),
    sa.Column("extension", sa.Text, index=True),
    sa.Column("direct_line", sa.Text),
    _text("opening_hours"),
    _text("parent"),
    _text("fallback"),
    _flag("left"),
)

imports = sa.Table(
    "imports",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _moment("at"),
    _text("actor"),
    _text("file_name"),
    _text("digest"),
    _text("departments_file"),
    _text("departments_digest"),
    _count("rows_read"),
    _count("people"),
    _count("departments"),
    _count("added"),
    _count("changed"),
    _count("moved"),
    _count("left"),
    _count("cleansed"),
    _count("skipped"),
    _count("reviews"),
    sa.Column("unmapped", sa.JSON, nullable=False),
)

cleansings = sa.Table(
    "cleansings",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _import_id(),
    _count("row"),
    _text("entry"),
    _text("field"),
    _text("before"),
    _text("after"),
    _text("reason"),
    _text("severity"),
)

skipped_rows = sa.Table(
    "skipped_rows",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _import_id(),
    _count("row"),
    _text("reason"),
)

changes = sa.Table(
    "changes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _import_id(nullable=True),
    sa.Column("review_key", sa.Text),
    _moment("at"),
    _text("actor"),
    _text("kind"),
    sa.Column("entry", sa.Text, nullable=False, index=True),
    _text("name"),
    sa.Column("fields", sa.JSON, nullable=False),
)
"""The change sets. `import_id` or `review_key` says what made the change."""

reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("raised_by", sa.Integer, sa.ForeignKey("imports.id", ondelete="SET NULL")),
    _count("position"),
    _text("kind"),
    sa.Column("rows", sa.JSON, nullable=False),
    sa.Column("entries", sa.JSON, nullable=False),
    _text("question"),
    _text("proposal"),
    sa.Column("amendments", sa.JSON, nullable=False),
    sa.Column("verdict", sa.Text),
    _moment("decided_at", nullable=True),
    _text("decided_by"),
    # Pages count the open ones by kind, and read them some at a time.
    sa.Index("ix_reviews_verdict_kind", "verdict", "kind", "position"),
)

added_aliases = sa.Table(
    "added_aliases",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("entry", sa.Text, nullable=False),
    _text("text"),
    _moment("at"),
    _text("actor"),
    sa.UniqueConstraint("entry", "text"),
)

added_carriers = sa.Table(
    "added_carriers",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("position", sa.Text, nullable=False),
    _moment("at"),
    _text("actor"),
    sa.UniqueConstraint("text", "position"),
    sa.CheckConstraint("position IN ('before', 'after')", name="position"),
)

pronunciations = sa.Table(
    "pronunciations",
    metadata,
    sa.Column("word", sa.Text, primary_key=True),
    _text("spoken"),
    _moment("at"),
    _text("actor"),
)
"""`spoken` is what the administrator typed (phones or a respelling); the grammar reads it."""

grammar_versions = sa.Table(
    "grammar_versions",
    metadata,
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
    _count("size"),
    _moment("at"),
)
"""Content-addressed: a version is written once and never altered. `content` is zlib-compressed,
`size` its length in bytes when decompressed."""

publications = sa.Table(
    "publications",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column(
        "version",
        sa.Text,
        sa.ForeignKey("grammar_versions.version"),
        nullable=False,
    ),
    _text("kind"),
    _moment("at"),
    _text("actor"),
    _text("reason"),
    sa.CheckConstraint("kind IN ('publish', 'rollback')", name="kind"),
)
"""History; the last row is what callers get. A rollback is a new row, never a deletion."""

calls = sa.Table(
    "calls",
    metadata,
    sa.Column("call", sa.Text, primary_key=True),
    _moment("started_at"),
    _count("hour"),
    _text("channel"),
    _text("caller_class"),
    _text("caller_hash"),
    _text("caller_number"),
    _text("dialled"),
    _text("grammar_version"),
    _text("engine"),
    _text("worker"),
    _moment("ended_at", nullable=True),
    _text("ending"),
    _text("reason"),
    _flag("emergency"),
    _text("entry"),
    _moment("fell_back_at", nullable=True),
    _flag("probably_wrong"),
    # The caller's earlier calls; and with a hash alone, all of them.
    sa.Index("ix_calls_caller_hash_started_at", "caller_hash", "started_at"),
    sa.Index("ix_calls_started_at", "started_at"),
    # Reports count by these four without reading the rows.
    sa.Index("ix_calls_hour_ending", "hour", "ending", "channel", "probably_wrong"),
    sa.Index("ix_calls_ending_started_at", "ending", "started_at"),
    sa.Index("ix_calls_entry_started_at", "entry", "started_at"),
    sa.Index("ix_calls_fell_back_at", "fell_back_at"),
)
"""One row a call. `hour` is whole hours since 1970 in UTC. `ended_at` is NULL and `ending` "" while
it runs, and for good when its process died. `entry` is the last entry that the caller was put
through to, `fell_back_at` when the call was first sent to an operator. `probably_wrong` is set when
the same caller was soon back."""


def _call(name: str = "call") -> sa.Column[str]:
    return sa.Column(
        name, sa.Text, sa.ForeignKey("calls.call", ondelete="CASCADE"), primary_key=True
    )


def _number() -> sa.Column[int]:
    return sa.Column("number", sa.Integer, primary_key=True, autoincrement=False)


turns = sa.Table(
    "turns",
    metadata,
    _call(),
    _number(),
    _moment("at"),
    _text("prompt"),
    _text("expecting"),
    _text("outcome"),
    _text("transcript"),
    _text("keys"),
    _text("action"),
    _text("reason"),
    sa.Column("options", sa.JSON, nullable=False),
    sa.Column("probability", sa.Float),
    sa.Index("ix_turns_at", "at"),
)
"""What was heard and decided. Its evidence and its sound are apart: most readers need neither."""

turn_evidence = sa.Table(
    "turn_evidence",
    metadata,
    _call(),
    _number(),
    sa.Column("hypotheses", sa.JSON, nullable=False),
    sa.Column("candidates", sa.JSON, nullable=False),
    sa.Column("timings_ms", sa.JSON, nullable=False),
    sa.Column("evidence", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("speech_probability", sa.Float),
)

turn_audio = sa.Table(
    "turn_audio",
    metadata,
    _call(),
    _number(),
    _moment("at"),
    sa.Column("flac", sa.LargeBinary, nullable=False),
    sa.Index("ix_turn_audio_at", "at"),
)

call_notes = sa.Table(
    "call_notes",
    metadata,
    _call(),
    sa.Column("digest", sa.Text, primary_key=True),
    _moment("at"),
    _count("turn"),
    _text("note"),
    sa.Column("entries", sa.JSON, nullable=False),
    _text("detail"),
    sa.Index("ix_call_notes_note_at", "note", "at"),
)
"""`digest` is of all the rest: notes have no number, and one that comes twice is one."""

transfers = sa.Table(
    "transfers",
    metadata,
    _call(),
    _number(),
    _moment("at"),
    _text("to"),
    _text("entry"),
    _text("purpose"),
    _moment("done_at", nullable=True),
    _text("outcome"),
    _text("how"),
    sa.Index("ix_transfers_entry_at", "entry", "at"),
    sa.Index("ix_transfers_at", "at"),
)
"""`outcome` and `how` are "" until the transfer is done."""

call_labels = sa.Table(
    "call_labels",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("call", sa.Text, sa.ForeignKey("calls.call", ondelete="CASCADE"), nullable=False),
    _count("turn"),
    _text("wanted"),
    _text("entry"),
    _text("source"),
    _moment("at"),
    _text("actor"),
    sa.CheckConstraint(
        "wanted IN ('entry', 'information', 'wrong_organisation', 'abuse')", name="wanted"
    ),
    sa.CheckConstraint("source IN ('operator', 'tester', 'administrator')", name="source"),
    sa.Index("ix_call_labels_call", "call"),
    sa.Index("ix_call_labels_entry_at", "entry", "at"),
    sa.Index("ix_call_labels_at", "at"),
)
"""What a person said the caller wanted. The last label of a call holds; `turn` is 0 for the whole
call, `entry` the key wanted where `wanted` is "entry"."""

site_secrets = sa.Table(
    "site_secrets",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("secret", sa.LargeBinary, nullable=False),
    _moment("at"),
)
"""Made on first use, never shown. Without the caller key, hashes of numbers compare no more."""
