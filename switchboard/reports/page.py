"""The highlight report as one HTML file that needs nothing else: for an intranet, an e-mail."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from switchboard.reports.charts import svg
from switchboard.reports.highlight import Highlight
from switchboard.reports.rag import MEANING
from switchboard.reports.tables import Section, shown


def to_html(report: Highlight) -> str:
    """The whole page, in the words of the admin's."""
    pages = Environment(loader=PackageLoader("switchboard.admin"), autoescape=True)
    alone = pages.get_template("reports/alone.html")
    return alone.render(report=report, meaning=MEANING, drawn=_drawn, shown=shown)


def _drawn(section: Section) -> Markup:
    return Markup(svg(section.chart, section.key)) if section.chart else Markup()  # noqa: S704  escaped there
