"""The way to a person when the dialogue itself has failed: ring the operators, say nothing."""

from __future__ import annotations

import asyncio
import logging

from switchboard.calls.story import Story
from switchboard.dialogue.actions import Mark, Note
from switchboard.dialogue.events import TransferOutcome
from switchboard.dialogue.operators import Why, ladder
from switchboard.dialogue.policy import Policy
from switchboard.telephony.port import Line

log = logging.getLogger(__name__)

_ANSWER_S = 10.0
_SPARE_S = 10.0
"""Beyond the time that an operator's phone rings."""


async def rescue(line: Line, policy: Policy, story: Story) -> bool:
    """Whether somebody took the call. Raises nothing, and lasts no longer than all phones ring."""
    if not story.fell_back:
        story.noted(Mark(Note.FALLBACK, (), Why.FAULT.value))
    try:
        async with asyncio.timeout(_ANSWER_S):
            await line.answer()
    except Exception:
        log.exception("call can't be answered")
    for rung in ladder(policy):
        if line.gone.is_set():
            return False
        try:
            await story.transfer_begins(rung.number, "", rung.purpose.value)
            async with asyncio.timeout(rung.ring_s + _SPARE_S):
                outcome = await line.transfer(rung.number, rung.ring_s)
            story.transfer_done(outcome.value, line.means.value)
        except Exception:
            log.exception("operator can't be rung")
            continue
        if outcome is TransferOutcome.CONNECTED:
            return True
    return False
