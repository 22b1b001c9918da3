"""The forms about users."""

from __future__ import annotations

from switchboard.admin import fields
from switchboard.storage.users import Role

ROLES = (
    (Role.ADMINISTRATOR.value, "Administrator: everything, and who else may"),
    (Role.OPERATOR.value, "Operator: takes calls that fall back, proposes corrections"),
    (Role.TESTER.value, "Tester: makes test calls"),
    (Role.VIEWER.value, "Viewer: sees everything, changes nothing"),
)
HOURS = (("4", "4 hours"), ("24", "1 day"), ("168", "7 days"))


class NewUserForm(fields.Form):
    name = fields.text("User name", hint="For example jane.smith", required="Enter a user name")
    role = fields.radios("Role", ROLES, required="Choose a role")
    submit = fields.submit("Add the user")


class RoleForm(fields.Form):
    role = fields.radios("Role", ROLES, required="Choose a role")
    submit = fields.submit("Change the role")


class SupportForm(fields.Form):
    name = fields.text(
        "User name", hint="Of the supplier’s engineer; added if new", required="Enter a user name"
    )
    hours = fields.radios("For how long", HOURS, required="Choose for how long")
    submit = fields.submit("Grant support access")
