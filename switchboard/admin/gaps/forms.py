"""The forms of gaps."""

from __future__ import annotations

from switchboard.admin import fields


class AcceptForm(fields.Form):
    text = fields.text(
        "Callers say",
        hint="Change it if you know better. Leave out “please” and the like.",
        required="Enter what callers say",
        longest=100,
    )
    submit = fields.submit("Accept")


class PlainAcceptForm(fields.Form):
    submit = fields.submit("Accept")


class RefuseForm(fields.Form):
    reason = fields.text("Why nothing is to be done", required="Say why, for the record")
    submit = fields.submit("Refuse")


class ReplayForm(fields.Form):
    sound = fields.checkbox(
        "Have the engine listen again to the calls whose sound is kept",
        hint="About a second a call; without it, what was heard then is matched again.",
    )
    submit = fields.submit("Replay stored calls")


class PublishForm(fields.Form):
    reason = fields.text("Why, for the record (if you like)")
    submit = fields.submit("Publish")


class OverrideForm(fields.Form):
    reason = fields.text(
        "Why it must go out although it breaks calls",
        required="Say why: it is kept in the audit log",
    )
    submit = fields.submit("Publish all the same")
