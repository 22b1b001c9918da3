"""Passwords: what may be chosen, and how it is kept."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
"""Characters. Length is what resists guessing; rules about kinds of characters don't (NIST SP
800-63B, NCSC). Raising it makes people write passwords down."""

_hasher = PasswordHasher()
"""argon2id with the parameters of RFC 9106's second choice: 64 MiB, 3 passes."""


def hashed(password: str) -> str:
    """What is kept: algorithm, parameters, salt and hash."""
    return _hasher.hash(password)


def is_right(password: str, kept: str) -> bool:
    """Whether it is the password. As slow for a user who doesn't exist or has none (kept = "")."""
    try:
        return _hasher.verify(kept or _nobodys(), password) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """The hash was made with weaker parameters than now; make it anew at the next sign-in."""
    return _hasher.check_needs_rehash(kept)


def weakness(password: str, name: str) -> str:
    """Why this password may not be chosen, as a sentence; "" when it may."""
    plain = password.casefold()
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters; three or four words that don't belong together"
    if len(set(plain)) < 5:  # noqa: PLR2004  aaaaaaaaaaaa, 121212121212
        return "Use more different characters"
    if name.casefold() in plain:
        return "Leave your user name out of it"
    without_ending = plain.rstrip("0123456789!?.*#$-_ ")
    if plain in _common() or without_ending in _common():
        return "Choose another: this one is on the lists that are tried first"
    return ""


@cache
def _common() -> frozenset[str]:
    text = files("switchboard.admin").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line)


@cache
def _nobodys() -> str:
    return hashed("nobody's password, so that looking takes as long")
