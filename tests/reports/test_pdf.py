from __future__ import annotations

import re
import zlib
from dataclasses import replace
from datetime import UTC, datetime

from switchboard.measures.share import Share
from switchboard.reports.charts import Chart
from switchboard.reports.highlight import Highlight, Risk
from switchboard.reports.pdf import to_pdf
from switchboard.reports.rag import Measure
from switchboard.reports.tables import Section, Table
from switchboard.uat.gates import Light

REPORT = Highlight(
    organisation="Sampleton Council",
    month="May 2031",
    made_at=datetime(2031, 6, 1, tzinfo=UTC),
    light=Light.AMBER,
    simulated=False,
    measures=(Measure("Put through wrongly", "at most 1%", Share(0, 50), Light.AMBER),),
    headline=Table(("", "May 2031", "April 2031"), (("Calls", 1234, 99),)),
    progress=("All went well.",),
    risks=(Risk("Bad numbers", Light.RED, "many", "mend them"),),
    tasks=("Mend the numbers.",),
    sections=(
        Section(
            "days",
            "Calls by day",
            "All calls.",
            Table(("Day", "Calls"), (("1", 5),)),
            Chart("Calls", ("1", "2"), (("Put through", (5, 7)),)),
        ),
    ),
)


def _texts(pdf: bytes) -> str:
    """What its pages say: the literal strings of their content streams."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    content = b" ".join(zlib.decompress(each) for each in streams if each.startswith(b"x"))
    return " ".join(
        part.decode("latin-1") for part in re.findall(rb"\(((?:[^()\\]|\\.)*)\)", content)
    )


def test_the_pdf_says_what_the_report_does() -> None:
    said = _texts(to_pdf(REPORT))
    for told in (
        "Highlight report", "Sampleton Council, May 2031", "AMBER", "1,234", "All went well.",
        "Bad numbers", "RED", "Mend the numbers.", "Calls by day", "Put through wrongly",
    ):  # fmt: skip
        assert told in said


def test_letters_that_its_fonts_lack_do_not_stop_it() -> None:
    report = replace(REPORT, organisation="Gŵynedd Łódź – “Ráth”", progress=("≤ 5 → 6’s 🎉",))
    said = _texts(to_pdf(report))
    assert "G?ynedd" in said
    assert "<=" in said
