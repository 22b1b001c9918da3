"""How the service is doing, and what waits for whoever looks."""

from __future__ import annotations

from datetime import datetime as moment
from datetime import time

from flask import render_template

from switchboard.admin.area import Area
from switchboard.admin.audience import READERS, SIGNED_IN
from switchboard.admin.current import context, store, user
from switchboard.storage.standing import standing

area = Area("home")


@area.page("/", to=SIGNED_IN)
def home() -> str:
    if not READERS.admits(user()):
        return render_template("home/tester.html")
    today = context().now().astimezone().date()
    began = moment.combine(today, time()).astimezone()
    return render_template("home/home.html", standing=standing(store(), began))
