"""Test calls by telephone: keys that are a tester's PIN, and keys that aren't."""

from __future__ import annotations

import asyncio

import pytest

from grammar.decision import Action, Reason
from switchboard.calls.record import CallStarted, Channel
from switchboard.service.testers_calls import run_phone_call
from switchboard.uat import keyed_pin
from switchboard.uat.items import Observed
from switchboard.uat.keyed_pin import KeyedPin
from tests.calls.fake_line import SPEED, FakeLine
from tests.calls.scripted_parts import BILL, VOICE, heard, scripted

SURE = heard(Action.TRANSFER, Reason.SURE, BILL, text="bill smith")
PIN = "123456"
DEADLINE_S = 60.0


def _known(pin: str) -> int | None:
    return 7 if pin == PIN else None


async def _passed_on(pressed: str) -> tuple[str, int | None]:
    """The keys that the dialogue gets, and the tester's item."""

    async def find(pin: str) -> int | None:
        return _known(pin)

    line = FakeLine()
    keyed = KeyedPin(line, find)
    line.press(pressed)
    await asyncio.sleep(0.2)
    keyed.close()
    keys = keyed.keys()
    return "".join(keys.get_nowait() for _ in range(keys.qsize())), keyed.item


@pytest.mark.parametrize(
    ("pressed", "passed_on", "item"),
    [
        ("5002", "5002", None),
        (f"*{PIN}", "", 7),
        (f"5*{PIN}1", "51", 7),
        ("*999999", "*999999", None),
        ("*12#", "*12#", None),
        ("**", "**", None),
        (f"*999999*999998*999997*{PIN}", f"*999999*999998*999997*{PIN}", None),
    ],
)
def test_only_a_testers_pin_is_kept_from_the_dialogue(
    pressed: str, passed_on: str, item: int | None
) -> None:
    assert asyncio.run(_passed_on(pressed)) == (passed_on, item)


def test_a_star_alone_reaches_the_dialogue_a_moment_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyed_pin, "HOLD_S", 0.05)
    assert asyncio.run(_passed_on("*")) == ("*", None)


@pytest.mark.parametrize(("keys", "dialled"), [(f"*{PIN}", []), ("", ["5002"])])
def test_nothing_is_dialled_for_a_tester_and_for_everybody_else_it_is(
    keys: str, dialled: list[str]
) -> None:
    kept: list[tuple[int, Channel, Observed]] = []

    def keep(item: int, channel: Channel, observed: Observed) -> int:
        kept.append((item, channel, observed))
        return 1

    async def call() -> None:
        line = FakeLine()
        line.press(keys)

        async def speak() -> None:
            await line.is_saying.wait()
            while line.is_saying.is_set():
                await asyncio.sleep(0.005)
            line.say(VOICE)
            await asyncio.sleep(len(VOICE) / 8000 / SPEED)

        async with scripted(SURE) as script, asyncio.timeout(DEADLINE_S):
            await asyncio.gather(run_phone_call(line, script.parts, _known, keep), speak())
        assert line.illegal == []
        assert line.transfers() == dialled
        starts = [each for each in script.recorder.entries if isinstance(each, CallStarted)]
        # A PIN makes a tester's call of it in the record, too, under the same id.
        assert [each.channel for each in starts] == [
            Channel.PHONE,
            *([Channel.TESTER] if keys else []),
        ]
        assert len({each.call for each in starts}) == 1
        assert (starts[-1].caller_hash == "") is bool(keys)
        assert line.gone.is_set()

    asyncio.run(call())
    if keys:
        ((item, channel, observed),) = kept
        assert (item, channel) == (7, Channel.PHONE)
        assert (observed.entry, observed.number, observed.ending) == (
            BILL.key,
            "5002",
            "transferred",
        )
    else:
        assert kept == []
