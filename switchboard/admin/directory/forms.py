"""The forms of the directory."""

from __future__ import annotations

from switchboard.admin import fields


class AliasForm(fields.Form):
    text = fields.text(
        "Another way of asking for it",
        hint="As callers say it, for example: the bins",
        required="Enter what callers say",
        longest=100,
    )
    submit = fields.submit("See what it collides with")


class PronunciationForm(fields.Form):
    """`words` are those that the entry's names are made of."""

    word = fields.select("Word")
    spoken = fields.text(
        "How it is said",
        hint="In English spelling with hyphens, like CHUM-lee, or IPA between slashes. "
        "Leave it empty to go back to how it is said without a setting.",
        longest=100,
    )
    hear = fields.submit("Hear it first")
    submit = fields.submit("Set how it is said")

    def __init__(self, words: list[str]) -> None:
        super().__init__()
        self.word.choices = fields.options((word, word) for word in words)


class UploadForm(fields.Form):
    people = fields.file(
        "People, as CSV or XLSX", required="Choose the file with the people", most_mb=100
    )
    departments = fields.file("Departments, as CSV or XLSX (if there is such a file)", most_mb=100)
    submit = fields.submit("Continue")
