"""`switchboard prompts export-script` and `import`: the list for a voice artist, and back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from switchboard.cli.options import database_option, settings_option
from switchboard.cli.unwritable import unwritable
from switchboard.settings import Settings

if TYPE_CHECKING:
    from switchboard.speech.script import ScriptLine

_PATH = click.Path(path_type=Path)
_LISTED = 20


@click.command("export-script")
@click.option(
    "--csv", "out", type=_PATH, metavar="OUT", help="Write a CSV file, for a spreadsheet."
)
@click.option("--missing", is_flag=True, help="Only what no recording in force says.")
@database_option
@settings_option
def export_script(
    out: Path | None, missing: bool, database: str | None, settings: Settings
) -> None:
    """The list that a voice artist reads: the file name to use, the text, how it is said.

    Prompts first, then departments and people, the most called first.
    """
    from switchboard.speech.script import script_csv

    lines = script_lines(database, settings)
    if missing:
        lines = not_recorded(lines, settings)
    if out is None:
        click.echo(script_csv(lines), nl=False)
        return
    try:
        # With a mark, so that spreadsheets take it for UTF-8.
        out.write_text(script_csv(lines), encoding="utf-8-sig", newline="")
    except OSError as error:
        raise unwritable(out, error) from error
    click.echo(f"{len(lines):,} texts are listed in {out}.")


@click.command("import")
@click.argument("source", type=_PATH)
@database_option
@settings_option
def import_(source: Path, database: str | None, settings: Settings) -> None:
    """Take over the recordings in SOURCE, a folder or a ZIP of WAV, FLAC or MP3 files.

    A file is named as `export-script` lists it, or by the text itself. All of them come into force
    at once, or on any fault none. Recordings of other texts stay.
    """
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    from switchboard.errors import UserError
    from switchboard.speech.importing import import_recordings
    from switchboard.speech.opening import recordings_folder

    lines = script_lines(database, settings)
    columns = SpinnerColumn(), TextColumn("Checked {task.completed:.0f} files")
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task("", total=None)
        report = import_recordings(
            source,
            lines,
            recordings_folder(settings.prompts),
            on_file=lambda: progress.advance(task),
        )
    for file in report.faulty:
        click.echo(f"{_printable(file.name)} {file.problem}")
    if report.faulty:
        count = len(report.faulty)
        files = "1 file can't" if count == 1 else f"{count:,} files can't"
        raise UserError(f"{files} be used, so nothing was changed; mend that, then import again.")
    if not report.imported:
        raise UserError(f"There are no recordings in {source}; nothing was changed.")
    click.echo(f"{len(report.imported):,} recordings are in force from now on.")
    missing = not_recorded(lines, settings)
    if missing:
        click.echo(f"{len(missing):,} texts are spoken by the synthesised voice, for example:")
        for line in missing[:_LISTED]:
            click.echo(f"  {line.file}.wav: {line.words}")
        click.echo("For all of them: switchboard prompts export-script --missing")


def script_lines(database: str | None, settings: Settings) -> list[ScriptLine]:
    """The whole list, of the grammar in force."""
    from switchboard.speech.prompt_texts import prompts
    from switchboard.speech.script import script
    from switchboard.wiring import grammar_in_force

    return script(prompts(settings.prompts.organisation), grammar_in_force(database, settings))


def not_recorded(lines: Sequence[ScriptLine], settings: Settings) -> list[ScriptLine]:
    """Those that no recording in force says."""
    from switchboard.speech.opening import recordings_folder
    from switchboard.speech.recordings import Recordings

    recordings = Recordings(recordings_folder(settings.prompts), settings.prompts.level_dbfs)
    return [line for line in lines if not recordings.has(line.words)]


def _printable(name: str) -> str:
    """A file's name without what would steer a terminal."""
    return "".join(char if char.isprintable() else "?" for char in name)
