"""Forms in the shape of the GOV.UK design system. The one place that knows WTForms by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm  # type: ignore[import-untyped]
from flask_wtf.file import FileField, FileSize  # type: ignore[import-untyped]
from govuk_frontend_wtf import wtforms_widgets as widgets  # type: ignore[import-untyped]
from wtforms import (  # type: ignore[import-untyped]
    BooleanField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, Optional  # type: ignore[import-untyped]

_LONGEST = 200

Invalid: type[Exception] = ValidationError
"""Raise it in a form's `validate_FIELD` with the sentence that stands at the field."""


class Form(FlaskForm):  # type: ignore[misc]  # WTForms has no types
    """A form with protection against requests that another site makes in a user's name."""


def _checks(required: str, longest: int) -> list[Any]:
    first = InputRequired(message=required) if required else Optional()
    return [first, Length(max=longest, message=f"Use at most {longest:,} characters")]


def text(label: str, *, hint: str = "", required: str = "", longest: int = _LONGEST) -> Any:
    """One line. `required` is the sentence told when it is empty; "" when it may be."""
    return StringField(
        label,
        description=hint,
        validators=_checks(required, longest),
        widget=widgets.GovTextInput(),
        filters=[lambda value: value.strip() if value else ""],
    )


def lines(label: str, *, hint: str = "", required: str = "", longest: int = 2000) -> Any:
    """Several lines."""
    return TextAreaField(
        label,
        description=hint,
        validators=_checks(required, longest),
        widget=widgets.GovTextArea(),
        filters=[lambda value: value.strip() if value else ""],
    )


def password(label: str, *, hint: str = "", required: str) -> Any:
    return PasswordField(
        label,
        description=hint,
        validators=_checks(required, 1000),
        widget=widgets.GovPasswordInput(),
    )


def options(choices: Iterable[tuple[str, str]]) -> list[Any]:
    """(value, text) as fields take them; for choices that are known only when a form is made."""
    return [SelectChoice(value, text) for value, text in choices]


def select(label: str, choices: Iterable[tuple[str, str]] = (), *, hint: str = "") -> Any:
    """One of (value, text) from a list that drops down."""
    return SelectField(
        label, description=hint, choices=options(choices), widget=widgets.GovSelect(), default=""
    )


def radios(
    label: str, choices: Iterable[tuple[str, str]] = (), *, hint: str = "", required: str
) -> Any:
    """One of (value, text), all of them in sight."""
    return RadioField(
        label,
        description=hint,
        choices=options(choices),
        validators=[InputRequired(message=required)],
        widget=widgets.GovRadioInput(),
    )


def checkboxes(label: str, choices: Iterable[tuple[str, str]] = (), *, hint: str = "") -> Any:
    """Any of (value, text)."""
    return SelectMultipleField(
        label, description=hint, choices=options(choices), widget=widgets.GovCheckboxesInput()
    )


def checkbox(label: str, *, hint: str = "") -> Any:
    return BooleanField(label, description=hint, widget=widgets.GovCheckboxInput())


def file(label: str, *, hint: str = "", required: str = "", most_mb: int) -> Any:
    checks = [InputRequired(message=required)] if required else []
    return FileField(
        label,
        description=hint,
        validators=[*checks, FileSize(most_mb * 1024 * 1024, message=f"At most {most_mb} MB")],
        widget=widgets.GovFileInput(),
    )


def submit(label: str) -> Any:
    return SubmitField(label, widget=widgets.GovSubmitInput())
