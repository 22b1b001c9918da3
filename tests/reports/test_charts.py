from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from switchboard.reports.charts import HEIGHT, WIDTH, Chart, shapes, svg
from switchboard.reports.tables import Table, to_csv

HOSTILE = Chart("<script>", ("a&b", '"'), (("<b>", (1, 2)), ("ok", (0, 3))))


def test_a_chart_has_a_title_and_a_description_and_no_style_or_script_of_its_own() -> None:
    drawn = ET.fromstring(svg(HOSTILE, "key"))  # noqa: S314  our own
    space = "{http://www.w3.org/2000/svg}"
    assert drawn.get("role") == "img"
    assert drawn.get("aria-labelledby") == "key-title key-desc"
    assert drawn.findtext(f"{space}title") == "<script>"
    assert all("style" not in each.attrib for each in drawn.iter())
    assert {each.tag.removeprefix(space) for each in drawn} <= {
        "title", "desc", "rect", "line", "text",
    }  # fmt: skip


VALUES = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=60)


@given(VALUES, st.booleans())
def test_nothing_is_drawn_outside_the_chart(values: list[tuple[int, int]], lines: bool) -> None:
    one, other = zip(*values, strict=True)
    labels = tuple(str(number) for number in range(len(values)))
    chart = Chart("Calls", labels, (("One", one), ("Other", other)), lines=lines)
    for shape in shapes(chart):
        x, y = shape.at[:2]
        assert -0.01 <= x <= WIDTH
        assert -0.01 <= y <= HEIGHT
        if shape.kind == "rect":
            assert y + shape.at[3] <= HEIGHT


def test_a_chart_of_nothing_is_empty_and_no_fault() -> None:
    assert svg(Chart("Nothing", (), (("One", ()),)), "key")


def test_no_cell_of_a_csv_is_a_formula() -> None:
    text = to_csv(Table(("Name", "Calls"), (("=HYPERLINK(1)", -3), ("@x", 1), ("-2+3", 2))))
    assert text == "\ufeffName,Calls\r\n'=HYPERLINK(1),-3\r\n'@x,1\r\n'-2+3,2\r\n"
