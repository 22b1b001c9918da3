"""What operators would change about departments, and an administrator's answer."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from directory.model import Department, number_of
from directory.numbers import NumberKind, read_numbers
from directory.opening_hours import read_opening_hours
from grammar.additions import CollisionKind, alias_collisions
from grammar.errors import GrammarError
from grammar.telling import is_command, told
from grammar.text import normalise
from switchboard.admin import layout
from switchboard.admin.area import Area
from switchboard.admin.audience import EDITORS, OPERATORS
from switchboard.admin.console.forms import AnswerForm, ProposalForm
from switchboard.admin.current import actor, memory, settings, store, user
from switchboard.storage.proposals import (
    ALIAS,
    Proposal,
    ProposalState,
    all_proposals,
    decide_proposal,
    propose,
)

area = Area("proposals", "/proposals")

_FIELDS = {NumberKind.EXTENSION: "extension", NumberKind.DIRECT_LINE: "direct_line"}


@area.page("", to=OPERATORS)
def overview() -> str:
    every = all_proposals(store())
    waiting = [each for each in every if each.state is ProposalState.OPEN]
    return render_template(
        "proposals/overview.html",
        waiting=[(each, _clashes(each)) for each in waiting],
        decided=[each for each in every if each.state is not ProposalState.OPEN],
        departments=memory().directory().entries,
        may_decide=EDITORS.admits(user()),
        answer_form=AnswerForm(),
    )


@area.page("/new/<path:key>", to=OPERATORS, methods=["GET", "POST"])
def new(key: str) -> str | Response | tuple[str, int]:
    department = memory().directory().entries.get(key)
    if not isinstance(department, Department) or department.left:
        abort(404)
    form = ProposalForm()
    sent = form.validate_on_submit()
    if sent:
        wanted = _wanted(form)
        if not wanted and not form.errors:
            form.number.errors = [*form.number.errors, "Enter at least one change"]
        if not form.errors:
            propose(store(), key, wanted, reason=form.reason.data, actor=actor())
            layout.told("An administrator will decide it.")
            return redirect(url_for("proposals.overview"))
    page = render_template(
        "proposals/new.html", form=form, department=department, number=number_of(department)
    )
    return page, 422 if request.method == "POST" else 200


@area.page("/<int:number>/decide", to=EDITORS, methods=["POST"])
def decide(number: int) -> Response:
    form = AnswerForm()
    verdict = request.form.get("verdict")
    if not form.validate_on_submit() or verdict not in {"accept", "refuse"}:
        abort(400)
    if verdict == "refuse" and not form.answer.data:
        layout.told("Say why you refuse it, for whoever proposed it.", success=False)
        return redirect(url_for("proposals.overview"))
    done = decide_proposal(
        store(), number, accept=verdict == "accept", actor=actor(), answer=form.answer.data
    )
    layout.told(
        f"{done.name} is changed. Correct it at the source, too: the next import of departments "
        "brings back what stands there."
        if done.state is ProposalState.ACCEPTED
        else f"Refused: {done.name} stays as it is."
    )
    return redirect(url_for("proposals.overview"))


def _wanted(form: ProposalForm) -> dict[str, str]:
    """The changes by field; what can't be one is told at its field."""
    wanted = {}
    if form.number.data:
        (first, *others) = read_numbers(form.number.data, settings().number_plan.plan())
        if others or first.kind not in _FIELDS:
            reason = "one number only" if others else first.value
            if first.kind is NumberKind.MOBILE:
                reason = "a mobile is never dialled"
            form.number.errors = [*form.number.errors, f"This can't be dialled: {reason}"]
        else:
            wanted[_FIELDS[first.kind]] = first.value
    if form.opening_hours.data:
        if read_opening_hours(form.opening_hours.data):
            wanted["opening_hours"] = form.opening_hours.data
        else:
            reason = "This can't be read; write hours like Mon-Fri 09:00-17:00, Sat 10:00-12:00"
            form.opening_hours.errors = [*form.opening_hours.errors, reason]
    if form.alias.data:
        text = normalise(form.alias.data)
        if text:
            wanted[ALIAS] = text
        else:
            form.alias.errors = [*form.alias.errors, "Enter words that callers say"]
    return wanted


def _clashes(proposal: Proposal) -> list[str]:
    """What the proposed alias would collide with, a sentence each."""
    text = proposal.fields.get(ALIAS, "")
    if not text or memory().published() is None:
        return []
    try:
        found = alias_collisions(memory().draft()[0].grammar, text, proposal.entry)
    except GrammarError as error:
        return [str(error)]
    return [
        told(each)
        for each in found
        if each.kind is not CollisionKind.ALREADY or is_command(each, text)
    ]
