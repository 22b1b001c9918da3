"""How Alembic runs the migrations: on the connection, and in the transaction, of who calls."""

from __future__ import annotations

from alembic import context

from switchboard.storage.migrate import VERSION_TABLE
from switchboard.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    # SQLite alters a table by copying it; see alembic.sqlalchemy.org/en/latest/batch.html.
    render_as_batch=True,
)
context.run_migrations()
