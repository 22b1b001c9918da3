"""Who calls, as the headers of an INVITE tell it: strictly parsed, hostile until then."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_LONGEST = 1024
_ADDRESS = re.compile(
    r"<?(?:sips?:(?P<user>[^@;>?\s]{1,64})@[^>]*|tel:(?P<tel>[^;>?\s]{1,64})[^>]*)>?", re.IGNORECASE
)
_NUMBER = re.compile(r"\+?[0-9]{1,15}", re.ASCII)
_WITHHELD_USERS = {"anonymous", "restricted", "unavailable", "unknown"}


@dataclass(frozen=True, slots=True)
class Identity:
    """`number` is digits after at most one +, "" when there is none that can be believed.
    `withheld`: the caller asked for privacy (RFC 3323), or is anonymous. `diverted_from`: whose
    phone sent the call on, "" when nobody's."""

    number: str = ""
    withheld: bool = False
    diverted_from: str = ""


def identity(headers: Mapping[str, str], trusted: bool) -> Identity:
    """The caller by P-Asserted-Identity (RFC 3325), else From; who diverted the call by
    History-Info (RFC 7044) or Diversion (RFC 5806).

    Nothing is believed of a peer that isn't trusted. A caller who withholds keeps an asserted
    number from us too: it is there for the carrier.
    """
    if not trusted:
        return Identity()
    withheld = bool(
        {"id", "user", "header"} & set(re.split(r"[;,\s]+", headers.get("privacy", "")))
    )
    asserted = headers.get("p-asserted-identity") or headers.get("from", "")
    user = _user(asserted)
    if user.lower() in _WITHHELD_USERS or withheld:
        return Identity(withheld=True, diverted_from=_diverted_from(headers))
    return Identity(number_of(user), False, _diverted_from(headers))


def number_of(user: str) -> str:
    """The digits of a URI's user part: "+441234567890"; "" when it isn't a number."""
    digits = re.sub(r"[().-]", "", user)
    return digits if _NUMBER.fullmatch(digits) else ""


def dialled_number(to: str) -> str:
    """The user part of a To header: a number or a name, "" when there is none."""
    return _user(to)


def _diverted_from(headers: Mapping[str, str]) -> str:
    if diversion := headers.get("diversion"):
        return number_of(_user(diversion))
    history = headers.get("history-info", "")
    # The last entry is ourselves; whom the call was for first stands first.
    return number_of(_user(history.split(",")[0])) if "," in history else ""


def _user(header: str) -> str:
    # A display name may hold anything, a whole address too: only what follows it counts.
    text = re.sub(r'^\s*"(?:[^"\\]|\\.)*"', "", header[:_LONGEST])
    _, bracket, rest = text.partition("<")
    found = _ADDRESS.match(rest if bracket else text.strip())
    return (found["user"] or found["tel"] or "") if found else ""
