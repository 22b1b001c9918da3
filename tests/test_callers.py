from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from switchboard.callers import KnownNumbers, caller_of, known_numbers
from switchboard.dialogue.caller import Caller, CallerClass
from switchboard.settings import default_settings
from switchboard.telephony.port import Offer

INTERNAL, PILOT = CallerClass.INTERNAL, CallerClass.PILOT
NOTHING: Mapping[str, str] = {}
EXTERNAL, WITHHELD = CallerClass.EXTERNAL, CallerClass.WITHHELD


def _known(operators: tuple[str, ...] = ("5900",), **callers: Any) -> KnownNumbers:
    """Extensions 5000 to 7999 with direct lines 020 8313 ...."""
    settings = default_settings()
    return known_numbers(
        replace(
            settings,
            callers=replace(settings.callers, **callers),
            operators=replace(settings.operators, numbers=operators),
        )
    )


def _who(
    asserted: str = "",
    known: KnownNumbers | None = None,
    headers: Mapping[str, str] = NOTHING,
    *,
    trusted: bool = True,
) -> Caller:
    given = {"p-asserted-identity": asserted, **headers} if asserted else dict(headers)
    offer = Offer("id", "192.0.2.1:5060", trusted, "5000", given)
    return caller_of(offer, known or _known())


@pytest.mark.parametrize(
    ("asserted", "number"),
    [
        ("<sip:5001@pbx.example>", "5001"),
        ('"Jane Smith" <sip:5001@pbx.example;user=phone>', "5001"),
        ("sip:7999@[2001:db8::1]:5060", "7999"),
        ("<tel:5001>", "5001"),
        ("<sips:5001@pbx.example>", "5001"),
        ('"Smith, Jane" <sip:5001@pbx.example>', "5001"),
    ],
)
def test_an_asserted_extension_of_the_number_plan_is_internal(asserted: str, number: str) -> None:
    assert _who(asserted) == Caller(INTERNAL, number)


@pytest.mark.parametrize(
    "asserted",
    [
        "<sip:+442079460123@carrier>",
        "<sip:00442079460123@carrier>",
        "<sip:442079460123@carrier>",
        "<sip:02079460123@carrier>",
        "<tel:+44-20-7946-0123>",
        "<sip:%2B442079460123@carrier>",
        "<sip:+442079460123;npdi=yes@carrier;user=phone>",
        "<sip:jane@carrier>, <tel:+442079460123>",
    ],
)
def test_an_outside_number_is_external_and_one_number_however_it_is_written(asserted: str) -> None:
    assert _who(asserted) == Caller(EXTERNAL, "+442079460123")


def test_nothing_that_a_stranger_says_is_believed() -> None:
    headers = {"from": "<sip:5001@pbx>", "diversion": "<sip:5900@pbx>"}
    assert _who("<sip:5001@pbx>", headers=headers, trusted=False) == Caller(WITHHELD)


def test_what_a_phone_says_of_itself_makes_nobody_internal() -> None:
    assert _who(headers={"from": '"5001" <sip:5001@pbx.example>;tag=1'}) == Caller(EXTERNAL, "5001")
    assert _who(known=_known(pilot=("5001",)), headers={"from": "<sip:5001@pbx>"}).kind is EXTERNAL


def test_an_asserted_number_wins_over_what_the_phone_says() -> None:
    assert _who("<sip:+442079460123@c>", headers={"from": "<sip:5001@pbx>"}).kind is EXTERNAL


@pytest.mark.parametrize(
    ("asserted", "headers"),
    [
        ("<sip:5001@pbx>", {"privacy": "id"}),
        ("<sip:5001@pbx>", {"privacy": "none;user"}),
        ("<sip:5001@pbx>", {"privacy": "ID; critical"}),
        ("<sip:anonymous@anonymous.invalid>", {}),
        ("", {"from": '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=5'}),
        ("", {"from": "<sip:jane@pbx>"}),
        ("", {}),
    ],
)
def test_who_withholds_or_says_nothing_is_withheld(asserted: str, headers: dict[str, str]) -> None:
    assert _who(asserted, headers=headers) == Caller(WITHHELD)


def test_privacy_none_withholds_nothing() -> None:
    assert _who("<sip:5001@pbx>", headers={"privacy": "none"}).kind is INTERNAL


def test_a_direct_line_is_internal_only_where_the_settings_say_so() -> None:
    asserted = "<sip:+442083135001@pbx>"
    assert _who(asserted) == Caller(EXTERNAL, "+442083135001")
    known = _known(direct_lines_internal=True)
    assert _who(asserted, known) == Caller(INTERNAL, "5001")


def test_the_pilot_group_is_told_by_its_numbers() -> None:
    known = _known(pilot=("5001", "+447400123456"))
    assert _who("<sip:5001@pbx>", known) == Caller(PILOT, "5001")
    assert _who("<sip:07400123456@pbx>", known) == Caller(PILOT, "+447400123456")
    assert _who("<sip:5002@pbx>", known).kind is INTERNAL
    # A claim of the network outside does not make a direct line the desk of the group.
    assert _who("<sip:+442083135001@pbx>", known).kind is EXTERNAL


def test_beginnings_make_further_numbers_internal() -> None:
    known = _known(internal=("82", "+4474001234"), direct_lines_internal=True)
    assert _who("<sip:82001@pbx>", known) == Caller(INTERNAL, "82001")
    assert _who("<sip:+447400123456@pbx>", known) == Caller(INTERNAL, "+447400123456")
    assert _who("<sip:+447400999999@pbx>", known).kind is EXTERNAL
    # Korea's country code without its +: not one of ours.
    assert _who("<sip:82212345678@pbx>", known).kind is EXTERNAL


@pytest.mark.parametrize(
    ("headers", "diverted"),
    [
        ({"diversion": "<sip:5900@pbx>;reason=user-busy"}, True),
        ({"diversion": '"Operator" <sip:+442083135900@pbx>;reason=no-answer'}, True),
        ({"diversion": "<tel:5950>;reason=no-answer"}, True),
        ({"diversion": "<sip:5001@pbx>;reason=user-busy"}, False),
        ({"history-info": "<sip:5900@pbx>;index=1, <sip:5000@ivr>;index=1.1"}, True),
        ({"history-info": "<sip:5001@pbx>;index=1, <sip:5000@ivr>;index=1.1"}, False),
        ({"history-info": "<sip:5000@ivr>;index=1"}, False),
        ({}, False),
    ],
)
def test_overflow_is_what_the_operators_line_diverted(
    headers: dict[str, str], diverted: bool
) -> None:
    known = _known(overflow_from=("5950",))
    assert _who("<sip:+442079460123@c>", known, headers).diverted is diverted
    assert _who("", known, headers).diverted is diverted


@pytest.mark.parametrize(
    "asserted",
    [
        "<sip:5001+@pbx>",
        "<sip:+5001@pbx>",
        "<sip:5001%00@pbx>",
        "<sip:5001%0d%0aX:y@pbx>",
        "<sip:5001#@pbx>",
        "<sip:*5001@pbx>",
        "<sip:9,5001@pbx>",
        "<sip:" + "5" * 200 + "@pbx>",
        "<sip:5001;phone-context=evil.example@carrier>",
        "<tel:5001;phone-context=+1555>",
        "<sip:５００１@pbx>",
        '"<sip:5001@pbx>" <sip:+442079460123@carrier>',
        '"\\"<sip:5001@pbx>" <sip:+442079460123@carrier>',
        '"x" <sip:jane@evil>, "<sip:5001@pbx>" <sip:joe@evil>',
        "sip:5001",
        "5001",
        "<mailto:5001@pbx>",
        "<sip:@pbx>",
        "<sip:user:5001@pbx>",
        "<sip:evil?x=<sip:5001@pbx>@evil>",
        "<script>alert(5001)</script>",
        "\r\nP-Asserted-Identity: <sip:5001@pbx>",
        "<" * 5000,
        '"' * 5000,
    ],
)
def test_a_hostile_identity_is_never_internal(asserted: str) -> None:
    known = _known(direct_lines_internal=True, internal=("62",), pilot=("5001",))
    assert _who(asserted, known).kind in {EXTERNAL, WITHHELD}
