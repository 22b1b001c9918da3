"""A test call by telephone: a real service, real speech, a PIN keyed while it greets."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from switchboard.dialogue.policy import Stage
from switchboard.service.rollout import EVERY_S
from switchboard.storage.attempts import attempts_of_tester
from switchboard.storage.campaigns import add_campaign, group_of
from switchboard.storage.directories import load_directory
from switchboard.uat.items import Item, ItemKind, Outcome
from tests.journeys.service import Service, serving
from tests.journeys.speaking import Says
from tests.journeys.talking import PATIENCE_S, Exchange
from tests.telephony import scenarios as s
from tests.telephony.peers import wait_until

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.fixture
def service(tmp_path_factory: pytest.TempPathFactory, exchange: Exchange) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("testing") / "a", exchange) as running:
        yield running


def test_a_tester_keys_a_pin_and_nobodys_telephone_rings(service: Service, says: Says) -> None:
    people = load_directory(service.store).people
    jane = next(each for each in people if each.full_name == "Jane Smith")
    today = date.today()
    campaign = add_campaign(
        service.store,
        "Pilot",
        Stage.INTERNAL,
        today,
        today + timedelta(days=1),
        scripts={"anna": (Item(ItemKind.CALLED, "Jane Smith", (jane.key,)),)},
        actor="test",
    )
    (tester,) = group_of(service.store, campaign.id)
    time.sleep(2 * EVERY_S)  # until the service has looked whether anybody tests
    with service.call(s.hung_up()) as caller:
        caller.presses(f"*{tester.pin}")
        caller.says(says("Jane Smith"))
    wait_until(
        lambda: bool(attempts_of_tester(service.store, tester.id)), "the test call", PATIENCE_S
    )
    (made,) = attempts_of_tester(service.store, tester.id)
    assert (made.channel, made.outcome) == ("phone", Outcome.RIGHT)
    assert (made.observed.entry, made.observed.number) == (jane.key, "5001")
    assert made.observed.waits_ms
