"""What a tester sees: a script, a call from the browser, and the question how it went."""

from __future__ import annotations

import base64
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from switchboard.admin.area import Area
from switchboard.admin.audience import TESTERS
from switchboard.admin.current import actor, context, memory, store
from switchboard.admin.layout import told
from switchboard.admin.testing.forms import AccentForm, VerdictForm
from switchboard.errors import UserError
from switchboard.storage.attempts import Attempt, attempt_of_id, attempts_of_tester, judge_attempt
from switchboard.storage.campaigns import (
    Campaign,
    ScriptItem,
    Tester,
    running_for,
    script_item,
    script_of,
    state_accent,
)
from switchboard.uat.browser.wire import Got, Open, Sent
from switchboard.uat.items import Problem, Verdict
from switchboard.uat.planning import caller_class

area = Area("testing", "/testing")

_MOST_SOUND = 64_000
"""Bytes of one exchange: 2 s at 16 kHz, far more than a browser gathers between two."""


@area.page("", to=TESTERS)
def script() -> str:
    found = _running()
    if found is None:
        return render_template("testing/nothing.html")
    campaign, tester = found
    return render_template(
        "testing/script.html",
        campaign=campaign,
        tester=tester,
        items=script_of(store(), tester.id),
        last={each.item_id: each for each in attempts_of_tester(store(), tester.id)},
        form=AccentForm(accent=tester.accent),
    )


@area.page("/accent", to=TESTERS, methods=["POST"])
def accent() -> Response:
    _, tester = _own()
    form = AccentForm()
    if form.validate_on_submit():
        state_accent(store(), tester.id, form.accent.data)
        told("Thank you. You can change it at any time.")
    return redirect(url_for("testing.script"))


@area.page("/items/<int:number>", to=TESTERS)
def item(number: int) -> str:
    campaign, tester = _own()
    return render_template(
        "testing/item.html", campaign=campaign, tester=tester, row=_own_item(tester, number)
    )


@area.page("/items/<int:number>/call", to=TESTERS, methods=["POST"])
def call(number: int) -> tuple[dict[str, str], int]:
    """Begin a call; its name, for `exchange`."""
    campaign, tester = _own()
    row = _own_item(tester, number)
    here = context()
    try:
        begun = here.testers_calls.begin(
            actor(), Open(row.id, caller_class(campaign.stage).value), here.now()
        )
    except UserError as error:
        return {"refused": str(error)}, 503
    return {"exchange": url_for("testing.exchange", token=begun)}, 200


@area.page("/calls/<token>", to=TESTERS, methods=["POST"])
def exchange(token: str) -> tuple[dict[str, Any], int]:
    """Sound from the microphone (16-bit little-endian PCM) for what is to be played."""
    if (request.content_length or 0) > _MOST_SOUND:
        abort(413)
    sent = Sent(
        keys="".join(key for key in request.args.get("keys", "") if key in "0123456789*#")[:8],
        played=max(0, request.args.get("played", 0, type=int)),
        leaving=request.args.get("leaving") == "1",
        sound=request.get_data(),
    )
    here = context()
    try:
        got = here.testers_calls.exchange(actor(), token, sent, here.now())
    except UserError as error:
        return {"over": True, "refused": str(error)}, 503
    if got is None:
        return {"over": True, "refused": "That call has ended; call again."}, 404
    return _told(got), 200


@area.page("/attempts/<int:number>", to=TESTERS, methods=["GET", "POST"])
def attempt(number: int) -> str | Response:
    """What a call came to, and what the tester says of it."""
    _, tester = _own()
    found = attempt_of_id(store(), number)
    if found is None or found.tester_id != tester.id:
        abort(404)
    form = VerdictForm(verdict=found.verdict.value, problem=found.problem.value, told=found.told)
    if form.validate_on_submit():
        judge_attempt(
            store(),
            number,
            Verdict(form.verdict.data),
            problem=Problem(form.problem.data),
            told=form.told.data,
            actor=actor(),
        )
        told("Thank you, that is kept.")
        return redirect(url_for("testing.script"))
    return render_template(
        "testing/attempt.html",
        found=found,
        form=form,
        reached=_reached(found),
        outcome=found.outcome,
    )


def _running() -> tuple[Campaign, Tester] | None:
    return running_for(store(), actor(), context().now().astimezone().date())


def _own() -> tuple[Campaign, Tester]:
    found = _running()
    if found is None:
        abort(404)
    return found


def _own_item(tester: Tester, number: int) -> ScriptItem:
    found = script_item(store(), number)
    if found is None or found.tester != tester.id:
        abort(404)
    return found


def _reached(found: Attempt) -> str:
    """The name of the entry that the caller would have been put through to."""
    if not found.observed.entry:
        return ""
    published = memory().published()
    entries = published.grammar.entries if published else ()
    names = (each.name for each in entries if each.key == found.observed.entry)
    return next(names, found.observed.entry)


def _told(got: Got) -> dict[str, Any]:
    prompts, start = [], 0
    for number, length in got.prompts:
        sound = got.sound[start : start + length]
        prompts.append({"number": number, "sound": base64.b64encode(sound).decode()})
        start += length
    return {
        "rate": got.rate,
        "prompts": prompts,
        "stop": got.stop,
        "over": got.over,
        "refused": got.refused,
        "next": url_for("testing.attempt", number=got.attempt) if got.attempt else "",
    }
