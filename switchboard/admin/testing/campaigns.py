"""Campaigns and their results, the roll-out that they open, and what the directory has wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from flask import Response as FlaskResponse
from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from switchboard.admin.area import Area
from switchboard.admin.audience import ADMINISTRATORS, EDITORS, OPERATORS, READERS
from switchboard.admin.current import actor, context, memory, settings, store
from switchboard.admin.layout import told
from switchboard.admin.tables import as_csv
from switchboard.admin.testing.forms import CampaignForm, StageForm, day
from switchboard.dialogue.policy import Stage
from switchboard.errors import UserError
from switchboard.storage import audit
from switchboard.storage.attempts import Attempt, attempts_of_campaigns, corrections, settle
from switchboard.storage.campaigns import (
    add_campaign,
    campaign_of_id,
    campaigns,
    close_campaign,
    group_of,
)
from switchboard.storage.rollout import stage_changes
from switchboard.storage.users import all_users
from switchboard.uat.gates import gates
from switchboard.uat.planning import scripts_for
from switchboard.uat.results import GROUPINGS, figures, grouped
from switchboard.uat.standing import Standing, move, standing

area = Area("campaigns", "/campaigns")

_EACH = "20"
_LASTS = timedelta(days=14)
_COLUMNS = (
    "When", "Tester", "Accent group", "Channel", "Type", "Asked for", "Department", "Outcome",
    "Connected with", "Number", "Went right", "What happened", "Told", "Longest wait (ms)",
)  # fmt: skip
_CORRECTIONS = ("When", "Entry", "Asked for", "Department", "What is wrong", "Told", "Tester")


@area.page("", to=READERS)
def overview() -> str:
    return render_template(
        "testing/campaigns.html",
        campaigns=campaigns(store()),
        standing=_standing(),
        changes=stage_changes(store()),
        corrections=len(corrections(store())),
        form=StageForm(),
        overflow=Stage.OVERFLOW,
        external=Stage.EXTERNAL,
    )


@area.page("/new", to=EDITORS, methods=["GET", "POST"])
def new() -> str | Response:
    today = context().now().astimezone().date()
    names = [user.name for user in all_users(store()) if not user.disabled]
    form = CampaignForm(names)
    if form.validate_on_submit():
        try:
            made = _draw(form)
        except UserError as error:
            form.name.errors.append(str(error))
        else:
            told("The scripts are drawn; testers find them under “Test calls”.")
            return redirect(url_for("campaigns.one", number=made))
    elif not form.is_submitted():
        form.each.data = _EACH
        form.begins.data, form.ends.data = today.isoformat(), (today + _LASTS).isoformat()
    return render_template("testing/new.html", form=form)


@area.page("/<int:number>", to=READERS)
def one(number: int) -> str:
    campaign = campaign_of_id(store(), number)
    trials = [attempt.trial for attempt in attempts_of_campaigns(store(), [number])]
    return render_template(
        "testing/campaign.html",
        campaign=campaign,
        testers=group_of(store(), number),
        figures=figures(trials),
        gates=gates(trials),
        groupings={name: grouped(trials, by) for name, by in GROUPINGS.items()},
    )


@area.page("/<int:number>/close", to=EDITORS, methods=["POST"])
def close(number: int) -> Response:
    close_campaign(store(), number, actor=actor())
    told("The campaign is closed; its results stay.")
    return redirect(url_for("campaigns.one", number=number))


@area.page("/<int:number>/calls.csv", to=READERS)
def calls(number: int) -> FlaskResponse:
    campaign_of_id(store(), number)
    audit.note(store(), "test calls taken out", actor=actor(), subject=f"campaign {number}")
    return as_csv("test-calls.csv", _COLUMNS, map(_row, attempts_of_campaigns(store(), [number])))


@area.page("/corrections", to=OPERATORS)
def wrong_in_directory() -> str:
    return render_template(
        "testing/corrections.html",
        waiting=corrections(store()),
        settled=corrections(store(), settled=True),
    )


@area.page("/corrections.csv", to=OPERATORS)
def corrections_csv() -> FlaskResponse:
    audit.note(store(), "corrections taken out", actor=actor())
    return as_csv("corrections.csv", _CORRECTIONS, _correction_rows(corrections(store())))


@area.page("/corrections/<int:number>", to=EDITORS, methods=["POST"])
def settled(number: int) -> Response:
    settle(store(), number, actor=actor())
    told("That correction is settled.")
    return redirect(url_for("campaigns.wrong_in_directory"))


@area.page("/stage/next", to=ADMINISTRATORS, methods=["POST"])
def forward() -> Response:
    form = StageForm()
    now = _standing()
    if now.following is not None and form.validate_on_submit():
        _move(now.following, form.reason.data)
        told(f"The stage “{now.following}” is in force for calls from now on.")
    return redirect(url_for("campaigns.overview"))


@area.page("/stage/overflow", to=ADMINISTRATORS, methods=["POST"])
def back_to_overflow() -> Response:
    """One click: callers from outside get the switchboard only when no operator is free."""
    _move(Stage.OVERFLOW, "")
    told("From now on callers from outside are served only when no operator is free.")
    return redirect(url_for("campaigns.overview"))


@area.page("/stage/back", to=ADMINISTRATORS, methods=["POST"])
def backward() -> Response:
    stages = list(Stage)
    place = stages.index(_standing().stage)
    if place:
        _move(stages[place - 1], "")
        told(f"The stage “{stages[place - 1]}” is in force for calls from now on.")
    return redirect(url_for("campaigns.overview"))


def _standing() -> Standing:
    return standing(store(), _settings_stage())


def _settings_stage() -> Stage:
    return Stage(settings().rollout.stage)


def _move(stage: Stage, reason: str) -> None:
    move(store(), stage, before_any=_settings_stage(), reason=reason, actor=actor())


def _draw(form: CampaignForm) -> int:
    published = memory().published()
    if published is None:
        raise UserError("No grammar is published yet, so nobody can be asked for; publish first.")
    grammar, stage = published.grammar, Stage(form.stage.data)
    scripts = scripts_for(
        grammar,
        settings(),
        stage,
        form.testers.data,
        int(form.each.data),
        pairs=memory().pairs(grammar),
    )
    campaign = add_campaign(
        store(),
        form.name.data,
        stage,
        day(form.begins.data),
        day(form.ends.data),
        scripts=scripts,
        actor=actor(),
    )
    return campaign.id


def _row(attempt: Attempt) -> Sequence[str]:
    observed, item = attempt.observed, attempt.item
    longest = max(observed.waits_ms, default=None)
    return (
        attempt.at.isoformat(timespec="seconds"),
        attempt.tester,
        attempt.accent,
        attempt.channel,
        item.kind.value,
        item.say,
        item.department,
        attempt.outcome.value,
        observed.entry,
        observed.number,
        attempt.verdict.value,
        attempt.problem.value,
        attempt.told,
        "" if longest is None else f"{longest:.0f}",
    )


def _correction_rows(found: Iterable[Attempt]) -> Iterable[Sequence[str]]:
    for attempt in found:
        yield (
            attempt.at.isoformat(timespec="seconds"),
            " ".join(attempt.item.wanted),
            attempt.item.say,
            attempt.item.department,
            attempt.problem.value,
            attempt.told,
            attempt.tester,
        )
