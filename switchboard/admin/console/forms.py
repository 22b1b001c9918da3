"""The forms of proposals."""

from __future__ import annotations

from switchboard.admin import fields


class ProposalForm(fields.Form):
    """What should change about a department; what stays is left empty."""

    number = fields.text("Number", hint="An extension or a direct line", longest=40)
    opening_hours = fields.text("Hours", hint="For example: Mon-Fri 09:00-17:00", longest=100)
    alias = fields.text(
        "Another way of asking for it", hint="As callers say it, for example: the bins", longest=100
    )
    reason = fields.text("Why", required="Say why, for whoever decides", longest=300)
    submit = fields.submit("Propose it")


class AnswerForm(fields.Form):
    answer = fields.text("Answer", hint="Needed when you refuse it", longest=300)
