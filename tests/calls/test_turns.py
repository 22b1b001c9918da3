"""One question on a call, and what is heard of its answer."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from grammar.decision import Action, Reason
from switchboard.calls.story import Story
from switchboard.calls.turns import Keys, Turns
from switchboard.dialogue.actions import Ask, Expecting
from switchboard.dialogue.events import Heard
from tests.calls import fake_line
from tests.calls.fake_line import RATE, FakeLine
from tests.calls.scripted_parts import BILL, VOICE, heard, scripted

PAUSE_S = 0.9
"""Ends a turn that says a name, and is none too long between two letters."""


@pytest.mark.parametrize(
    ("expecting", "heard_s"),
    [(Expecting.NAME, len(VOICE) / RATE), (Expecting.LETTERS, 2 * len(VOICE) / RATE + PAUSE_S)],
)
def test_letters_are_decided_on_once_all_are_said(
    expecting: Expecting, heard_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    # At a tenfold speed a look at the line would skip the pause.
    monkeypatch.setattr(fake_line, "SPEED", 1.0)

    async def run() -> None:
        line = FakeLine()
        async with scripted(heard(Action.TRANSFER, Reason.SURE, BILL)) as script:
            parts = script.parts
            await line.answer()
            story = Story(parts.recorder, parts.now)
            turns = Turns(line, parts, parts.grammars.current, story, lambda _: True)
            asked = asyncio.create_task(turns.ask(Ask(1, (), expecting), Keys(), lambda _: None))
            await asyncio.sleep(0.2)
            line.say(np.concatenate([VOICE, np.zeros(int(PAUSE_S * RATE), np.int16), VOICE]))
            async with asyncio.timeout(20):
                assert isinstance(await asked, Heard)
        (utterance,) = script.router.utterances
        assert utterance.seconds == pytest.approx(heard_s, abs=0.6)

    asyncio.run(run())
