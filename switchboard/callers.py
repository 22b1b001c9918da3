"""Who calls: the class of a caller, from the identity that a trusted peer asserts.

Only P-Asserted-Identity makes a caller internal. From is what the phone says of itself: its number
is kept, so that the same caller is known again, and gives no right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from directory.number_plan import NumberPlan
from switchboard.dialogue.caller import Caller, CallerClass
from switchboard.settings import Settings
from switchboard.settings.dialable import LONGEST_EXTENSION
from switchboard.telephony.addresses import Address, addresses, withheld
from switchboard.telephony.port import Offer


@dataclass(frozen=True, slots=True)
class KnownNumbers:
    """What the organisation's numbers are, and what follows from them.

    `internal` are beginnings, of extensions ("62") or in E.164 ("+4477009001"); `pilot` and
    `operators` whole numbers as `known_numbers` writes them. A call that one of `operators`
    diverted to us is overflow.
    """

    plan: NumberPlan
    internal: tuple[str, ...] = ()
    direct_lines_internal: bool = False
    pilot: frozenset[str] = frozenset()
    operators: frozenset[str] = frozenset()


def known_numbers(settings: Settings) -> KnownNumbers:
    """The numbers that these settings, already checked, know."""
    callers, plan = settings.callers, settings.number_plan.plan()
    known = KnownNumbers(plan, callers.internal, callers.direct_lines_internal)
    operators = (*settings.operators.numbers, *callers.overflow_from)
    return replace(
        known,
        pilot=frozenset(_inside_form(number, known) for number in callers.pilot),
        operators=frozenset(_desk(number, plan) for number in operators),
    )


def caller_of(offer: Offer, known: KnownNumbers) -> Caller:
    """The caller of an incoming call. Never raises, whatever the headers hold."""
    if not offer.trusted:
        return Caller(CallerClass.WITHHELD)
    diverted = not known.operators.isdisjoint(
        _desk(number, known.plan) for number in _diverted_by(offer.headers)
    )
    asserted = addresses(offer.headers.get("p-asserted-identity", ""))
    if withheld(offer.headers) or any(map(_anonymous, asserted)):
        return Caller(CallerClass.WITHHELD, diverted=diverted)
    numbers = [address.number for address in asserted if address.number]
    if numbers:
        kind = _class_of(numbers, known)
        inside = kind in {CallerClass.INTERNAL, CallerClass.PILOT}
        first = numbers[0]
        number = _inside_form(first, known) if inside else usual_form(first, known.plan)
        return Caller(kind, number, diverted=diverted)
    claimed = addresses(offer.headers.get("from", ""))
    if len(claimed) != 1 or not claimed[0].number:
        return Caller(CallerClass.WITHHELD, diverted=diverted)
    number = usual_form(claimed[0].number, known.plan)
    return Caller(CallerClass.EXTERNAL, number, diverted=diverted)


def usual_form(number: str, plan: NumberPlan) -> str:
    """An extension of the plan as it is, any other number in E.164, "" for what is neither.

    `number` is digits after at most one +, as networks send them: +44 20 ..., 0044 20 ..., 44 20
    ... and 020 ... are one number.
    """
    if plan.has_extension(number):
        return number
    if len(number) <= LONGEST_EXTENSION and not number.startswith("+"):
        return ""
    return _e164(number, plan.region)


def _anonymous(address: Address) -> bool:
    return address.user.lower() in {"anonymous", "restricted", "unavailable", "unknown"}


def _diverted_by(headers: Mapping[str, str]) -> list[str]:
    """Whose lines sent the call on. The last entry of History-Info is the switchboard itself."""
    history = addresses(headers.get("history-info", ""))[:-1]
    diversion = addresses(headers.get("diversion", ""))
    return [address.number for address in (*diversion, *history) if address.number]


def _class_of(numbers: Sequence[str], known: KnownNumbers) -> CallerClass:
    """Of the numbers that are asserted, commonly one: all have to be the organisation's own."""
    own = [_inside_form(number, known) for number in numbers]
    if own[0] in known.pilot and len(set(own)) == 1:
        return CallerClass.PILOT
    if all(
        known.plan.has_extension(number)
        or any(_begins(number, beginning) for beginning in known.internal)
        for number in own
    ):
        return CallerClass.INTERNAL
    return CallerClass.EXTERNAL


def _inside_form(number: str, known: KnownNumbers) -> str:
    """What the organisation calls a number: a direct line by its extension where both are internal,
    and digits that are nothing to the world (an extension elsewhere, "0") as they are."""
    usual = usual_form(number, known.plan) or number
    return _desk(usual, known.plan) if known.direct_lines_internal else usual


def _desk(number: str, plan: NumberPlan) -> str:
    """The extension that a number rings; the number itself outside the plan."""
    usual = usual_form(number, plan) or number
    return plan.extension_of(usual) or usual


def _begins(number: str, beginning: str) -> bool:
    if beginning.startswith("+"):
        return number.startswith(beginning)
    # An outside number that comes without its + must not pass for an extension.
    return len(number) <= LONGEST_EXTENSION and number.startswith(beginning)


@lru_cache(maxsize=4096)
def _e164(number: str, region: str) -> str:
    try:
        parsed = phonenumbers.parse(number, region)
    except NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
