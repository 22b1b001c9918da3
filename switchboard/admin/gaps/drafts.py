"""The draft before it goes out: replayed against stored calls, published, or taken back."""

from __future__ import annotations

from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from switchboard.admin import layout
from switchboard.admin.area import Area
from switchboard.admin.audience import ADMINISTRATORS, EDITORS, READERS
from switchboard.admin.current import actor, background, memory, store, user
from switchboard.admin.gaps.forms import OverrideForm, PublishForm, ReplayForm
from switchboard.errors import UserError
from switchboard.gaps.publishing import needed, publish_checked, replay_for
from switchboard.gaps.replaying import draft_key
from switchboard.storage import gaps as stored
from switchboard.storage import publishing, replays
from switchboard.storage.gaps import GapFilter, GapState
from switchboard.storage.replays import Replay, ReplayState

area = Area("drafts", "/gaps/draft")

_LISTED = 25
"""Calls of each kind that one page shows side by side."""


@area.page("", to=READERS)
def overview() -> str:
    return _overview()


@area.page("/progress", to=READERS)
def progress() -> Response:
    """How far the replay is, alone: for the script that renews it. Once it is over the script is
    told to load the whole page, which then has what is to be done next."""
    found = _replay()
    answer = make_response(render_template("gaps/progress.html", replay=found, **_results(found)))
    if found is None or found.state is not ReplayState.RUNNING:
        answer.headers["HX-Refresh"] = "true"
    return answer


@area.page("/replay", to=EDITORS, methods=["POST"])
def replay() -> Response:
    form = ReplayForm()
    draft, current = memory().draft()
    if not current:
        layout.told("The draft is being worked out; try again in a moment.", success=False)
    elif form.validate_on_submit():
        try:
            background().replay(draft.grammar, actor=actor(), sound=bool(form.sound.data))
        except UserError as error:
            layout.told(str(error), success=False)
    return redirect(url_for("drafts.overview"))


@area.page("/publish", to=EDITORS, methods=["POST"])
def publish() -> str | Response | tuple[str, int]:
    form = PublishForm()
    if not form.validate_on_submit():
        return _overview(form=form), 422
    return _publish(reason=form.reason.data or "")


@area.page("/override", to=ADMINISTRATORS, methods=["POST"])
def override() -> str | Response | tuple[str, int]:
    """Publish although the replay says that calls break; only an administrator may."""
    form = OverrideForm()
    if not form.validate_on_submit():
        return _overview(form=form), 422
    return _publish(override=form.reason.data)


def _publish(*, reason: str = "", override: str = "") -> Response:
    draft, current = memory().draft()
    if not current or request.form.get("version") != draft.grammar.version:
        layout.told(
            "The draft has changed since this page was made; look at it again, and publish then.",
            success=False,
        )
        return redirect(url_for("drafts.overview"))
    try:
        publish_checked(store(), draft.grammar, actor=actor(), reason=reason, override=override)
    except UserError as error:
        layout.told(str(error), success=False)
        return redirect(url_for("drafts.overview"))
    layout.told(f"{draft.grammar.version} is in force.")
    return redirect(url_for("drafts.overview"))


def _overview(form: object = None) -> str:
    draft, current = memory().draft()
    published = memory().published()
    found = _replay()
    in_draft = GapFilter(states=(GapState.IN_DRAFT,))
    extra: dict[str, Any] = {"form": form} if form is not None else {}
    in_force = published.grammar if published else None
    return render_template(
        "gaps/draft.html",
        draft=draft.grammar,
        current=current,
        published=in_force,
        changes=in_force is not None and draft_key(in_force) != draft_key(draft.grammar),
        needed=needed(store(), in_force, draft.grammar),
        gaps=stored.find_gaps(store(), in_draft, limit=50),
        waiting=stored.count_gaps(store(), in_draft),
        replay=found,
        earlier=publishing.earlier_versions(store())[:1],
        replay_form=ReplayForm(),
        publish_form=PublishForm(),
        override_form=OverrideForm(),
        may_override=ADMINISTRATORS.admits(user()),
        **_results(found),
        **extra,
    )


def _replay() -> Replay | None:
    return replay_for(store(), memory().draft()[0].grammar)


def _results(found: Replay | None) -> dict[str, Any]:
    entries = memory().directory().entries
    done = found is not None and found.state is ReplayState.DONE
    kinds = ("broken", "fixed", "ambiguous")
    return {
        "results": {
            kind: replays.results_of(store(), found.id, kind, limit=_LISTED)
            if found and done
            else ()
            for kind in kinds
        },
        "entries": entries,
    }
