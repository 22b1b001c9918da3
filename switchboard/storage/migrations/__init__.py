"""Alembic migrations, one file each in `versions`, run by `switchboard.storage.migrate`.

To add one: change `storage/tables.py`, copy the newest file here under the next number, write
`upgrade` and `downgrade`, and set `migrate.HEAD`. The tests run it up, down and up on both
databases, and compare the result with the tables.
"""
