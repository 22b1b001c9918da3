"""`switchboard gaps detect` and `replay`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from grammar.model import Grammar
from switchboard.cli.actor import actor
from switchboard.cli.gaps.looking import names_of
from switchboard.cli.options import database_option, settings_option
from switchboard.errors import UserError
from switchboard.gaps import replaying
from switchboard.gaps.detecting import Detected, detect_alone
from switchboard.gaps.parts import Parts, parts_of
from switchboard.settings import Settings
from switchboard.storage import replays
from switchboard.storage.directories import load_directory
from switchboard.storage.replays import Replay, Result
from switchboard.storage.store import Store, open_store

_LISTED = 20
_OTHERS_S = 60.0


@click.command()
@click.option(
    "--days",
    type=click.IntRange(1),
    metavar="N",
    help="Look at all calls of the last N days again, not only at new ones.",
)
@database_option
@settings_option
def detect(*, days: int | None, database: str | None, settings: Settings) -> None:
    """Look for gaps in the calls since the last time."""
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    since = datetime.now(UTC) - timedelta(days=days) if days else None
    found = find_alone(store, settings, since=since)
    click.echo(
        f"{found.calls} calls looked at: {found.turns} turns failed, {found.gaps} new gaps, "
        f"{found.proposals} proposals; {found.verified} fixes verified, {found.reopened} reopened."
    )


def find_alone(store: Store, settings: Settings, *, since: datetime | None = None) -> Detected:
    """Look for gaps while nobody else does. Raises UserError when somebody does all the time."""
    found = detect_alone(store, parts_of(store, settings), since=since, wait_s=_OTHERS_S)
    if found is None:
        raise UserError("Another process looks for gaps at the moment; run it again in a minute.")
    return found


@click.command()
@click.option("--sound", is_flag=True, help="Have the engine hear again what sound is kept.")
@database_option
@settings_option
def replay(*, sound: bool, database: str | None, settings: Settings) -> None:
    """Decide stored calls again under the draft, and say which it mends and which it breaks."""
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    parts = parts_of(store, settings)
    done = replay_draft(parts, parts.draft(), settings, sound=sound)
    tell_replay(store, done)


def replay_draft(parts: Parts, draft: Grammar, settings: Settings, *, sound: bool) -> Replay:
    """Replay the draft to the end, with a progress bar on a terminal."""
    number = replaying.begin(parts.store, draft, actor=actor())
    with ExitStack() as opened:
        hears = opened.enter_context(replaying.engine_of(settings, draft)) if sound else None
        tell = opened.enter_context(_shown())
        return replaying.run(parts, draft, number, hears=hears, tell=tell)


def tell_replay(store: Store, replay: Replay) -> None:
    """What a replay came to: counts, and the calls that change for worse or better."""
    heard = f", {replay.by_sound} by their sound" if replay.by_sound else ""
    click.echo(
        f"{replay.total} stored calls decided again{heard}: {replay.fixed} fixed, "
        f"{replay.broken} newly broken, {replay.ambiguous} newly asked a question, "
        f"{replay.clearer} without the question."
    )
    names = names_of(load_directory(store))
    for change, count in (("broken", replay.broken), ("fixed", replay.fixed)):
        for result in replays.results_of(store, replay.id, change, limit=_LISTED):
            click.echo(f"  {change}: {_told(result, names)}")
        if count > _LISTED:
            click.echo(f"  ... and {count - _LISTED} more {change}.")


def _told(result: Result, names: dict[str, str]) -> str:
    meant = names.get(result.meant, result.meant) or "nobody"
    return f"{meant} meant; {_way(result.before)} -> {_way(result.after)}  {result.call}"


def _way(told: object) -> str:
    values = told if isinstance(told, dict) else {}
    who = " or ".join(option["name"] for option in values.get("options", ()))
    return f"{values.get('action', '?')} {who}".strip()


@contextmanager
def _shown() -> Iterator[Callable[[Replay], None]]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _replay: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as progress:
        task = progress.add_task("Replaying", total=None)
        yield lambda each: progress.update(task, completed=each.done, total=each.total)
