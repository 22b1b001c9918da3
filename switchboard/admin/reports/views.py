"""Reports: what came of the calls of any days, and the monthly highlight report."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Response, abort, render_template, request
from markupsafe import Markup

from switchboard.admin.area import Area
from switchboard.admin.audience import READERS
from switchboard.admin.current import actor, context, memory, settings, store
from switchboard.calls.record import Channel
from switchboard.reports import period as periods
from switchboard.reports.charts import svg
from switchboard.reports.gathering import Coverage, Material, coverage_of, gather
from switchboard.reports.highlight import Highlight, highlight
from switchboard.reports.pdf import to_pdf
from switchboard.reports.period import Period
from switchboard.reports.rag import MEANING, measures
from switchboard.reports.sections import hourly, sections
from switchboard.reports.tables import Section, Table, shown, to_csv
from switchboard.storage import audit
from switchboard.storage.call_records import find_calls

area = Area("reports", "/reports")

_USUAL_DAYS = 30
_MONTHS = 12
EVERY_HOUR = "every-hour"


@area.page("", to=READERS)
def overview() -> str:
    material = _material()
    return render_template(
        "reports/overview.html",
        material=material,
        every=sections(material),
        measures=measures(material.figures),
        drawn=_drawn,
        shown=shown,
        channels=list(Channel),
    )


@area.page("/<name>.csv", to=READERS)
def as_csv(name: str) -> Response:
    """One section's table; or, as "every-hour", all counts of every hour."""
    material = _material()
    if name == EVERY_HOUR:
        headings, *rows = hourly(material)
        table = Table(tuple(map(str, headings)), tuple(rows))
    else:
        found = {each.key: each.table for each in sections(material)}
        table = found[name] if name in found else abort(404)
    audit.note(store(), "report taken out", actor=actor(), subject=f"report {name}")
    return _file(to_csv(table).encode(), "text/csv", f"{name}-{material.period.first}.csv")


@area.page("/monthly", to=READERS)
def monthly() -> str:
    chosen = _month()
    return render_template(
        "reports/monthly.html",
        report=_highlight(chosen),
        month=f"{chosen.first:%Y-%m}",
        months=_months(),
        meaning=MEANING,
        drawn=_drawn,
        shown=shown,
    )


@area.page("/monthly.pdf", to=READERS)
def monthly_pdf() -> Response:
    chosen = _month()
    audit.note(store(), "report taken out", actor=actor(), subject=f"highlight {chosen.name}")
    name = f"switchboard-{chosen.first:%Y-%m}.pdf"
    return _file(to_pdf(_highlight(chosen)), "application/pdf", name)


def _material() -> Material:
    at = context().now()
    chosen = _period(at.astimezone().date())
    return gather(
        store(),
        chosen,
        settings().reports,
        now=at,
        channel=_channel(),
        coverage=_coverage(),
    )


def _highlight(chosen: Period) -> Highlight:
    return highlight(
        store(),
        chosen,
        settings(),
        now=context().now(),
        channel=_channel(),
        coverage=_coverage(),
    )


def _period(today: date) -> Period:
    last = _day("to") or today
    return periods.between(_day("from") or last - timedelta(days=_USUAL_DAYS - 1), last)


def _day(name: str) -> date | None:
    text = request.args.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        abort(400)


def _month() -> Period:
    text = request.args.get("month", "")
    return periods.month(text) if text else periods.month_of(context().now().astimezone().date())


def _months() -> list[Period]:
    found = [periods.month_of(context().now().astimezone().date())]
    while len(found) < _MONTHS:
        found.append(periods.month_before(found[-1]))
    return found


def _channel() -> Channel:
    """The one asked for; else calls by telephone, or where there was never any, what there is."""
    asked = request.args.get("channel", "")
    if asked:
        return Channel(asked) if asked in set(Channel) else abort(400)
    newest = find_calls(store(), limit=1)
    simulated = bool(newest) and newest[0].channel == Channel.SIMULATED
    return Channel.SIMULATED if simulated else Channel.PHONE


def _coverage() -> Coverage | None:
    published = memory().published()
    if published is None:
        return None
    return coverage_of(published.grammar, memory().published_gaps(published.grammar))


def _drawn(section: Section) -> Markup:
    return Markup(svg(section.chart, section.key)) if section.chart else Markup()  # noqa: S704  escaped there


def _file(content: bytes, kind: str, name: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer
