"""The numbers in a header of addresses: strictly read, hostile until then.

P-Asserted-Identity (RFC 3325), From (RFC 3261), Diversion (RFC 5806) and History-Info (RFC 7044)
hold lists of `"Display name" <sip:user@host;parameters>;parameters` or bare URIs, sip: or tel:.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

LONGEST: Final = 4096
"""Characters of a header. A longer one is left unread as a whole: a cut one could mean another."""

MOST_DIGITS: Final = 15
"""Of a number (ITU-T E.164)."""

# Possessive throughout, so that no header makes the match go back and forth.
_ONE = re.compile(
    r"""\s*+
    (?: (?: "(?:[^"\\]|\\.)*+" | [^"<>,;:]*+ )  \s*+ <(?P<inside>[^<>"]++)>
      | (?P<bare>[^<>",;?\s]++) )
    (?P<parameters> (?: \s*+ ; [^;,"<>]*+ (?:"(?:[^"\\]|\\.)*+")?+ )*+ )
    \s*+ (?:,|\Z)""",
    re.VERBOSE,
)
_URI = re.compile(r"(?:sips?:(?P<user>[^@]*+)@[^@]++|tel:(?P<tel>.++))", re.IGNORECASE)
_NUMBER = re.compile(rf"\+?[0-9]{{1,{MOST_DIGITS}}}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Address:
    """`user` is who the address names, percent-encoding undone, parameters left out. `number` is
    that user as digits after at most one +, "" when it isn't a number of the world or of ours."""

    user: str
    number: str


def addresses(header: str) -> tuple[Address, ...]:
    """Every address of a header, in order; none when any part of it is malformed. Never raises."""
    if len(header) > LONGEST or _CONTROL.search(header):
        return ()
    found, at = [], 0
    while at < len(header):
        one = _ONE.match(header, at)
        if one is None or one.end() == at:
            return ()
        found.append(_address(one["inside"] or one["bare"], one["parameters"]))
        at = one.end()
    return tuple(found)


def withheld(headers: Mapping[str, str]) -> bool:
    """Whether the caller asked for privacy (RFC 3323, RFC 3325). An asserted number that comes
    along all the same is for those who route the call, and for nobody's display."""
    asked = {word.strip().lower() for word in re.split("[;,]", headers.get("privacy", ""))}
    return not asked.isdisjoint({"id", "user", "header"})


def _address(uri: str, parameters: str) -> Address:
    parts = _URI.fullmatch(uri.strip())
    if parts is None:
        return Address("", "")
    user, *of_user = (parts["user"] or parts["tel"] or "").split(";")
    user = unquote(user)
    digits = re.sub(r"[().-]", "", user)
    # A number without + means what its context says (RFC 3966): "5001" elsewhere is not our 5001.
    elsewhere = "phone-context" in unquote(";".join((*of_user, parameters))).lower()
    if not _NUMBER.fullmatch(digits) or (elsewhere and not digits.startswith("+")):
        return Address(user, "")
    return Address(user, digits)
