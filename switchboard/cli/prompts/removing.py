"""`switchboard prompts remove`: take a recording out of force."""

from __future__ import annotations

import click

from switchboard.cli.options import settings_option
from switchboard.settings import Settings


@click.command()
@click.argument("words")
@settings_option
def remove(words: str, settings: Settings) -> None:
    """Remove the recordings that say WORDS; the synthesised voice says them from now on."""
    from grammar.text import normalise
    from switchboard.errors import UserError
    from switchboard.speech.opening import recordings_folder
    from switchboard.speech.recording_sets import new_set

    said = normalise(words)
    with new_set(recordings_folder(settings.prompts)) as made:
        count = made.remove(lambda recording: normalise(recording.words) == said)
        if not count:
            made.abandon()
    if not count:
        raise UserError(
            f"No recording in force says “{words}”; give the text as export-script does."
        )
    click.echo(f"{count} removed; the set before it is kept until the next change.")
