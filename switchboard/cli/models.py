"""`switchboard models`: list, fetch and find the models of the Vosk engine."""

from __future__ import annotations

from pathlib import Path

import click

from switchboard.errors import EngineError
from switchboard.recognition.models import (
    DEFAULT,
    MODELS,
    PUBLISHER,
    best_model,
    find_model,
    is_model,
    model_named,
    models_folder,
)

MB = 1 << 20


@click.group("models")
def command() -> None:
    """Models of the Vosk engine. The engine “whisper” is packaged and needs none."""


@command.command("list")
def list_models() -> None:
    """What can be fetched, what for, and what is here."""
    from rich.console import Console
    from rich.table import Table

    table = Table("model", "size", "for", "where", box=None)
    for model in MODELS:
        found = find_model(model.name)
        where = str(found) if found else "not here: switchboard models fetch " + model.name
        table.add_row(model.name, f"{model.size / MB:.0f} MB", model.purpose, where)
    console = Console()
    if not console.is_terminal:
        console.width = 1000  # a path is for copying: never shortened
    console.print(table)


@command.command("fetch")
@click.argument("name", default=DEFAULT.name)
@click.option(
    "--from",
    "source",
    default=PUBLISHER,
    metavar="URL",
    help="Another place that holds the same archives (default: the publisher).",
)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep it there (default: the platform's data folder).",
)
def fetch_model(name: str, source: str, folder: Path | None) -> None:
    """Download the model NAME (default: the small one); goes on where it was interrupted."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    from switchboard.recognition.fetching import fetch

    model = model_named(name)
    folder = folder or models_folder()
    with Progress(
        "{task.description}",
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as bar:
        task = bar.add_task(model.name, total=model.size)
        path = fetch(model, folder, lambda have: bar.update(task, completed=have), source)
        bar.update(task, completed=model.size)
    click.echo(f"{model.name} is in {path}")
    if folder != models_folder():
        click.echo(f'To use it, set in [recognition]: vosk_model = "{path}"')


@command.command("path")
@click.argument("name", required=False)
def model_path(name: str | None) -> None:
    """Print the folder of the model NAME, or of the one that would be used."""
    click.echo(str(_found(name)))


@command.command("words")
@click.argument("name", required=False)
def model_words(name: str | None) -> None:
    """Print the words that the model NAME knows (default: the one that would be used), one a line:
    for `switchboard grammar coverage --vocabulary`."""
    from switchboard.recognition.vosk.vocabulary import load_vocabulary

    folder = Path(name) if name and is_model(Path(name)) else _found(name)
    click.echo("\n".join(sorted(load_vocabulary(folder).words)))


def _found(name: str | None) -> Path:
    found = find_model(name) if name else best_model()
    if found is None:
        wanted = f"The model {name}" if name else "A Vosk model"
        fetch = f"fetch {name}" if name in {model.name for model in MODELS} else "fetch"
        raise EngineError(f"{wanted} is not on this machine; run `switchboard models {fetch}`.")
    return found
