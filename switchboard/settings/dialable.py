"""Whether a number that the settings name may be dialled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from switchboard.settings.checking import Problem

LONGEST_EXTENSION: Final = 6
"""Digits. A longer number without + would need a prefix for an outside line, which toll fraud
lives on: the PBX adds one where it must."""

_COSTLY: Final = {
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.PERSONAL_NUMBER,
    PhoneNumberType.PAGER,
}
_EMERGENCY_DIGITS: Final = 3
"""Emergency numbers everywhere have three digits."""


def number_problems(path: tuple[str, ...], number: str, region: str) -> Iterator[Problem]:
    """What is wrong with the number that the setting at `path` names, if it names one."""
    if number and (reason := undialable(number, region)):
        yield Problem(path, f"= {number!r} {reason}")


def undialable(number: str, region: str) -> str:
    """Why `number` (digits, perhaps after a +) must not be dialled, and the remedy; "" if it may.

    `region` is the ISO code of the country whose emergency numbers count. Mobiles may be dialled:
    a duty phone is one, and it was an administrator who named it.
    """
    if not number.startswith("+"):
        if len(number) > LONGEST_EXTENSION:
            return "is not an extension; write a number outside with its country: +44..."
        if len(number) <= _EMERGENCY_DIGITS and phonenumbers.is_emergency_number(number, region):
            return "is an emergency number, which the switchboard never dials; give an extension."
        return ""
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        return "is not a number that exists; check it digit by digit."
    if phonenumbers.number_type(parsed) in _COSTLY:
        return "is charged above the standard rate; give an ordinary number."
    return ""
