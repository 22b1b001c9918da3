"""`switchboard gaps list` and `show`."""

from __future__ import annotations

from collections.abc import Mapping

import click
from rich.console import Console
from rich.table import Table

from directory.model import Directory
from directory.search import Entry, name_of
from grammar.gaps.fixes import from_plain, told
from grammar.gaps.kinds import GapKind
from switchboard.cli.options import database_option, settings_option
from switchboard.settings import Settings
from switchboard.storage import gaps as stored
from switchboard.storage.directories import load_directory
from switchboard.storage.gaps import OPEN, Gap, GapFilter, GapState
from switchboard.storage.store import open_store

_UNCUT = 200


@click.command("list")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in GapState]),
    help="Only gaps in this state; may be given more than once. Default: those that wait for you.",
)
@click.option("--kind", type=click.Choice([kind.value for kind in GapKind]), help="Only this kind.")
@click.option("--all", "everything", is_flag=True, help="Gaps in every state.")
@click.option("--limit", default=50, type=click.IntRange(1), show_default=True, metavar="N")
@database_option
@settings_option
def list_gaps(
    *,
    states: tuple[str, ...],
    kind: str | None,
    everything: bool,
    limit: int,
    database: str | None,
    settings: Settings,
) -> None:
    """Gaps, those of most calls first."""
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    wanted = () if everything else tuple(map(GapState, states)) or OPEN
    chosen = GapFilter(states=wanted, kind=kind or "")
    found = stored.find_gaps(store, chosen, limit=limit)
    if not found:
        click.echo("No gaps. Look for new ones with: switchboard gaps detect.")
        return
    names = names_of(load_directory(store))
    table = Table("No", "Kind", "State", "Heard", "Meant", "Calls", "Proposed", box=None)
    table.pad_edge = False
    for gap in found:
        cells = (
            str(gap.id),
            gap.kind.replace("_", " "),
            gap.state.value.replace("_", " "),
            f"“{gap.said}”" if gap.said else "(no words)",
            names.get(gap.meant, gap.meant) or "?",
            str(gap.calls),
            proposal_of(gap, names),
        )
        table.add_row(*(cell.replace("[", "\\[") for cell in cells))
    console = Console()
    (console if console.is_terminal else Console(width=_UNCUT)).print(table)
    more = stored.count_gaps(store, chosen) - len(found)
    if more:
        click.echo(f"... and {more} more; see them with --limit.")


@click.command()
@click.argument("number", type=int)
@database_option
@settings_option
def show(number: int, *, database: str | None, settings: Settings) -> None:
    """Everything about one gap: what was heard, who was meant, and what is proposed."""
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    gap = stored.gap_of(store, number)
    names = names_of(load_directory(store))
    click.echo(f"{gap.kind.replace('_', ' ')}, {gap.state.value.replace('_', ' ')}")
    click.echo(f"heard     “{gap.said}”")
    click.echo(f"meant     {names.get(gap.meant, gap.meant) or 'nobody has said'}")
    click.echo(f"calls     {gap.calls}, by {gap.callers} callers")
    awaited = "nothing yet: see it again after: switchboard gaps detect"
    nothing = awaited if gap.awaits_proposal else "nothing"
    click.echo(f"proposed  {proposal_of(gap, names) or nothing}")
    for line in effect_of(gap.effect):
        click.echo(f"          {line}")
    if gap.reason:
        click.echo(f"refused   {gap.reason}")
    for turn in stored.calls_of(store, number, limit=20):
        when = turn.at.astimezone().strftime("%Y-%m-%d %H:%M")
        what = "went right" if turn.succeeded else turn.signal.replace("_", " ")
        by = f"  (says {turn.meant_by.replace('_', ' ')})" if turn.meant_by else ""
        click.echo(f"call      {when}  {what:<13}  “{turn.said}”{by}  {turn.call}")
    for event in stored.history_of(store, number):
        when = event.at.astimezone().strftime("%Y-%m-%d %H:%M")
        words = "  ".join(filter(None, (event.state.value, event.actor, event.detail)))
        click.echo(f"history   {when}  {words}")


def names_of(directory: Directory) -> dict[str, str]:
    """What each entry of the directory is called, by key."""
    entries: tuple[Entry, ...] = (*directory.people, *directory.departments)
    return {entry.key: name_of(entry) for entry in entries}


def proposal_of(gap: Gap, names: Mapping[str, str]) -> str:
    """The proposed fix in a sentence, "" for none."""
    fix = from_plain(gap.fix)
    return told(fix, names.get(gap.meant, gap.meant)) if fix else ""


def effect_of(effect: Mapping[str, object]) -> list[str]:
    """What the fix is expected to do, in sentences."""
    if not effect:
        return []
    lines = [f"{effect['fixed']} of {effect['of']} newest tries would go right."]
    if effect["broken"]:
        lines.append(f"{effect['broken']} calls that went right would not any more.")
    if effect["ambiguous"]:
        lines.append(f"{effect['ambiguous']} calls that went right would be asked a question.")
    collisions = effect["collisions"]
    return [*lines, *(collisions if isinstance(collisions, list) else [])]
