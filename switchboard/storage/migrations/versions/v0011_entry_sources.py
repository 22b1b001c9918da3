"""Which sources list each entry of the directory: each takes away only what it alone lists.

Revision ID: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_imports = sa.table("imports", sa.column("id"), sa.column("file_name"))
_listed = sa.table("entry_sources", sa.column("entry"), sa.column("source"))


def upgrade() -> None:
    op.create_table(
        "entry_sources",
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry", "source", name=op.f("pk_entry_sources")),
    )
    # Until now whatever was imported last had taken away all else.
    connection = op.get_bind()
    newest = sa.select(_imports.c.file_name).order_by(_imports.c.id.desc()).limit(1)
    file_name = connection.execute(newest).scalar()
    if file_name is None:
        return
    source = "ldap" if file_name.startswith(("ldap://", "ldaps://")) else "file"
    for name in ("people", "departments"):
        table = sa.table(name, sa.column("key"), sa.column("left", sa.Boolean))
        present = sa.select(table.c.key, sa.literal(source)).where(sa.not_(table.c.left))
        connection.execute(sa.insert(_listed).from_select(["entry", "source"], present))


def downgrade() -> None:
    op.drop_table("entry_sources")
