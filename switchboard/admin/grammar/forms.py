"""The forms of the grammar."""

from __future__ import annotations

from switchboard.admin import fields

POSITIONS = (("before", "Before the name"), ("after", "After the name"))


class PublishForm(fields.Form):
    reason = fields.text("Why, for the record (if you like)", longest=200)
    submit = fields.submit("Publish")


class RollbackForm(fields.Form):
    reason = fields.text("Why", required="Say why, for the record", longest=200)
    submit = fields.submit("Go back to it")


class CarrierForm(fields.Form):
    text = fields.text(
        "What callers say around a name",
        hint="For example: would you be so kind as to get me",
        required="Enter what callers say",
        longest=100,
    )
    position = fields.radios("Where it stands", POSITIONS, required="Choose where it stands")
    submit = fields.submit("See what it collides with")
