"""More calls than the service takes, and its end: with calls up, politely and at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.service import OPERATOR, Service, put_through, serving
from tests.journeys.talking import PATIENCE_S, Exchange
from tests.telephony import scenarios as s
from tests.telephony.peers import sipp, wait_until

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The services' own, one after the other."""
    return tmp_path_factory.mktemp("serving") / "a"


@pytest.fixture
def service(folder: Path, exchange: Exchange) -> Iterator[Service]:
    with serving(
        folder,
        exchange,
        *("--grace", "6"),
        sip="most_calls = 1\n",
        # A caller who says nothing is up until the service ends the call.
        settings="[dialogue]\nno_input_s = 30\n",
        published=(folder / "switchboard.db").exists(),
    ) as running:
        yield running


def no_process_left(service: Service, pids: list[int]) -> bool:
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_call_too_many_is_sent_to_an_operator_unanswered_and_a_signal_ends_all(
    service: Service,
) -> None:
    pids = service.workers()
    with service.call(*put_through(OPERATOR)) as caller:
        caller.talker.hears_a_prompt()
        moved = s.scenario(service.folder / "moved.xml", s.invite(), s.redirected(OPERATOR))
        with sipp(moved, service.uri) as second:
            second.succeed()
        service.terminate()
        wait_until(lambda: "Stopping" in service.output, "the service to take no new calls")
        refused = s.scenario(service.folder / "refused.xml", s.invite(), s.refused(503))
        with sipp(refused, service.uri) as third:
            third.succeed()
        # After the grace, the call that is up goes to an operator.
    assert service.process.wait(PATIENCE_S) == 0, service.log
    assert "Handing the calls" in service.output
    assert no_process_left(service, pids)
    record = service.record()
    assert (record.call.ending, record.call.reason) == ("redirected", "overloaded")


def test_a_second_signal_ends_the_service_at_once(service: Service) -> None:
    with service.call(s.hung_up()) as caller:
        caller.talker.hears_a_prompt()
        service.terminate()
        wait_until(lambda: "Stopping" in service.output, "the service to take no new calls")
        service.terminate()
    assert service.process.wait(PATIENCE_S) == 0, service.log
    assert "Handing the calls" not in service.output


def test_without_calls_a_signal_ends_the_service(service: Service) -> None:
    service.terminate()
    assert service.process.wait(PATIENCE_S) == 0, service.log
