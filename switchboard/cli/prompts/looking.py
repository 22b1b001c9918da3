"""`switchboard prompts list` and `render`: what is said, read and heard."""

from __future__ import annotations

from pathlib import Path

import click

from switchboard.cli.options import database_option, settings_option
from switchboard.settings import Settings


@click.command("list")
@settings_option
def list_(settings: Settings) -> None:
    """Every prompt with its text, and whether it is recorded: all of it, parts of it, or not."""
    from rich.console import Console
    from rich.table import Table

    from switchboard.speech.opening import recordings_folder
    from switchboard.speech.prompt_texts import Fragment, prompts
    from switchboard.speech.recordings import Recordings

    recordings = Recordings(recordings_folder(settings.prompts), settings.prompts.level_dbfs)
    table = Table("prompt", "recorded", "text", box=None)
    for prompt in prompts(settings.prompts.organisation).values():
        texts = [part.words for part in prompt.parts if isinstance(part, Fragment)]
        found = [recordings.has(words) for words in ([prompt.text] if prompt.plain else texts)]
        recorded = "yes" if all(found) else "in part" if any(found) else "no"
        # escaped: square brackets in an organisation's name are no mark-up
        table.add_row(prompt.name, recorded, prompt.text.replace("[", r"\["))
    console = Console()
    if not console.is_terminal:
        console.width = 1000
    console.print(table)


@click.command()
@click.argument("name")
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--with",
    "given",
    multiple=True,
    metavar="PLACEHOLDER=WORDS",
    help='What stands at a placeholder, for example --with entry="Jane Smith". Repeatable.',
)
@click.option(
    "--rate",
    type=click.Choice(["8000", "16000"]),
    default="8000",
    help="Hz: 8000 as most telephones play it, 16000 as those with G.722 do.",
)
@database_option
@settings_option
def render(
    *,
    name: str,
    out: Path,
    given: tuple[str, ...],
    rate: str,
    database: str | None,
    settings: Settings,
) -> None:
    """Write the prompt NAME to OUT (WAV), as callers hear it."""
    import soundfile

    from switchboard.dialogue.actions import Line
    from switchboard.errors import UserError
    from switchboard.speech.opening import one_line
    from switchboard.wiring import grammar_in_force

    words = dict(map(_placeholder_and_words, given))
    spoken = one_line(
        settings.prompts, Line(name, words=words), int(rate), grammar_in_force(database, settings)
    )
    try:
        soundfile.write(out, spoken, int(rate), format="WAV", subtype="PCM_16")
    except (OSError, soundfile.LibsndfileError) as error:
        raise UserError(f"{out} can't be written; name another file.") from error
    click.echo(f"{out}: {len(spoken) / int(rate):.1f} s")


def _placeholder_and_words(text: str) -> tuple[str, str]:
    placeholder, equals, words = text.partition("=")
    if not (placeholder.strip() and equals and words.strip()):
        raise click.UsageError(
            f'--with "{text}" has no placeholder and words; write, for example, '
            '--with entry="Jane Smith".'
        )
    return placeholder.strip(), words.strip()
