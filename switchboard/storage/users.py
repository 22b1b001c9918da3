"""Who may sign in to the web admin, and as what."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from switchboard.errors import UserError
from switchboard.storage import audit
from switchboard.storage.admin_tables import sign_in_attempts, sign_in_links, sign_ins, users
from switchboard.storage.store import Store

LINK_VALID = timedelta(days=2)
"""How long a one-time link works."""
_LONGEST_NAME = 64


class Role(StrEnum):
    """What somebody may do; each page of the admin says which roles it is for."""

    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"
    TESTER = "tester"
    VIEWER = "viewer"
    SUPPORT = "support"
    """A supplier's engineer: as an administrator, but for users; until a set moment; and every page
    seen is on the audit log."""


@dataclass(frozen=True, slots=True)
class User:
    """`subject` is who it is to the OpenID Connect provider, None for password users."""

    id: int
    name: str
    role: Role
    has_password: bool
    subject: str | None
    disabled: bool
    support_until: datetime | None
    made_at: datetime
    made_by: str
    signed_in_at: datetime | None

    def allowed(self, at: datetime) -> bool:
        """Whether this user may be signed in at that moment."""
        if self.disabled:
            return False
        granted = self.support_until is not None and at < self.support_until
        return granted or self.role is not Role.SUPPORT


def folded(name: str) -> str:
    """A user's name as it is kept and compared: without capitals and outer blanks."""
    return " ".join(name.split()).casefold()


def all_users(store: Store) -> tuple[User, ...]:
    """Everybody, by name."""
    with store.reading() as connection:
        rows = connection.execute(sa.select(users).order_by(users.c.name)).mappings()
        return tuple(map(user_of, rows))


def user_named(store: Store, name: str) -> User:
    """The user of that name. Raises UserError."""
    with store.reading() as connection:
        return _named(connection, name)


def add_user(
    store: Store,
    name: str,
    role: Role,
    *,
    actor: str,
    support_until: datetime | None = None,
    subject: str | None = None,
) -> User:
    """Add a user, who can sign in by a link or (`subject`) the provider. Raises UserError."""
    name = folded(name)
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise UserError(f"A user's name has 1 to {_LONGEST_NAME} characters; choose another.")
    if (role is Role.SUPPORT) != (support_until is not None):
        raise UserError("Supplier support is granted until a set time; give that time.")
    with store.writing() as connection:
        if connection.execute(sa.select(users.c.id).where(users.c.name == name)).first():
            raise UserError(f"There is a user “{name}” already; choose another name.")
        values = {
            "name": name,
            "role": role.value,
            "password": "",
            "subject": subject,
            "disabled": False,
            "support_until": support_until,
            "made_at": datetime.now(UTC),
            "made_by": actor,
        }
        connection.execute(sa.insert(users).values(values))
        after = {"role": role.value, **_until(support_until)}
        audit.write(
            connection, "user added", actor=actor, subject=f"user {name}", name=name, after=after
        )
        return _named(connection, name)


def set_role(store: Store, name: str, role: Role, *, actor: str) -> User:
    """Give a user another role; who is signed in stays so, with the new role.

    Raises UserError for support (see `grant_support`) and for the last administrator.
    """
    if role is Role.SUPPORT:
        raise UserError("Supplier support is granted until a set time: use grant-support.")
    return _change(store, name, "role changed", actor, role=role.value, support_until=None)


def grant_support(store: Store, name: str, until: datetime, *, actor: str) -> User:
    """Make a user supplier support until that moment. Raises UserError for one in the past."""
    if until <= datetime.now(UTC):
        raise UserError("Support can't be granted until a time that has passed; give a later one.")
    return _change(
        store, name, "support granted", actor, role=Role.SUPPORT.value, support_until=until
    )


def set_disabled(store: Store, name: str, *, disabled: bool, actor: str) -> User:
    """Lock a user out, at once and for good, or let the user in again."""
    action = "user disabled" if disabled else "user enabled"
    return _change(store, name, action, actor, disabled=disabled)


def unlock(store: Store, name: str, *, actor: str) -> None:
    """Forget a user's wrong passwords, so that the next try is heard at once."""
    with store.writing() as connection:
        user = _named(connection, name)
        table = sign_in_attempts
        connection.execute(sa.delete(table).where(table.c.name == user.name))
        _audit(connection, "user unlocked", user, actor)


def new_link(store: Store, name: str, *, actor: str, at: datetime | None = None) -> str:
    """A secret by which the user chooses a password, once, within LINK_VALID.

    Earlier links of the user stop working. Raises UserError.
    """
    secret = secrets.token_urlsafe(32)
    at = at or datetime.now(UTC)
    with store.writing() as connection:
        user = _named(connection, name)
        if user.subject is not None:
            raise UserError(
                f"“{user.name}” signs in with the organisation's account and has no password here."
            )
        table = sign_in_links
        connection.execute(sa.delete(table).where(table.c.user_id == user.id))
        connection.execute(
            sa.insert(table).values(
                digest=digest_of(secret), user_id=user.id, expires_at=at + LINK_VALID
            )
        )
        _audit(connection, "sign-in link made", user, actor)
    return secret


def owner_of_link(store: Store, secret: str, *, at: datetime | None = None) -> User | None:
    """Whose link this is, or None when it was used, has expired or never was."""
    with store.reading() as connection:
        return _owner(connection, secret, at or datetime.now(UTC))


def choose_password(
    store: Store, secret: str, password_hash: str, *, at: datetime | None = None
) -> User | None:
    """Set the password of the link's owner, and use the link up; None when it works no more.

    Whoever is signed in as the user is signed out, and the user is unlocked.
    """
    at = at or datetime.now(UTC)
    with store.writing() as connection:
        user = _owner(connection, secret, at)
        if user is None:
            return None
        for table in (sign_in_links, sign_ins):
            connection.execute(sa.delete(table).where(table.c.user_id == user.id))
        tries = sign_in_attempts
        connection.execute(sa.delete(tries).where(tries.c.name == user.name))
        own = users.c.id == user.id
        connection.execute(sa.update(users).where(own).values(password=password_hash))
        _audit(connection, "password chosen", user, user.name)
        return user


def change_password(store: Store, user: User, password_hash: str) -> None:
    """Set the password that the user has thought of instead. Whoever is signed in as the user is
    signed out, and links that were made before stop working."""
    with store.writing() as connection:
        for table in (sign_in_links, sign_ins):
            connection.execute(sa.delete(table).where(table.c.user_id == user.id))
        own = users.c.id == user.id
        connection.execute(sa.update(users).where(own).values(password=password_hash))
        _audit(connection, "password changed", user, user.name)


def set_password_hash(store: Store, user: User, password_hash: str) -> None:
    """Keep the same password under newer parameters of the hash."""
    with store.writing() as connection:
        own = users.c.id == user.id
        connection.execute(sa.update(users).where(own).values(password=password_hash))


def password_hash_of(store: Store, name: str) -> tuple[User, str] | None:
    """The user of that name and the hash of the password ("": none chosen); None for nobody."""
    with store.reading() as connection:
        chosen = sa.select(users).where(users.c.name == folded(name))
        row = connection.execute(chosen).mappings().first()
        return (user_of(row), row["password"]) if row else None


def user_by_subject(store: Store, subject: str) -> User | None:
    """The user whom the OpenID Connect provider calls so."""
    with store.reading() as connection:
        chosen = sa.select(users).where(users.c.subject == subject)
        row = connection.execute(chosen).mappings().first()
        return user_of(row) if row else None


def user_of(row: sa.RowMapping) -> User:
    """The user that a row of `users` holds."""
    return User(
        id=row["id"],
        name=row["name"],
        role=Role(row["role"]),
        has_password=bool(row["password"]),
        subject=row["subject"],
        disabled=row["disabled"],
        support_until=row["support_until"],
        made_at=row["made_at"],
        made_by=row["made_by"],
        signed_in_at=row["signed_in_at"],
    )


def digest_of(secret: str) -> str:
    """What is kept of a secret that a browser or a link holds. It is random, so one round does."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _named(connection: sa.Connection, name: str) -> User:
    chosen = sa.select(users).where(users.c.name == folded(name))
    row = connection.execute(chosen).mappings().first()
    if row is None:
        raise UserError(f"There is no user “{folded(name)}”; see: switchboard users list.")
    return user_of(row)


def _owner(connection: sa.Connection, secret: str, at: datetime) -> User | None:
    table = sign_in_links
    chosen = (
        sa.select(users)
        .join(table, table.c.user_id == users.c.id)
        .where(table.c.digest == digest_of(secret), table.c.expires_at > at)
    )
    row = connection.execute(chosen).mappings().first()
    user = user_of(row) if row else None
    return user if user is not None and user.allowed(at) else None


def _change(store: Store, name: str, action: str, actor: str, **values: Any) -> User:
    with store.writing() as connection:
        before = _named(connection, name)
        own = users.c.id == before.id
        connection.execute(sa.update(users).where(own).values(**values))
        after = _named(connection, name)
        now = datetime.now(UTC)
        if not after.allowed(now):
            connection.execute(sa.delete(sign_ins).where(sign_ins.c.user_id == before.id))
            connection.execute(sa.delete(sign_in_links).where(sign_in_links.c.user_id == before.id))
        if _administers(before) and not any(map(_administers, _everybody(connection))):
            raise UserError(
                f"“{before.name}” is the last administrator; make somebody else one first."
            )
        audit.write(
            connection,
            action,
            actor=actor,
            subject=f"user {before.name}",
            name=before.name,
            before=_facts(before),
            after=_facts(after),
        )
        return after


def _administers(user: User) -> bool:
    return user.role is Role.ADMINISTRATOR and not user.disabled


def _everybody(connection: sa.Connection) -> list[User]:
    return [user_of(row) for row in connection.execute(sa.select(users)).mappings()]


def _facts(user: User) -> dict[str, Any]:
    return {
        "role": user.role.value,
        "disabled": user.disabled,
        **_until(user.support_until),
    }


def _until(moment: datetime | None) -> dict[str, str]:
    return {"support until": moment.isoformat(timespec="minutes")} if moment else {}


def _audit(connection: sa.Connection, action: str, user: User, actor: str) -> None:
    audit.write(connection, action, actor=actor, subject=f"user {user.name}", name=user.name)
