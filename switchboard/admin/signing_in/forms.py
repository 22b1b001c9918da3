"""The forms of signing in."""

from __future__ import annotations

from switchboard.admin import fields, passwords


class SignInForm(fields.Form):
    name = fields.text("User name", required="Enter your user name")
    password = fields.password("Password", required="Enter your password")
    submit = fields.submit("Sign in")


class PasswordForm(fields.Form):
    """`name` is the user's, for the rules."""

    password = fields.password(
        "New password",
        hint=f"At least {passwords.SHORTEST} characters. Three or four words that don’t belong "
        "together are easy to remember and hard to guess.",
        required="Enter a password",
    )
    again = fields.password("The same again", required="Enter the password a second time")
    submit = fields.submit("Save the password and sign in")

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def validate_password(self, _field: object) -> None:
        fault = passwords.weakness(self.password.data, self.name)
        if fault:
            raise fields.Invalid(fault)

    def validate_again(self, _field: object) -> None:
        if self.again.data != self.password.data:
            raise fields.Invalid("The two passwords differ; enter the same one twice")


class ChangeForm(PasswordForm):
    """A new password in the place of the one that is in use."""

    current = fields.password("Password now", required="Enter the password that you use now")
    submit = fields.submit("Change the password")
