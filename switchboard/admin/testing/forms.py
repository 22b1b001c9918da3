"""The forms of testing."""

from __future__ import annotations

from datetime import date

from switchboard.admin import fields
from switchboard.dialogue.policy import Stage
from switchboard.uat.items import Problem, Verdict

STAGES = (
    (Stage.INTERNAL.value, "Internal: everybody inside"),
    (Stage.OVERFLOW.value, "Overflow: besides, callers from outside when no operator is free"),
    (Stage.EXTERNAL.value, "External: everybody"),
)
_VERDICTS = (
    (Verdict.YES.value, "Yes"),
    (Verdict.NO.value, "No"),
    (Verdict.ASKED_OTHERWISE.value, "Don’t count it: I asked for something else, or was disturbed"),
)
_PROBLEMS = (
    (Problem.NONE.value, ""),
    (Problem.WRONG_PLACE.value, "It would have connected me with somebody else"),
    (Problem.NOT_UNDERSTOOD.value, "It didn’t understand me"),
    (Problem.DIRECTORY.value, "The name is right, the number or department is not"),
    (Problem.GONE.value, "They have left, moved, or have another name now"),
    (Problem.VOICE.value, "I couldn’t understand it, or it said a name wrongly"),
    (Problem.OTHER.value, "Something else"),
)


class VerdictForm(fields.Form):
    verdict = fields.radios("Did it go right?", _VERDICTS, required="Say whether it went right")
    problem = fields.select("If not, what happened?", _PROBLEMS)
    told = fields.lines(
        "Anything else?", hint="What you said, what is wrong in the directory", longest=1000
    )
    submit = fields.submit("Save and go on")


class AccentForm(fields.Form):
    accent = fields.text(
        "How would you describe your accent?",
        hint="In your own words, if you like: it shows whether everybody is served alike. "
        "For example: Welsh, Estuary, Punjabi English.",
        longest=100,
    )
    submit = fields.submit("Save")


class CampaignForm(fields.Form):
    name = fields.text("Name", hint="For example: Housing pilot", required="Give it a name")
    stage = fields.radios(
        "Which stage of the roll-out does it open?", STAGES, required="Choose a stage"
    )
    testers = fields.checkboxes("Testers", hint="Add testers under Users first")
    each = fields.text(
        "Calls for each tester", hint="20 take about half an hour", required="Say how many"
    )
    begins = fields.text("First day", hint="For example 2026-12-01", required="Give the first day")
    ends = fields.text("Last day", hint="For example 2026-12-14", required="Give the last day")
    submit = fields.submit("Draw the scripts")

    def __init__(self, names: list[str]) -> None:
        super().__init__()
        self.testers.choices = fields.options((name, name) for name in names)

    def validate_testers(self, field: object) -> None:
        if not field.data:  # type: ignore[attr-defined]
            raise fields.Invalid("Choose at least one tester")

    def validate_each(self, field: object) -> None:
        data = str(field.data)  # type: ignore[attr-defined]
        if not data.isdecimal() or not 1 <= int(data) <= 200:  # noqa: PLR2004
            raise fields.Invalid("A number from 1 to 200")

    def validate_begins(self, field: object) -> None:
        day(str(field.data))  # type: ignore[attr-defined]

    def validate_ends(self, field: object) -> None:
        day(str(field.data))  # type: ignore[attr-defined]


class SimulationForm(fields.Form):
    voices = fields.select(
        "Voices",
        [(str(count), str(count)) for count in range(1, 9)],
        hint="Each says every entry, at 1 to 2 seconds of processor time",
    )
    most = fields.text("Only the most called", hint="How many entries; empty for all of them")
    submit = fields.submit("Begin")

    def validate_most(self, field: object) -> None:
        data = str(field.data)  # type: ignore[attr-defined]
        if data and (not data.isdecimal() or not 1 <= int(data) <= 1_000_000):  # noqa: PLR2004
            raise fields.Invalid("A number, or nothing")


class StageForm(fields.Form):
    reason = fields.lines(
        "Why is it to be in force although the gates don’t hold?",
        hint="Goes on the audit log. Leave it empty when the gates are green.",
    )
    submit = fields.submit("Go to the next stage")


def day(text: str) -> date:
    """Raises the form's fault for what is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise fields.Invalid("A day is written as 2026-12-24") from error
