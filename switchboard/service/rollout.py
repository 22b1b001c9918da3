"""The stage of the roll-out while calls run: what was set in the web admin, over the settings."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import date

from switchboard.calls.parts import Parts
from switchboard.dialogue.policy import Stage
from switchboard.errors import UserError
from switchboard.storage.campaigns import campaigns
from switchboard.storage.rollout import stage_in_force
from switchboard.storage.store import Store

log = logging.getLogger(__name__)

EVERY_S = 3.0
"""Between looks: one click back to an earlier stage is in force that much later at the most."""


class Rollout:
    """What calls that begin now get. `testing`: a campaign of acceptance tests runs today."""

    def __init__(self, parts: Parts, stage: Stage, *, testing: bool) -> None:
        self._parts = parts
        self.stage = stage
        self.testing = testing

    @classmethod
    async def looked_up(cls, store: Store, parts: Parts) -> Rollout:
        """As it is now. Raises UserError."""
        stage, testing = await asyncio.to_thread(_look, store, parts.policy.stage)
        return cls(parts, stage, testing=testing)

    def parts(self) -> Parts:
        """For a call that begins now."""
        return replace(self._parts, policy=replace(self._parts.policy, stage=self.stage))

    async def watch(self, store: Store, every_s: float = EVERY_S) -> None:
        """Look what is in force, until cancelled. While the database doesn't answer, what was
        known last holds."""
        before_any, blind = self._parts.policy.stage, False
        while True:
            await asyncio.sleep(every_s)
            try:
                stage, testing = await asyncio.to_thread(_look, store, before_any)
            except UserError as error:
                if not blind:
                    log.warning("roll-out can't be read", extra={"cause": str(error)})
                blind = True
            else:
                if stage is not self.stage:
                    log.info("stage of the roll-out changed", extra={"stage": stage.value})
                self.stage, self.testing, blind = stage, testing, False


def _look(store: Store, before_any: Stage) -> tuple[Stage, bool]:
    # The machine's own day, as the web admin's.
    today = date.today()
    testing = any(campaign.runs(today) for campaign in campaigns(store))
    return stage_in_force(store, before_any), testing
