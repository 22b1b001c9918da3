from __future__ import annotations

import re
import string

from hypothesis import example, given
from hypothesis import strategies as st

from directory.number_plan import Block, NumberPlan
from switchboard.callers import KnownNumbers, caller_of
from switchboard.dialogue.caller import CallerClass
from switchboard.telephony.addresses import addresses
from switchboard.telephony.port import Offer

KNOWN = KnownNumbers(
    NumberPlan((Block("+44208313", 4, "5000", "7999"),), "GB", "20"),
    internal=("62", "+4474001234"),
    direct_lines_internal=True,
    pilot=frozenset({"5001"}),
    operators=frozenset({"5900"}),
)
INSIDE = {CallerClass.INTERNAL, CallerClass.PILOT}
HEADERS = ("p-asserted-identity", "privacy", "diversion", "history-info", "from", "to")

pieces = st.sampled_from(
    [
        *("<", ">", '"', "\\", ";", ",", "@", ":", "%", "%2B", "%00", "%3b", "+", "\r\n", "&", "?"),
        *("sip:", "sips:", "tel:", "SIP:", "mailto:", "5001", "5900", "+442083135001", "9", "0"),
        *(
            "phone-context=",
            "user=phone",
            "[::1]",
            "pbx.example",
            "anonymous",
            "５００１",
            "<script>",
        ),
        *("=?utf-8?", " ", "\t", "\x00", "é", "x" * 70, "5" * 200),
    ]
)
hostile = st.lists(pieces, max_size=14).map("".join) | st.text(max_size=80)
numbers = st.from_regex(re.compile(r"\+?[0-9]{1,15}", re.ASCII), fullmatch=True)
hosts = st.sampled_from(["pbx.example", "192.0.2.1:5060", "[2001:db8::1]", "[::1]:5061"])
displays = st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), max_size=30).map(
    lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '" '
)


@given(st.dictionaries(st.sampled_from(HEADERS), hostile), st.booleans())
@example({"p-asserted-identity": '"' * 4000}, True)
@example({"p-asserted-identity": "<sip:" * 800}, True)
@example({"p-asserted-identity": " ;" * 2000}, True)
@example({"diversion": "<sip:5900@pbx>," * 200}, True)
def test_no_header_whatever_raises(headers: dict[str, str], trusted: bool) -> None:
    caller = caller_of(Offer("id", "peer", trusted, "5000", headers), KNOWN)
    assert set(caller.number) <= set(string.digits + "+")
    if not trusted:
        assert caller.kind is CallerClass.WITHHELD
        assert not caller.diverted


@given(hostile)
def test_only_an_address_whose_user_is_a_known_number_is_internal(asserted: str) -> None:
    offer = Offer("id", "peer", True, "5000", {"p-asserted-identity": asserted})
    if caller_of(offer, KNOWN).kind in INSIDE:
        users = [address.user for address in addresses(asserted)]
        assert any(
            re.fullmatch(r"[5-7]\d{3}|62\d{0,4}|(\+|00)?44208313[5-7]\d{3}|.*74001234\d\d", user)
            or re.fullmatch(r"0?208313[5-7]\d{3}", user)
            for user in users
        )


@given(hostile, hostile)
def test_what_a_phone_says_of_itself_is_never_internal(claimed: str, display: str) -> None:
    for value in (claimed, f"{display}<sip:5001@pbx>", "<sip:5001@pbx>"):
        offer = Offer("id", "peer", True, "5000", {"from": value})
        assert caller_of(offer, KNOWN).kind not in INSIDE


@given(displays, numbers, hosts, st.sampled_from(["sip", "sips", "SIP"]))
def test_a_display_name_never_changes_the_number(
    display: str, number: str, host: str, scheme: str
) -> None:
    (address,) = addresses(f"{display}<{scheme}:{number}@{host};user=phone>;tag=1")
    assert address.number == number


@given(st.lists(st.tuples(displays, numbers), min_size=1, max_size=5))
def test_every_address_of_a_list_is_read(listed: list[tuple[str, str]]) -> None:
    header = ", ".join(f"{display}<tel:{number}>" for display, number in listed)
    if len(header) <= 4096:
        assert [address.number for address in addresses(header)] == [each for _, each in listed]


@given(hostile, st.sampled_from(["id", "user", "header", "critical;id", "ID"]))
def test_who_asks_for_privacy_is_withheld_whatever_is_asserted(asserted: str, how: str) -> None:
    headers = {"p-asserted-identity": asserted, "privacy": how, "from": "<sip:5001@pbx>"}
    caller = caller_of(Offer("id", "peer", True, "5000", headers), KNOWN)
    assert (caller.kind, caller.number) == (CallerClass.WITHHELD, "")
