"""`switchboard report`: what came of the calls, for those who decide about the service."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from switchboard.calls.record import Channel
from switchboard.cli.options import database_option, settings_option
from switchboard.errors import UserError
from switchboard.settings import Settings

if TYPE_CHECKING:
    from switchboard.reports.period import Period
    from switchboard.storage.store import Store

_CHANNELS = click.Choice([each.value for each in Channel])


@click.group()
def command() -> None:
    """Reports on calls; the web admin has more."""


@command.command("monthly")
@click.option("--month", metavar="YYYY-MM", required=True, help="Which month.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="Where to write it: .pdf or .html, or .csv for the counts of every hour.",
)
@click.option("--channel", type=_CHANNELS, default="phone", show_default=True, help="Which calls.")
@database_option
@settings_option
def monthly(
    *, month: str, out: Path, channel: str, database: str | None, settings: Settings
) -> None:
    """The month's highlight report: progress, risks and issues, tasks planned."""
    from switchboard.reports import period
    from switchboard.storage.store import open_store

    form = out.suffix.lower()
    if form not in {".pdf", ".html", ".csv"}:
        raise UserError(f"{out.name} must end in .pdf, .html or .csv; choose another name.")
    chosen = period.month(month)
    store = open_store(database, lock_wait_s=settings.storage.lock_wait_s)
    try:
        content = _content(form, store, settings, chosen, Channel(channel))
    finally:
        store.close()
    try:
        out.write_bytes(content)
    except OSError as error:
        raise UserError(f"{out} can't be written: {error.strerror}.") from error
    click.echo(f"{chosen.name}: {out}")


def _content(
    form: str, store: Store, settings: Settings, chosen: Period, channel: Channel
) -> bytes:
    from switchboard.recognition.reach import gaps_in_reach
    from switchboard.reports.gathering import coverage_of, gather
    from switchboard.reports.highlight import highlight
    from switchboard.reports.page import to_html
    from switchboard.reports.pdf import to_pdf
    from switchboard.reports.sections import hourly
    from switchboard.reports.tables import Table, to_csv
    from switchboard.storage.grammars import published_grammar

    now = datetime.now(UTC)
    if form == ".csv":
        material = gather(store, chosen, settings.reports, now=now, channel=channel)
        headings, *rows = hourly(material)
        return to_csv(Table(tuple(map(str, headings)), tuple(rows))).encode()
    grammar = published_grammar(store)
    gaps = gaps_in_reach(grammar, settings.recognition) if grammar else ()
    coverage = coverage_of(grammar, gaps) if grammar else None
    report = highlight(store, chosen, settings, now=now, channel=channel, coverage=coverage)
    return to_pdf(report) if form == ".pdf" else to_html(report).encode()
