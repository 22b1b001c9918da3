"""The table of directory sources that are read again and again, such as LDAP."""

from __future__ import annotations

import sqlalchemy as sa

from switchboard.storage.tables import UtcDateTime, metadata

directory_sources = sa.Table(
    "directory_sources",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("cursor", sa.JSON, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("whole_at", UtcDateTime, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
"""One row a source. `content` is its entries as last read: JSON, zlib-compressed."""

entry_sources = sa.Table(
    "entry_sources",
    metadata,
    sa.Column("entry", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, primary_key=True),
)
"""Which sources list each entry of the directory ("file", "ldap"), by its key."""
