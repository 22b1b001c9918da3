"""Database faults become one sentence each, with what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy.exc

from switchboard.errors import StorageError


class BusyError(StorageError):
    """Another process is writing; trying again later helps."""


class RefusedError(StorageError):
    """The database works, but takes this content never: trying again doesn't help."""


class StaleError(StorageError):
    """The directory changed after it was read; what was worked out from it no longer holds."""


@contextmanager
def told_plainly(location: str) -> Iterator[None]:
    """Raise each database fault inside as a StorageError about `location` (holds no password)."""
    try:
        yield
    except sqlalchemy.exc.DBAPIError as error:
        raise _told(error, location) from error
    except sqlalchemy.exc.TimeoutError as error:
        raise BusyError(
            f"Every connection to the database {location} is in use; try again in a moment."
        ) from error
    except UnicodeEncodeError as error:
        raise RefusedError(
            "A text holds characters that a database can't store (half of a surrogate pair); "
            "save the source file as UTF-8 and try again. Nothing was changed."
        ) from error


BUSY = (
    "Another program is writing to the database {location}; nothing was changed. "
    "Wait until it has finished and try again."
)
READ_ONLY = (
    "The database {location} can't be written to; nothing was changed. Give this user write "
    "permission there (a file: on its folder, too), or name another with --database."
)
FULL = (
    "The disk that holds the database {location} is full; nothing was changed. "
    "Free some space and try again."
)
NOT_OPENED = (
    "The database {location} can't be opened. Check that its folder exists and that this user "
    "may read and write there, or name another with --database."
)
NOT_A_DATABASE = (
    "{location} is not an SQLite database. "
    "Check --database, or name a file that does not exist yet."
)
DAMAGED = (
    "The database {location} is damaged or its disk fails. Stop the switchboard, check the disk, "
    "and put back the last copy of the file."
)
NOT_ALLOWED = (
    "The database {location} refuses the user, the password or a permission. Check both in "
    "--database, and make the user the owner of the database."
)
NO_SUCH_DATABASE = (
    "The server of the database {location} has no database of that name. "
    "Create it (createdb NAME), or correct --database."
)
OUT_OF_REACH = (
    "The database {location} can't be reached. "
    "Check that its server is running, and the host and port in --database."
)

# What a driver says -> the sentence. SQLite tells its faults apart only in the message
# (sqlite.org/rescode.html), as does libpq while connecting; PostgreSQL then gives a code
# (postgresql.org/docs/current/errcodes-appendix.html).
_BY_MESSAGE = (
    (r"database (table )?is locked", BUSY),
    (r"readonly database", READ_ONLY),
    (r"database or disk is full", FULL),
    (r"unable to open database file", NOT_OPENED),
    (r"file is not a database", NOT_A_DATABASE),
    (r"malformed|disk I/O error", DAMAGED),
    (r"authentication failed|no password supplied|role .* does not exist", NOT_ALLOWED),
    (r"database .* does not exist", NO_SUCH_DATABASE),
)
_BY_CODE = {
    "25006": READ_ONLY,
    "23505": BUSY,  # two programs added the same row at once; SQLite makes them take turns
    "40001": BUSY,
    "40P01": BUSY,
    "42501": NOT_ALLOWED,
    "53100": FULL,
    "55P03": BUSY,
}


def _told(error: sqlalchemy.exc.DBAPIError, location: str) -> StorageError:
    sentence = _BY_CODE.get(getattr(error.orig, "sqlstate", None) or "")
    if sentence is None:
        said = str(error.orig)
        found = (known for pattern, known in _BY_MESSAGE if re.search(pattern, said))
        sentence = next(found, None)
    if sentence is None and isinstance(error, sqlalchemy.exc.OperationalError):
        sentence = OUT_OF_REACH
    if sentence is None:
        # Never the driver's text: it quotes the row, and a row is personal data.
        content = isinstance(error, sqlalchemy.exc.DataError | sqlalchemy.exc.IntegrityError)
        refused = RefusedError if content else StorageError
        return refused(
            f"The database {location} refused a change ({type(error.orig).__name__}); nothing was "
            "changed. This is a fault of the program: please report it, with what you were doing."
        )
    kind = BusyError if sentence == BUSY else StorageError
    return kind(sentence.format(location=location))
