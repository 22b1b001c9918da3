"""`switchboard prompts prepare`: speak everything ahead of the first call."""

from __future__ import annotations

import click

from switchboard.cli.options import database_option, settings_option
from switchboard.settings import Settings


@click.command()
@database_option
@settings_option
def prepare(database: str | None, settings: Settings) -> None:
    """Speak every prompt and name into the cache; goes on where it was interrupted.

    `switchboard serve` does the same behind the calls. Takes about 0.3 s a name.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    from switchboard.errors import UserError
    from switchboard.speech.opening import cache_folder, open_ahead
    from switchboard.speech.port import SynthesisError
    from switchboard.wiring import grammar_in_force

    grammar = grammar_in_force(database, settings)
    ahead = open_ahead(settings.prompts)
    texts = ahead.texts(grammar)
    columns = BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    console = Console(stderr=True)
    try:
        with Progress(
            *columns, console=console, transient=True, disable=not console.is_terminal
        ) as progress:
            task = progress.add_task("", total=len(texts))
            ahead.speak(texts, on_done=lambda: progress.advance(task))
    except SynthesisError as error:
        raise UserError(
            f"{str(error).capitalize()}; check [prompts] voice and piper_model. Until then callers "
            "hear the plain voice of espeak-ng, or generic prompts."
        ) from error
    except OSError as error:
        raise UserError(
            f"What is spoken can't be kept in {cache_folder(settings.prompts)}; free space there, "
            "or name another folder in [prompts] cache."
        ) from error
    finally:
        ahead.synthesiser.close()
    click.echo(f"{len(texts):,} texts are ready in {cache_folder(settings.prompts)}.")
