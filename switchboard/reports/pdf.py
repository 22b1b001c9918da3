"""The highlight report as PDF, A4, for agendas. The page in the admin is the accessible form."""

from __future__ import annotations

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from switchboard.reports.charts import HEIGHT, WIDTH, Chart, shapes
from switchboard.reports.highlight import Highlight
from switchboard.reports.rag import MEANING
from switchboard.reports.tables import Section, Table, shown
from switchboard.uat.gates import Light

_MARGIN = 18.0
_LINE = 5.0
_LIGHTS = {Light.RED: (202, 53, 53), Light.AMBER: (244, 119, 56), Light.GREEN: (15, 118, 93)}
_LONG = 14
"""Rows beyond which the numbers of a chart are left to the page and its CSV."""


class _Document(FPDF):
    """With a line at the foot of every page."""

    def __init__(self, foot: str) -> None:
        super().__init__(format="A4")
        self._foot = foot
        self.set_margin(_MARGIN)
        self.set_auto_page_break(auto=True, margin=_MARGIN)

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font("Helvetica", size=8)
        self.cell(0, 5, f"{self._foot}   Page {self.page_no()} of {{nb}}", align="C")


def to_pdf(report: Highlight) -> bytes:
    """The whole report. The fonts that every reader has know Western letters only: others become
    question marks."""
    pdf = _Document(_plain(f"{report.organisation}, {report.month}"))
    pdf.set_title(_plain(f"Switchboard highlight report, {report.month}"))
    pdf.set_author(_plain(report.organisation))
    pdf.set_lang("en-GB")
    pdf.set_creation_date(report.made_at)
    pdf.add_page()
    _heading(pdf, "Highlight report: speech switchboard", 18)
    _text(pdf, f"{report.organisation}, {report.month}", 12)
    if report.simulated:
        _text(pdf, "Simulated calls: nobody made them.", 12)
    _light(pdf, "Overall status", report.light)
    _table(pdf, report.headline)
    _heading(pdf, "Status of what was agreed", 13)
    rows = tuple((m.name, m.wanted, str(m.share), m.light.upper()) for m in report.measures)
    _table(pdf, Table(("Measure", "Agreed", "Seen", "Status"), rows))
    _heading(pdf, "Progress", 13)
    _bullets(pdf, report.progress)
    _heading(pdf, "Risks and issues", 13)
    risks = tuple((r.title, r.told, r.action, r.light.upper()) for r in report.risks)
    _table(pdf, Table(("Risk or issue", "Now", "What is done", "Status"), risks), (4, 4, 5, 2))
    _heading(pdf, "Tasks planned", 13)
    _bullets(pdf, report.tasks)
    for section in report.sections:
        _section(pdf, section)
    _heading(pdf, "What the colours mean", 13)
    _bullets(pdf, tuple(f"{light.capitalize()}: {told}." for light, told in MEANING.items()))
    _text(pdf, f"Made from the switchboard’s own records, {report.made_at:%Y-%m-%d %H:%M} UTC.", 8)
    return bytes(pdf.output())


def _section(pdf: FPDF, section: Section) -> None:
    if pdf.get_y() > pdf.h - 90:
        pdf.add_page()
    _heading(pdf, section.title, 13)
    _text(pdf, section.basis, 8)
    if section.chart is not None:
        _chart(pdf, section.chart)
    if section.table.rows and (section.chart is None or len(section.table.rows) <= _LONG):
        _table(pdf, section.table)


def _heading(pdf: FPDF, text: str, size: int) -> None:
    pdf.ln(2)
    pdf.set_font("Helvetica", "B", size)
    pdf.multi_cell(0, size * 0.5, _plain(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(1.5)


def _text(pdf: FPDF, text: str, size: int) -> None:
    pdf.set_font("Helvetica", size=size)
    pdf.multi_cell(0, size * 0.48, _plain(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(1.5)


def _bullets(pdf: FPDF, lines: tuple[str, ...]) -> None:
    pdf.set_font("Helvetica", size=10)
    for line in lines or ("Nothing.",):
        pdf.cell(5, _LINE, "-")
        pdf.multi_cell(0, _LINE, _plain(line), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.ln(1)


def _light(pdf: FPDF, name: str, light: Light) -> None:
    pdf.set_font("Helvetica", "B", 12)
    pdf.cell(40, 8, name)
    pdf.set_fill_color(*_LIGHTS[light])
    pdf.set_text_color(255 if light is not Light.AMBER else 0)
    pdf.cell(30, 8, light.upper(), align="C", fill=True, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    pdf.set_text_color(0)
    pdf.ln(2)


def _table(pdf: FPDF, table: Table, widths: tuple[int, ...] | None = None) -> None:
    pdf.set_font("Helvetica", size=9)
    head = FontFace(emphasis="BOLD", fill_color=(243, 242, 241))
    first = (2, *(1 for _ in table.headings[1:]))
    with pdf.table(
        col_widths=widths or first,
        headings_style=head,
        borders_layout="HORIZONTAL_LINES",
        line_height=_LINE,
        text_align="LEFT",
    ) as drawn:
        for cells in (table.headings, *table.rows):
            row = drawn.row()
            for cell in cells:
                row.cell(_plain(shown(cell)))
    pdf.ln(2)


def _chart(pdf: FPDF, chart: Chart) -> None:
    scale = (pdf.w - 2 * _MARGIN) / WIDTH
    tall = HEIGHT * scale
    if pdf.get_y() + tall > pdf.h - _MARGIN:
        pdf.add_page()
    left, top = pdf.get_x(), pdf.get_y()
    pdf.set_font("Helvetica", size=7)
    for shape in shapes(chart):
        colour = tuple(int(shape.colour[place : place + 2], 16) for place in (1, 3, 5))
        at = [each * scale for each in shape.at]
        if shape.kind == "rect":
            pdf.set_fill_color(*colour)
            pdf.rect(left + at[0], top + at[1], at[2], at[3], style="F")
        elif shape.kind == "line":
            pdf.set_draw_color(*colour)
            pdf.set_line_width(shape.thick * scale)
            pdf.line(left + at[0], top + at[1], left + at[2], top + at[3])
        else:
            text = _plain(shape.text)
            wide = pdf.get_string_width(text)
            shift = {"start": 0.0, "middle": wide / 2, "end": wide}[shape.anchor]
            pdf.text(left + at[0] - shift, top + at[1], text)
    pdf.set_draw_color(0)
    pdf.set_y(top + tall + 3)


def _plain(text: str) -> str:
    """In the letters of PDF's own fonts."""
    for fancy, plain in (("’", "'"), ("“", '"'), ("”", '"'), ("–", "-"), ("≤", "<= "), ("→", "->")):
        text = text.replace(fancy, plain)
    return text.encode("latin-1", "replace").decode("latin-1")
