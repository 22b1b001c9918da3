"""Callers' numbers hashed under a key of the site: one caller's calls compare, and no more.

Without the key, which never leaves the database, a hash can't be tried against all numbers there
are. Deleting the key makes every hash that was kept anonymous for good.
"""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import UTC, datetime

import phonenumbers
import sqlalchemy as sa
from phonenumbers import NumberParseException, PhoneNumberFormat

from directory.number_plan import NumberPlan
from switchboard.storage.store import Store
from switchboard.storage.tables import site_secrets

_CALLER_KEY = "caller numbers"
_KEY_BYTES = 32
_HASH_BYTES = 16
"""Of HMAC-SHA256's 32. Half of them keep two callers apart up to 10^18 of them."""

_LONGEST_EXTENSION = 6
"""Digits, as in `directory.numbers`."""


def site_key(store: Store) -> bytes:
    """The key for hashing callers' numbers, made on first use. Raises StorageError."""
    with store.reading() as connection:
        known = _known(connection)
    if known is not None:
        return known
    with store.writing() as connection:
        if connection.dialect.name == "postgresql":
            # Two workers that start on a new database must not make two keys.
            connection.exec_driver_sql("LOCK TABLE site_secrets IN EXCLUSIVE MODE")
        known = _known(connection)
        if known is None:
            known = secrets.token_bytes(_KEY_BYTES)
            row = {"name": _CALLER_KEY, "secret": known, "at": datetime.now(UTC)}
            connection.execute(sa.insert(site_secrets).values(row))
        return known


def caller_hash(number: str, key: bytes, plan: NumberPlan) -> str:
    """HMAC-SHA256 of the number in its one form, cut to 32 hexadecimal digits; "" for ""."""
    form = one_form(number, plan)
    return hmac.digest(key, form.encode(), "sha256")[:_HASH_BYTES].hex() if form else ""


def one_form(number: str, plan: NumberPlan) -> str:
    """What every way to write one number shares: the extension, else E.164, else the digits."""
    written = re.sub(r"[^0-9+]", "", number)
    if len(written) <= _LONGEST_EXTENSION and not written.startswith("+"):
        return written
    try:
        read = phonenumbers.parse(written, plan.region)
    except NumberParseException:
        return written
    if not phonenumbers.is_possible_number(read):
        return written
    international = phonenumbers.format_number(read, PhoneNumberFormat.E164)
    # The PBX presents a desk by its extension or its direct line, depending on the way in.
    return plan.extension_of(international) or international


def _known(connection: sa.Connection) -> bytes | None:
    table = site_secrets
    return connection.execute(sa.select(table.c.secret).where(table.c.name == _CALLER_KEY)).scalar()
