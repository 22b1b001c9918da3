"""One line a call: a live table on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from grammar.decision import Action, Decision, Reason
from grammar.model import Entry
from switchboard.routing import Routed

_STYLES = {
    Action.TRANSFER: "green",
    Action.CONFIRM: "cyan",
    Action.DISAMBIGUATE: "cyan",
    Action.REPROMPT: "yellow",
    Action.OPERATOR: "magenta",
}

_REASONS = {
    Reason.SURE: "sure",
    Reason.UNSURE: "not sure enough to transfer",
    Reason.SAME_NAME: "several of one name",
    Reason.SOUND_ALIKE: "several sound like it",
    Reason.TOO_MANY: "too many of one name to list",
    Reason.NO_MATCH: "nobody matches",
    Reason.NO_INPUT: "nothing was said",
    Reason.NOT_SPEECH: "no speech, only sound",
    Reason.ASKED_FOR_OPERATOR: "the caller asked for the operator",
    Reason.EMERGENCY: "an emergency",
    Reason.COMMAND: "a command such as help or repeat",
    Reason.LEFT: "who was asked for has left",
    Reason.NO_NUMBER: "who was asked for has no number",
    Reason.NOT_FOR_CALLER: "who was asked for may not be given to this caller",
    Reason.ENGINE_FAILED: "recognition failed",
}


@dataclass(frozen=True, slots=True)
class Column:
    """`ratio` is the share of the free width; `width` fixes it, in characters."""

    title: str
    ratio: int = 0
    width: int = 0
    right: bool = False


COLUMNS = (
    Column("file", ratio=3),
    Column("heard", ratio=4),
    Column("decision", width=12),
    Column("to", ratio=4),
    Column("p", width=4, right=True),
    Column("ms", width=5, right=True),
)


class CallsTable:
    """Prints rows as they come. On a terminal the progress stands below them."""

    def __init__(self, columns: Sequence[Column], total: int, *, err: bool) -> None:
        self._columns = columns
        self._console = Console(stderr=err, highlight=False)
        self._total = total
        self._err = err
        self._progress: Progress | None = None
        self._headed = False

    @contextmanager
    def shown(self, task: str) -> Iterator[CallsTable]:
        """While the rows come."""
        if not self._console.is_terminal:
            yield self
            return
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
        ) as self._progress:
            self._progress.add_task(task, total=self._total)
            yield self

    def add(self, cells: Sequence[str], action: Action) -> None:
        """One call; `cells` as the columns are."""
        if self._progress is None:
            filled = (cell for cell in cells if cell)
            click.echo("  ".join(filled), err=self._err)
            return
        row = Table(box=None, pad_edge=False, expand=True, show_header=not self._headed)
        for column in self._columns:
            row.add_column(
                column.title,
                ratio=column.ratio or None,
                width=column.width or None,
                justify="right" if column.right else "left",
                no_wrap=True,
                overflow="ellipsis",
            )
        row.add_row(*(Text(cell, style=_STYLES[action]) for cell in cells))
        self._headed = True
        self._console.print(row)
        self._progress.advance(self._progress.task_ids[0])

    def fault(self, sentence: str) -> None:
        """A call that can't be routed: always told on stderr."""
        if self._progress is not None and sys.stderr.isatty():
            self._console.print(Text(f"switchboard: {sentence}", style="red"))
        else:
            click.echo(f"switchboard: {sentence}", err=True)
        if self._progress is not None:
            self._progress.advance(self._progress.task_ids[0])


def cells_of(name: str, routed: Routed) -> tuple[str, ...]:
    """The cells under COLUMNS."""
    return (
        name,
        f"“{routed.transcript}”" if routed.transcript else "",
        routed.decision.action.value,
        whereto(routed.decision),
        f"{routed.probability:.2f}",
        f"{routed.timings.total:.0f}",
    )


def whereto(decision: Decision) -> str:
    """To whom, or why to nobody."""
    if not decision.options:
        return in_words(decision.reason)
    if len(decision.options) == 1:
        told = called(decision.options[0].entry)
        return f"{told} (instead of {decision.instead_of.name})" if decision.instead_of else told
    return " or ".join(called(option.entry) for option in decision.options)


def called(entry: Entry) -> str:
    """Name, department and number of an entry."""
    return ", ".join(filter(None, (entry.name, entry.department, entry.number)))


def in_words(reason: Reason) -> str:
    """The reason as a person reads it."""
    return _REASONS[reason]
