"""Whatever fails while a call is up, the caller reaches a person, and later callers are served."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from switchboard.storage.call_records import find_calls
from tests.journeys.service import OPERATOR, Service, offer, put_through, serving
from tests.journeys.speaking import Says
from tests.journeys.talking import PATIENCE_S, Exchange
from tests.telephony import scenarios as s
from tests.telephony.peers import sipp, wait_until

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, exchange: Exchange) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("serving") / "a"
    # A caller who says nothing is up for as long as a publication takes on a busy machine.
    patient = "[dialogue]\nno_input_s = 30\n"
    with serving(folder, exchange, sip="silent_line_s = 4\n", settings=patient) as running:
        yield running


def is_served(service: Service, says: Says) -> None:
    """A further caller is, once there is a recogniser again."""
    service.recogniser_ready()
    with service.call(*put_through("5001")) as caller:
        caller.says(says("Jane Smith"))


@contextmanager
def no_worker_spared(service: Service, fault: signal.Signals) -> Iterator[None]:
    """The fault befalls all recognition processes, and whatever takes their place."""
    enough = threading.Event()

    def strike() -> None:
        while not enough.wait(0.02):
            for pid in service.workers():
                with suppress(ProcessLookupError):
                    os.kill(pid, fault)

    striker = threading.Thread(target=strike)
    striker.start()
    try:
        yield
    finally:
        enough.set()
        striker.join()


@pytest.mark.parametrize("fault", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "hung"])
def test_without_any_recogniser_the_caller_reaches_an_operator_and_the_next_is_served(
    service: Service, says: Says, fault: signal.Signals
) -> None:
    with no_worker_spared(service, fault), service.call(*put_through(OPERATOR)) as caller:
        caller.says(says("Jane Smith"))
    record = service.record()
    assert record.turns[0].outcome == "failed"
    assert record.call.reason == "fault"
    is_served(service, says)


def test_while_the_larger_engine_hangs_callers_are_asked_as_if_there_were_none(
    tmp_path: Path, exchange: Exchange, says: Says
) -> None:
    with serving(tmp_path / "a", exchange, second_opinions=1) as service:
        larger = max(service.workers())  # started last
        os.kill(larger, signal.SIGSTOP)
        with service.call(*put_through("5001")) as caller:
            caller.says(says("John Smith"))
            caller.says(says("yes please"))
        record = service.record()
        assert [turn.action for turn in record.turns] == ["confirm", "reprompt"]
        assert service.transfers() == [("5001", "connected")]
        assert "no second opinion" in service.log


def test_a_locked_database_holds_up_no_call_and_loses_no_record(
    service: Service, says: Says
) -> None:
    with sqlite3.connect(service.folder / "switchboard.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        before = len(find_calls(service.store))
        with service.call(*put_through("5001")) as caller:
            caller.says(says("Jane Smith"))
        assert len(find_calls(service.store)) == before
        other.execute("ROLLBACK")
    record = service.record()
    assert record.call.ending == "transferred"
    assert [turn.outcome for turn in record.turns] == ["heard"]
    assert [each.to for each in record.transfers] == ["5001"]


def test_a_publish_during_a_call_leaves_it_its_grammar_and_the_next_has_the_new_one(
    service: Service, says: Says
) -> None:
    with service.call(*put_through("5001")) as caller:
        caller.talker.hears_a_prompt()
        old = service.running_call().call.grammar_version
        service.run("grammar", "alias", "add", "the big boss", "Jane Smith")
        service.run("grammar", "publish")
        wait_until(lambda: "grammar taken over" in service.log, "the new grammar", PATIENCE_S)
        caller.says(says("Jane Smith"))
    assert service.record().call.grammar_version == old
    is_served(service, says)
    assert service.record().call.grammar_version != old


def test_a_line_from_which_nothing_ever_comes_is_handed_to_an_operator(service: Service) -> None:
    with service.call(*put_through(OPERATOR), muted=True):
        pass
    assert service.record().call.reason == "fault"


def test_a_line_that_falls_silent_is_handed_to_an_operator(service: Service) -> None:
    with service.call(*put_through(OPERATOR)) as caller:
        caller.talker.hears_a_prompt()
        caller.talker.muted = True
    assert service.record().call.reason == "fault"


def test_a_pbx_that_dies_during_a_call_leaves_no_call_behind(service: Service, says: Says) -> None:
    service.calls += 1
    with service.exchange.talker() as talker:
        file = s.scenario(
            service.folder / "dies.xml",
            s.invite(offer(talker)),
            s.answered(),
            s.pause(60),
        )
        with sipp(file, service.uri) as phone:
            talker.hears_a_prompt()
            phone.kill()
    assert service.record().call.ending in {"nobody", "caller_left"}
    is_served(service, says)


def test_where_refer_is_refused_the_caller_is_bridged(service: Service, says: Says) -> None:
    answers = s.scenario(
        service.folder / "answers.xml", s.called(), s.pause(1), s.called_hangs_up()
    )
    with sipp(answers, port=service.pbx_port, deadline_s=PATIENCE_S) as pbx:
        refused = s.referred("5001", answer="405 Method Not Allowed")
        with service.call(refused, s.hung_up()) as caller:
            caller.says(says("Jane Smith"))
        pbx.succeed(PATIENCE_S)
    (transfer,) = service.record().transfers
    assert (transfer.to, transfer.outcome, transfer.how) == ("5001", "connected", "bridge")


def test_a_stranger_is_refused(service: Service) -> None:
    before = len(find_calls(service.store))
    file = s.scenario(service.folder / "stranger.xml", s.invite(), s.refused(403))
    with sipp(file, service.uri, address="127.0.0.2") as stranger:
        stranger.succeed()
    assert len(find_calls(service.store)) == before
