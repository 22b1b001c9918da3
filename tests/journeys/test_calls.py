"""Whole calls: a real `switchboard serve`, a real engine, real speech, real SIP and RTP.

One service answers them all. A caller speaks into the prompt as soon as it has begun, so that every
answer is a barge-in as well.
"""

from __future__ import annotations

import calendar
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from switchboard.storage.call_records import call_record, find_calls
from tests.journeys.service import (
    DEPARTMENTS,
    LAST,
    OPERATOR,
    OUTSIDE,
    SECOND,
    STAFF,
    Service,
    offer,
    put_through,
    serving,
)
from tests.journeys.speaking import WIDEBAND, Says
from tests.journeys.talking import PATIENCE_S, Exchange
from tests.telephony import scenarios as s
from tests.telephony.lossy import Spoiling
from tests.telephony.peers import baresip, sipp, wait_until

pytestmark = [pytest.mark.engine, pytest.mark.slow]


LEFT = "Florence,Whitcombe,Libraries,5006\n"
CLOSED = "\n".join(f'{day.lower()} = ""' for day in calendar.day_name)


def listed(folder: Path) -> Path:
    """The usual staff, with somebody whom nobody may reach and two who sound alike; and a
    department that is open for a minute a week."""
    head, *rows = STAFF.splitlines()
    rows += ["Clare,Reid,Planning,5031", "Claire,Read,Parking,5032"]
    lines = [f"{head},Ex-directory", *(f"{row}," for row in rows)]
    lines += ["Bartholomew,Higginbotham,Legal,5033,yes"]
    folder.mkdir(parents=True)
    (folder / "staff.csv").write_text("\n".join(lines), "utf-8")
    head, *rows = DEPARTMENTS.splitlines()
    lines = [f"{head},Opening hours,Fallback department", *(f"{row},," for row in rows)]
    lines += ["Archives,5105,Mon 03:00-03:01,Libraries"]
    (folder / "departments.csv").write_text("\n".join(lines), "utf-8")
    return folder


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, exchange: Exchange) -> Iterator[Service]:
    """Always closed to callers from outside; one of its people has left. Who is in doubt is heard
    twice, as it ships."""
    with serving(
        listed(tmp_path_factory.mktemp("serving") / "a"),
        exchange,
        former=STAFF + LEFT,
        second_opinions=1,
        callers='kept_to_hours = ["external"]\n',
        settings=f'[hours]\n{CLOSED}\nclosed = "tell_and_transfer"\nclosed_number = "{LAST}"\n',
    ) as running:
        yield running


def test_a_name_is_said_and_the_caller_put_through(service: Service, says: Says) -> None:
    with service.call(*put_through("5001")) as caller:
        caller.says(says("Jane Smith"))
    record = service.record()
    assert record.call.ending == "transferred"
    assert record.call.caller_class == "internal"
    assert [turn.outcome for turn in record.turns] == ["heard"]
    assert service.transfers() == [("5001", "connected")]


def test_an_unsure_name_is_confirmed_by_voice(service: Service, says: Says) -> None:
    with service.call(*put_through("5001")) as caller:
        caller.says(says("Jean Smith"))
        caller.says(says("yes please"))
    record = service.record()
    assert [turn.action for turn in record.turns] == ["confirm", "reprompt"]
    assert record.turns[1].expecting == "yes_no"
    assert service.transfers() == [("5001", "connected")]


def test_who_says_no_is_not_offered_the_same_again(service: Service, says: Says) -> None:
    with service.call(*put_through("5005")) as caller:
        caller.says(says("Jean Smith"))
        caller.says(says("no thank you"))
        caller.says(says("Marigold Pemberton"))
        caller.says(says("yes please"))  # after a no it is made sure
    assert [note.note for note in service.record().notes][:1] == ["declined"]
    assert service.transfers() == [("5005", "connected")]


def test_who_says_no_to_the_announcement_is_not_connected(service: Service, says: Says) -> None:
    with service.call(*put_through(OPERATOR)) as caller:
        caller.says(says("Jane Smith"))
        caller.says(says("no thank you"))
        caller.presses("0")
    assert [note.note for note in service.record().notes][:1] == ["declined"]
    assert service.transfers() == [(OPERATOR, "connected")]


def test_two_who_sound_alike_are_told_apart(service: Service, says: Says) -> None:
    with service.call(*put_through("5032")) as caller:
        caller.says(says("Claire Reed"))
        caller.says(says("parking"))
    assert service.record().turns[1].expecting == "choice"
    assert service.transfers() == [("5032", "connected")]


def test_who_is_ex_directory_is_reached_neither_by_name_nor_by_key(
    service: Service, says: Says
) -> None:
    with service.call(*put_through(OPERATOR)) as caller:
        caller.presses("5033")
        caller.says(says("Bartholomew Higginbotham"))
    record = service.record()
    assert record.call.reason == "not_for_caller"
    assert service.transfers() == [(OPERATOR, "connected")]


def test_who_calls_again_is_greeted_for_it_and_has_the_operator_sooner(
    service: Service, says: Says
) -> None:
    with service.call(*put_through("5001"), identity="5790") as caller:
        caller.says(says("Jane Smith"))
    first = service.record().call.call
    with service.call(*put_through(OPERATOR), identity="5790") as caller:
        caller.says(says("what is the weather on the moon"))
    record = service.record()
    again = record.notes[0]
    assert (again.note, again.detail) == ("probably_wrong", first)
    assert len(record.turns) == 1
    assert record.call.reason == "not_understood"
    earlier = call_record(service.store, first)
    assert earlier is not None
    assert earlier.call.probably_wrong


def test_a_stage_of_the_roll_out_serves_its_callers_and_sends_the_others_on(
    service: Service,
) -> None:
    """Callers from outside, once only those are served whom the operators' line diverted."""
    service.run("uat", "stage", "overflow")
    wait_until(lambda: "stage of the roll-out changed" in service.log, "the stage", PATIENCE_S)
    asserted = f"P-Asserted-Identity: <sip:{OUTSIDE}@pbx.example>"
    with service.exchange.talker() as talker:
        moved = s.scenario(
            service.folder / "moved.xml",
            s.invite(offer(talker), headers=[asserted]),
            s.redirected(OPERATOR),
        )
        service.calls += 1
        with sipp(moved, service.uri) as phone:
            phone.succeed()
    record = service.record()
    assert (record.call.ending, record.call.reason) == ("not_served", "not_served")
    diverted = [f"Diversion: <sip:{OPERATOR}@pbx.example>;reason=user-busy"]
    with service.call(*put_through(LAST), identity=OUTSIDE, headers=diverted) as caller:
        caller.talker.hears_a_prompt_out()
    assert service.record().call.reason == "closed"
    service.run("uat", "stage", "external", "--reason", "tried")
    wait_until(
        lambda: service.log.count("stage of the roll-out changed") == 2, "the stage", PATIENCE_S
    )


def test_namesakes_are_told_apart_by_department(service: Service, says: Says) -> None:
    with service.call(*put_through("5011")) as caller:
        caller.says(says("David Brown"))
        caller.says(says("libraries"))
    assert service.record().turns[0].reason == "same_name"
    assert service.transfers() == [("5011", "connected")]


def test_namesakes_are_told_apart_by_key(service: Service, says: Says) -> None:
    with service.call(*put_through("5010")) as caller:
        caller.says(says("David Brown"))
        caller.talker.hears_a_prompt()
        wait_until(lambda: len(service.running_call().turns) == 1, "the turn's record")
        first = service.running_call().turns[0].candidates[0]
        caller.talker.press("1" if first["department"] == "Housing" else "2")
    assert service.transfers() == [("5010", "connected")]


def test_of_more_than_four_namesakes_the_department_is_asked(service: Service, says: Says) -> None:
    with service.call(*put_through("5022")) as caller:
        caller.says(says("Sarah Jones"))
        caller.says(says("libraries"))
        caller.presses("1")  # yes, that one
    record = service.record()
    assert record.turns[0].reason == "too_many"
    assert record.turns[1].expecting == "department"
    assert service.transfers() == [("5022", "connected")]


def test_who_has_no_number_is_replaced_by_their_department(service: Service, says: Says) -> None:
    with service.call(*put_through("5101")) as caller:
        caller.says(says("Gregory Lightbody"))
        caller.presses("1")
    assert service.record().turns[0].reason == "no_number"
    assert service.transfers() == [("5101", "connected")]


def test_a_leaver_is_replaced_by_their_department(service: Service, says: Says) -> None:
    with service.call(*put_through("5101")) as caller:
        caller.says(says("Florence Whitcombe"))
        caller.presses("1")
    assert service.record().turns[0].reason == "left"
    assert service.transfers() == [("5101", "connected")]


def test_a_department_outside_its_hours_is_told_of_and_its_fallback_offered(
    service: Service, says: Says
) -> None:
    with service.call(*put_through("5101")) as caller:
        caller.says(says("Archives"))
        caller.presses("1")
    record = service.record()
    assert [turn.prompt for turn in record.turns][1] == "department_closed_offer"
    assert service.transfers() == [("5101", "connected")]


def test_a_name_is_spelled_by_voice(service: Service, says: Says) -> None:
    with service.call(*put_through("5005")) as caller:
        caller.says(says("what is the weather on the moon"))
        caller.says(says("what is the weather on the moon"))
        caller.says(says("yes please"))
        caller.says(says("P, E, M, B, E, R, T, O, N"))
        caller.presses("1")  # yes, that one
    assert "letters" in [turn.expecting for turn in service.record().turns]
    assert service.transfers() == [("5005", "connected")]


def test_a_name_is_keyed_on_the_letters(service: Service) -> None:
    with service.call(*put_through("5005")) as caller:
        caller.presses("736237866")  # PEMBERTON
        caller.presses("1")
    assert service.record().turns[0].keys == "736237866"
    assert service.transfers() == [("5005", "connected")]


def test_the_star_repeats_the_question(service: Service) -> None:
    with service.call(*put_through(OPERATOR)) as caller:
        caller.talker.hears_a_prompt_out()
        asked = time.monotonic()
        caller.talker.press("*")
        caller.talker.hears_a_prompt_out(after=asked)
        caller.talker.press("0")
    record = service.record()
    assert record.call.reason == "asked_for_operator"
    assert "no_input" not in [turn.outcome for turn in record.turns]


def test_outside_the_hours_a_caller_is_told_and_put_through(service: Service) -> None:
    with service.call(*put_through(LAST), identity=OUTSIDE) as caller:
        caller.talker.hears_a_prompt_out()
    assert service.record().call.caller_class == "external"
    assert service.transfers() == [(LAST, "connected")]


def test_an_extension_is_keyed(service: Service) -> None:
    with service.call(*put_through("5004")) as caller:
        caller.presses("5004")
    assert [turn.keys for turn in service.record().turns] == ["5004"]
    assert service.transfers() == [("5004", "connected")]


def test_an_extension_that_nobody_has_is_not_dialled(service: Service) -> None:
    with service.call(*put_through(OPERATOR)) as caller:
        caller.presses("5999")
        caller.talker.hears_a_prompt()
        caller.talker.press("0")
    assert service.transfers() == [(OPERATOR, "connected")]


def test_zero_reaches_an_operator(service: Service) -> None:
    with service.call(*put_through(OPERATOR)) as caller:
        caller.presses("0")
    record = service.record()
    assert (record.call.ending, record.call.reason) == ("operator", "asked_for_operator")
    assert record.call.fell_back_at is not None


def test_who_asks_for_an_operator_gets_one(service: Service, says: Says) -> None:
    with service.call(*put_through(OPERATOR)) as caller:
        caller.says(says("operator"))
    assert service.record().call.reason == "asked_for_operator"


def test_silence_is_asked_about_and_then_goes_to_an_operator(service: Service) -> None:
    with service.call(*put_through(OPERATOR)):
        pass
    record = service.record()
    assert [turn.outcome for turn in record.turns] == ["no_input", "no_input"]
    assert record.call.reason == "silence"


def test_an_emergency_reaches_a_person_at_once_and_is_flagged(service: Service, says: Says) -> None:
    with service.call(*put_through(OPERATOR)) as caller:
        caller.says(says("call an ambulance"))
    record = service.record()
    assert record.call.emergency
    assert len(record.turns) == 1


def test_nonsense_twice_leads_to_spelling_and_no_to_an_operator(
    service: Service, says: Says
) -> None:
    with service.call(*put_through(OPERATOR)) as caller:
        caller.says(says("what is the weather on the moon"))
        caller.says(says("what is the weather on the moon"))
        caller.presses("2")
    record = service.record()
    assert record.call.reason == "spelling_refused"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("486 Busy Here", "busy"),
        ("480 Temporarily Unavailable", "no_answer"),
        ("404 Not Found", "unreachable"),
        ("503 Service Unavailable", "unreachable"),
    ],
)
def test_who_is_not_reached_is_told_of_and_the_department_offered(
    service: Service, says: Says, status: str, outcome: str
) -> None:
    rings = s.referred("5001", "180 Ringing", status, rings_s=2)
    with service.call(rings, *put_through("5100", at=5)) as caller:
        caller.says(says("Jane Smith"))
        caller.hears_what_came_of_it()
        caller.talker.press("1")
    assert service.record().turns[-1].prompt == f"{outcome} offer_instead"
    assert service.transfers() == [("5001", outcome), ("5100", "connected")]


def test_who_presses_0_while_a_phone_rings_has_an_operator(service: Service, says: Says) -> None:
    steps = (
        s.referred("5001"),
        s.unsubscribed(),
        s.referred(OPERATOR, "200 OK", number=4, again=True),
        s.hung_up(),
    )
    with service.call(*steps) as caller:
        caller.says(says("Jane Smith"))
        wait_until(lambda: bool(service.running_call().transfers), "the phone to ring")
        time.sleep(1)
        caller.talker.press("0")
    assert service.record().call.reason == "asked_for_operator"
    assert service.transfers() == [("5001", "no_answer"), (OPERATOR, "connected")]


def test_operators_are_tried_in_turn_and_then_the_last_resort(service: Service) -> None:
    steps = (
        s.referred(OPERATOR, "486 Busy Here"),
        s.referred(SECOND, "480 Temporarily Unavailable", number=4),
        *put_through(LAST, at=6),
    )
    with service.call(*steps) as caller:
        caller.presses("0")
    assert service.record().call.ending == "last_resort"
    assert [to for to, _ in service.transfers()] == [OPERATOR, SECOND, LAST]


def test_when_nobody_answers_the_caller_is_told_and_the_call_ends(service: Service) -> None:
    steps = (
        s.referred(OPERATOR, "486 Busy Here"),
        s.referred(SECOND, "486 Busy Here", number=4),
        s.referred(LAST, "486 Busy Here", number=6),
        s.hung_up(),
    )
    with service.call(*steps) as caller:
        caller.presses("0")
    assert service.record().call.ending == "nobody"


def test_a_caller_who_hangs_up_leaves_a_record_and_no_call(service: Service) -> None:
    with service.call(s.pause(1), s.hang_up()):
        pass
    assert service.record().call.ending == "caller_left"


def test_a_withheld_caller_is_external_and_served(service: Service, says: Says) -> None:
    with service.call(*put_through("5001"), headers=["Privacy: id"]) as caller:
        caller.says(says("Jane Smith"))
    assert service.record().call.caller_class == "withheld"


def test_who_speaks_over_a_bad_network_is_understood(service: Service, says: Says) -> None:
    """2% of the packets are lost, the others late by up to 40 ms, so that some overtake others. The
    phone spoils its own packets, for not every kernel has `tc netem`."""
    with service.call(*put_through("5001")) as caller:
        caller.talker.hears_a_prompt()
        caller.talker.over_a_bad_network(Spoiling(loss=0.02, jitter_s=0.04))
        caller.talker.say(says("Jane Smith"))
        wait_until(lambda: bool(service.running_call().turns), "the turn's record")
        if service.running_call().turns[0].action == "confirm":
            caller.presses("1")
    assert caller.talker.lost > 0
    assert caller.talker.overtaken > 0
    assert service.record().turns[0].outcome == "heard"
    assert service.transfers() == [("5001", "connected")]


def test_a_caller_who_has_mu_law_alone_is_understood_and_put_through(
    service: Service, says: Says
) -> None:
    with service.call(*put_through("5001"), codec="pcmu") as caller:
        caller.says(says("Jane Smith"))
    assert service.record().turns[0].outcome == "heard"
    assert service.transfers() == [("5001", "connected")]


def test_a_wideband_caller_is_understood_and_put_through(
    service: Service, says_wideband: Says, tmp_path: Path
) -> None:
    """Debian's baresip speaks G.722 only, and follows a REFER by itself."""
    name = says_wideband("Jane Smith")
    silence = np.zeros(WIDEBAND * 3, np.int16)
    soundfile.write(
        tmp_path / "said.wav", np.concatenate([silence, name, *[silence] * 10]), WIDEBAND
    )
    desk = s.scenario(
        tmp_path / "desk.xml", s.called(body=s.sdp("g722")), s.pause(0.5), s.called_hangs_up()
    )
    service.calls += 1
    account = "<sip:caller@127.0.0.1>;regint=0;audio_codecs=G722/16000/1"
    with (
        sipp(desk, port=service.pbx_port) as pbx,
        baresip(
            tmp_path,
            account,
            f"sip:5000@{service.uri}",
            sound=tmp_path / "said.wav",
            seconds=int(PATIENCE_S),
        ) as phone,
    ):
        pbx.succeed(PATIENCE_S)
        phone.stop()
    assert service.record().turns[0].outcome == "heard"
    assert service.transfers() == [("5001", "connected")]


def test_a_publish_while_twenty_calls_are_up_drops_none_and_each_keeps_its_grammar(
    service: Service,
) -> None:
    callers = 20
    service.calls += callers
    file = s.scenario(
        service.folder / "twenty.xml", s.invite(), s.answered(), *put_through(OPERATOR)
    )
    before = {each.call for each in find_calls(service.store, limit=1000)}
    with sipp(
        file, service.uri, calls=callers, at_once=callers, rate=callers, deadline_s=PATIENCE_S
    ) as phones:
        wait_until(
            lambda: len(find_calls(service.store, limit=1000)) >= len(before) + callers, "calls"
        )
        old = service.running_call().call.grammar_version
        service.run("grammar", "alias", "add", "the big boss", "Jane Smith")
        service.run("grammar", "publish")
        wait_until(lambda: "grammar taken over" in service.log, "the new grammar", PATIENCE_S)
        phones.succeed(PATIENCE_S)
    service.record()
    found = [
        call_record(service.store, each.call)
        for each in find_calls(service.store, limit=1000)
        if each.call not in before
    ]
    assert [each.call.ending for each in found if each] == ["operator"] * callers
    assert {each.call.grammar_version for each in found if each} == {old}
    with service.call(*put_through(OPERATOR)) as caller:
        caller.presses("0")
    assert service.record().call.grammar_version != old
