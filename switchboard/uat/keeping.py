"""Where the service keeps what test calls came to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from switchboard.calls.grammars import Grammars
from switchboard.calls.record import Channel
from switchboard.errors import UserError
from switchboard.storage.attempts import add_attempt
from switchboard.storage.campaigns import holder_of_pin, script_item, script_of
from switchboard.storage.store import Store
from switchboard.uat.items import Observed, judge


def keeper(store: Store, grammars: Grammars) -> Callable[[int, Channel, Observed], int]:
    """Keeps what a call for an item came to, judged by the grammar in force."""

    def keep(item: int, channel: Channel, observed: Observed) -> int:
        row = script_item(store, item)
        if row is None:
            raise UserError("The script that this call was made for is gone.")
        entries = {entry.key: entry for entry in grammars.current.grammar.entries}
        outcome = judge(row.item, observed, entries)
        return add_attempt(
            store, item, channel.value, observed, outcome=outcome, at=datetime.now(UTC)
        )

    return keep


def known_pins(store: Store) -> Callable[[str], int | None]:
    """The item that the tester with a PIN asks for next: the first that has no call yet; the last
    once all have. None for a PIN of nobody who tests today."""

    def known(pin: str) -> int | None:
        tester = holder_of_pin(store, pin, date.today())
        if tester is None:
            return None
        items = script_of(store, tester.id)
        if not items:
            return None
        return next((row.id for row in items if not row.tries), items[-1].id)

    return known
