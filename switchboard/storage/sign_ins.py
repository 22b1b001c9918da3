"""Who is signed in, and who tries to: in the database, so that all processes agree."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from switchboard.storage import audit
from switchboard.storage.admin_tables import sign_in_attempts, sign_ins, users
from switchboard.storage.store import Store
from switchboard.storage.tables import site_secrets
from switchboard.storage.users import User, digest_of, folded, user_of

_FROM_ONE_ADDRESS = 10
"""Times the failures that lock a name after which an address has to wait: a whole office behind one
address may mistype, a machine that guesses names may not go on."""
_SEEN_EVERY = timedelta(minutes=1)
"""How exactly the last click is kept: a write for every page would slow all of them."""
_TRIES_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """After `failures` wrong passwords in a row within `lock` a name is locked for `lock`.

    A session ends `idle` after the last click and `longest` after it began.
    """

    failures: int
    lock: timedelta
    idle: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt to sign in, counted as failed until `succeeded` says otherwise."""

    id: int


def begin_try(
    store: Store, name: str, address: str, limits: Limits, *, at: datetime | None = None
) -> Try | None:
    """Count an attempt before the password is looked at; None when there were too many.

    Counting first means that attempts made at the same moment can't slip past the limit. Names
    that nobody has are locked just so: the answer doesn't tell which names there are.
    """
    at = at or datetime.now(UTC)
    name = folded(name)[:200]
    table = sign_in_attempts
    with store.writing() as connection:
        if connection.dialect.name == "postgresql":
            one_by_one = sa.func.pg_advisory_xact_lock(sa.func.hashtext(name))
            connection.execute(sa.select(one_by_one))
        since = at - limits.lock
        recent = sa.select(table).where(table.c.at > since)
        by_name = connection.execute(
            recent.where(table.c.name == name).order_by(table.c.id.desc()).limit(limits.failures)
        ).all()
        if len(by_name) >= limits.failures and not any(row.succeeded for row in by_name):
            return None
        by_address = connection.execute(
            sa.select(sa.func.count())
            .select_from(table)
            .where(table.c.at > since, table.c.address == address, table.c.succeeded.is_(False))
        ).scalar_one()
        if by_address >= limits.failures * _FROM_ONE_ADDRESS:
            return None
        if len(by_name) == limits.failures - 1 and not any(row.succeeded for row in by_name):
            audit.write(
                connection,
                "last try before lock-out",
                actor=name,
                subject=f"user {name}",
                name=name,
            )
        connection.execute(sa.delete(table).where(table.c.at < at - _TRIES_KEPT))
        number = connection.execute(
            sa.insert(table).returning(table.c.id),
            {"at": at, "name": name, "address": address, "succeeded": False},
        ).scalar_one()
        return Try(number)


def begin_session(
    store: Store, user: User, address: str, *, made: Try | None = None, at: datetime | None = None
) -> str:
    """Sign the user in: the secret for the browser's cookie. `made` is counted as successful."""
    secret = secrets.token_urlsafe(32)
    at = at or datetime.now(UTC)
    with store.writing() as connection:
        if made is not None:
            table = sign_in_attempts
            own = table.c.id == made.id
            connection.execute(sa.update(table).where(own).values(succeeded=True))
        connection.execute(
            sa.insert(sign_ins).values(
                digest=digest_of(secret), user_id=user.id, begun_at=at, seen_at=at, address=address
            )
        )
        connection.execute(sa.update(users).where(users.c.id == user.id).values(signed_in_at=at))
        audit.write(
            connection,
            "signed in",
            actor=user.name,
            subject=f"user {user.name}",
            name=user.name,
            at=at,
        )
    return secret


def session_user(
    store: Store, secret: str, limits: Limits, *, at: datetime | None = None
) -> User | None:
    """Who is signed in by this secret, seen from now on; None when nobody is, or no more."""
    at = at or datetime.now(UTC)
    digest = digest_of(secret)
    chosen = (
        sa.select(users, sign_ins.c.begun_at, sign_ins.c.seen_at)
        .join(sign_ins, sign_ins.c.user_id == users.c.id)
        .where(sign_ins.c.digest == digest)
    )
    with store.reading() as connection:
        row = connection.execute(chosen).mappings().first()
    if row is None:
        return None
    user = user_of(row)
    too_old = at - row["begun_at"] > limits.longest or at - row["seen_at"] > limits.idle
    if too_old or not user.allowed(at):
        with store.writing() as connection:
            connection.execute(sa.delete(sign_ins).where(sign_ins.c.digest == digest))
        return None
    if at - row["seen_at"] > _SEEN_EVERY:
        with store.writing() as connection:
            own = sign_ins.c.digest == digest
            connection.execute(sa.update(sign_ins).where(own).values(seen_at=at))
    return user


def end_session(store: Store, secret: str, user: User) -> None:
    """Sign the user out in this browser."""
    with store.writing() as connection:
        connection.execute(sa.delete(sign_ins).where(sign_ins.c.digest == digest_of(secret)))
        audit.write(
            connection, "signed out", actor=user.name, subject=f"user {user.name}", name=user.name
        )


def forget_sessions(store: Store, longest: timedelta, *, at: datetime | None = None) -> int:
    """Drop the rows of sessions that have ended by themselves; how many there were."""
    at = at or datetime.now(UTC)
    with store.writing() as connection:
        done = connection.execute(sa.delete(sign_ins).where(sign_ins.c.begun_at < at - longest))
        return done.rowcount


def cookie_key(store: Store) -> bytes:
    """The key that signs the browsers' cookies: made once, the same for all processes."""
    table = site_secrets
    named = sa.select(table.c.secret).where(table.c.name == "cookies")
    with store.reading() as connection:
        kept: bytes | None = connection.execute(named).scalar()
    if kept is not None:
        return kept
    with store.writing() as connection:
        kept = connection.execute(named).scalar()
        if kept is None:
            kept = secrets.token_bytes(32)
            connection.execute(
                sa.insert(table).values(name="cookies", secret=kept, at=datetime.now(UTC))
            )
        return kept
