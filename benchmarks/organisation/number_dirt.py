"""What people and spreadsheets do to telephone numbers."""

from __future__ import annotations

import random

from benchmarks.organisation.number_plan import NumberPlan
from benchmarks.organisation.rows import Row, national

EXTENSION_STYLES = ("x{}", "ext {}", "Ext. {}", "Ext{}", "X {}", "{}.0", "extn {}")
DIRECT_LINE_STYLES = (
    "{a} {b}",
    "(020) {a}{b}",
    "+44 20 {a} {b}",
    "0208 {a3} {b}",
    "(020) {a} {b}",
    "+44 (0)20 {a} {b}",
    "020-{a}-{b}",
    "020{a}{b}",
    "20{a}{b}",
    "0044 20 {a} {b}",
)
MOBILE_STYLES = ("07700{m}", "+447700{m}", "7700{m}", "+44 7700 {m}", "07700-{m}", "(07700) {m}")


def distort_numbers(
    row: Row, rng: random.Random, *, plan: NumberPlan, others: tuple[str, ...], free: list[str]
) -> None:
    """One thing at most goes wrong with a desk number; apart from that, styles vary.

    `others` are extensions of other people, to be typed by mistake; `free` are nobody's.
    """
    extension = row.truth["extension"]
    if extension:
        chance = rng.random()
        for limit, distort in FAULTS:
            if chance < limit:
                distort(row, rng)
                return
        if chance < 0.026:
            _contradict(row, rng, plan=plan, free=free)
        elif chance < 0.031:
            _someone_elses(row, rng, plan=plan, others=others)
        else:
            _styles(row, rng)
    if row.cells["Mobile"] and rng.random() < 0.08:
        style = rng.choice(MOBILE_STYLES)
        row.soil("mobile:style", {"Mobile": style.format(m=row.truth["mobile"][-6:])})


def _styles(row: Row, rng: random.Random) -> None:
    if rng.random() < 0.035:
        style = rng.choice(EXTENSION_STYLES)
        row.soil("extension:style", {"Extension": style.format(row.truth["extension"])})
    if row.cells["Direct Line"] and rng.random() < 0.035:
        number = row.truth["direct_line"]
        a, b = number[5:9], number[9:]
        # "0208 313 5001" is how half of London still writes it.
        style = rng.choice(DIRECT_LINE_STYLES).format(a=a, a3=a[1:], b=b)
        row.soil("direct_line:style", {"Direct Line": style})


def _only_direct_line(row: Row, _rng: random.Random) -> None:
    if row.cells["Direct Line"]:
        row.soil("extension:only_in_direct_line", {"Extension": ""})


def _extension_in_direct_line(row: Row, rng: random.Random) -> None:
    """The direct line's column says only "x5001"."""
    row.truth["direct_line"] = ""
    style = rng.choice(("x{}", "ext {}"))
    cells = {"Direct Line": style.format(row.truth["extension"]), "Extension": ""}
    row.soil("extension:in_direct_line_column", cells)


def _invalid(row: Row, rng: random.Random) -> None:
    extension = row.truth["extension"]
    broken = rng.choice(
        (extension[:-1], extension + rng.choice("0123456789"), "9" + extension[1:])
        + (
            (extension[:-1] + "O",)
            if extension.endswith("0")
            else (extension[0] + "l" + extension[2:],)
        )
    )
    saved = bool(row.cells["Direct Line"]) and rng.random() < 0.5
    cells = {"Extension": broken}
    undecidable: tuple[str, ...] = ()
    if not saved:
        cells["Direct Line"] = ""
        row.truth["direct_line"] = ""
        undecidable = ("extension",)
    row.soil("extension:invalid", cells, undecidable=undecidable)


def _direct_line_too_short(row: Row, _rng: random.Random) -> None:
    if row.cells["Direct Line"]:
        row.soil("direct_line:invalid", {"Direct Line": row.cells["Direct Line"][:-1]})


FAULTS = (
    (0.006, _only_direct_line),
    (0.009, _extension_in_direct_line),
    (0.017, _invalid),
    (0.02, _direct_line_too_short),
)


def _contradict(row: Row, rng: random.Random, *, plan: NumberPlan, free: list[str]) -> None:
    """Extension and direct line are two different desks; the row doesn't say which is right."""
    if not row.cells["Direct Line"] or not free:
        return
    old = free.pop()
    undecidable = ("extension", "direct_line")
    if rng.random() < 0.5:
        row.soil("number:contradictory", {"Extension": old}, undecidable=undecidable)
    else:
        line = national(plan.direct_line(old))
        row.soil("number:contradictory", {"Direct Line": line}, undecidable=undecidable)


def _someone_elses(
    row: Row, rng: random.Random, *, plan: NumberPlan, others: tuple[str, ...]
) -> None:
    """Copied from another department's line by mistake: two strangers seem to share a desk."""
    wrong = rng.choice(others)
    if wrong == row.truth["extension"]:
        return
    line = national(plan.direct_line(wrong)) if row.cells["Direct Line"] else ""
    cells = {"Extension": wrong, "Direct Line": line}
    row.soil("number:someone_elses", cells, undecidable=("extension", "direct_line"))
