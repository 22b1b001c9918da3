"""How the service is doing, and what waits for whoever looks."""

from __future__ import annotations

from datetime import datetime as moment
from datetime import time

from flask import render_template

from switchboard.admin.area import Area
from switchboard.admin.audience import OPERATORS, READERS, SIGNED_IN
from switchboard.admin.console.views import SHOWN_FOR
from switchboard.admin.current import context, store, user
from switchboard.storage.attempts import corrections
from switchboard.storage.fallbacks import unclosed
from switchboard.storage.gaps import GapState, gap_counts
from switchboard.storage.proposals import open_proposals
from switchboard.storage.standing import standing

area = Area("home")


@area.page("/", to=SIGNED_IN)
def home() -> str:
    if not READERS.admits(user()):
        return render_template("home/tester.html")
    today = context().now().astimezone().date()
    began = moment.combine(today, time()).astimezone()
    counts = gap_counts(store())
    closes = OPERATORS.admits(user())
    return render_template(
        "home/home.html",
        standing=standing(store(), began),
        proposed=counts.get(GapState.PROPOSED, 0) + counts.get(GapState.REOPENED, 0),
        wanted=open_proposals(store()),
        corrections=len(corrections(store())) if closes else None,
        to_close=unclosed(store(), context().now() - SHOWN_FOR) if closes else None,
    )
