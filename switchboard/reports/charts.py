"""Stacked bars and lines as shapes, which SVG and PDF draw alike.

A chart never stands alone: the table with its figures is beside it, for screen readers and for
whoever wants the numbers. Series differ in lightness as well as in colour, for grey printers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import ceil, log10

WIDTH, HEIGHT = 720.0, 280.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 56.0, 8.0, 34.0, 26.0
COLOURS = ("#12436d", "#f46a25", "#a8cfe8", "#3d3d3d", "#d9d9d9")
"""Dark blue, orange, light blue, dark grey, light grey."""
_INK, _RULE = "#0b0c0c", "#cecece"
_MOST_LABELS = 12
_NEAR_ENOUGH = 4


@dataclass(frozen=True, slots=True)
class Chart:
    """`series` are (name, values), a value for each label. `lines`: not stacked bars, but lines."""

    title: str
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[float, ...]], ...]
    lines: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """A rectangle ("rect": x, y, width, height), a line ("line": x, y, x, y) or a text ("text": x,
    y of its baseline) in a drawing of WIDTH by HEIGHT; `anchor` is of texts."""

    kind: str
    at: tuple[float, ...]
    colour: str = _INK
    text: str = ""
    anchor: str = "start"
    thick: float = 1.0


def shapes(chart: Chart) -> Iterator[Shape]:
    """What to draw, from back to front."""
    top = _top(chart)
    bottom, left, wide = HEIGHT - _BOTTOM, _LEFT, WIDTH - _LEFT - _RIGHT
    high = bottom - _TOP
    for step in range(_NEAR_ENOUGH + 1):
        y = bottom - high * step / _NEAR_ENOUGH
        yield Shape("line", (left, y, WIDTH - _RIGHT, y), _RULE)
        yield Shape(
            "text", (left - 6, y + 4), text=f"{top * step / _NEAR_ENOUGH:,.10g}", anchor="end"
        )
    slot = wide / max(1, len(chart.labels))
    every = ceil(len(chart.labels) / _MOST_LABELS)
    for index, label in enumerate(chart.labels):
        if index % every == 0:
            x = left + slot * (index + 0.5)
            yield Shape("text", (x, HEIGHT - 8), text=label, anchor="middle")
    if chart.lines:
        yield from _lines(chart, top, slot)
    else:
        yield from _bars(chart, top, slot)
    yield from _legend(chart)


def svg(chart: Chart, key: str) -> str:
    """The chart as an SVG element; `key` makes its ids unique on a page. Only attributes carry
    style, so that a policy against inline styles holds."""
    drawn = "".join(map(_element, shapes(chart)))
    told = ", ".join(name for name, _ in chart.series)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc" font-family="arial, sans-serif" '
        f'font-size="12" class="report-chart"><title id="{key}-title">{escape(chart.title)}</title>'
        f'<desc id="{key}-desc">{escape(told)}; the figures are in the table below.</desc>'
        f"{drawn}</svg>"
    )


def _top(chart: Chart) -> float:
    """A round number that nothing is above, and that divides into four."""
    columns = list(zip(*(values for _, values in chart.series), strict=True))
    highest = max((max(each) if chart.lines else sum(each) for each in columns), default=0)
    if highest <= _NEAR_ENOUGH:
        return float(_NEAR_ENOUGH)
    scale = 10.0 ** int(log10(highest))
    return next(scale * step for step in (1, 1.2, 2, 4, 6, 8, 10, 20) if scale * step >= highest)


def _bars(chart: Chart, top: float, slot: float) -> Iterator[Shape]:
    high = HEIGHT - _BOTTOM - _TOP
    for index in range(len(chart.labels)):
        y = HEIGHT - _BOTTOM
        for (_, values), colour in zip(chart.series, COLOURS, strict=False):
            tall = high * values[index] / top
            y -= tall
            if tall:
                at = (_LEFT + slot * (index + 0.12), y, slot * 0.76, tall)
                yield Shape("rect", at, colour)


def _lines(chart: Chart, top: float, slot: float) -> Iterator[Shape]:
    high, bottom = HEIGHT - _BOTTOM - _TOP, HEIGHT - _BOTTOM
    for (_, values), colour in zip(chart.series, COLOURS, strict=False):
        points = [
            (_LEFT + slot * (index + 0.5), bottom - high * value / top)
            for index, value in enumerate(values)
        ]
        for start, end in pairwise(points):
            yield Shape("line", (*start, *end), colour, thick=2.5)


def _legend(chart: Chart) -> Iterator[Shape]:
    x = _LEFT
    for (name, _), colour in zip(chart.series, COLOURS, strict=False):
        yield Shape("rect", (x, 6, 12, 12), colour)
        yield Shape("text", (x + 17, 16), text=name)
        x += 17 + 6.6 * len(name) + 18


def _element(shape: Shape) -> str:
    place = [f"{each:.1f}" for each in shape.at]
    if shape.kind == "rect":
        x, y, wide, tall = place
        return f'<rect x="{x}" y="{y}" width="{wide}" height="{tall}" fill="{shape.colour}"/>'
    if shape.kind == "line":
        x, y, to_x, to_y = place
        return (
            f'<line x1="{x}" y1="{y}" x2="{to_x}" y2="{to_y}" stroke="{shape.colour}" '
            f'stroke-width="{shape.thick:g}"/>'
        )
    x, y = place
    return (
        f'<text x="{x}" y="{y}" text-anchor="{shape.anchor}" fill="{shape.colour}">'
        f"{escape(shape.text)}</text>"
    )
