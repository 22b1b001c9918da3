"""The sections of a report: each a table, most with a chart, and what its figures are based on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from switchboard.dialogue.actions import Ending
from switchboard.measures.share import Share
from switchboard.reports.charts import Chart
from switchboard.reports.days import Outcomes
from switchboard.reports.figures import (
    DESK_SECONDS,
    UNKNOWN,
    WAIT_MS,
    Figures,
    quantile,
    within,
)
from switchboard.reports.gathering import Material
from switchboard.reports.period import Period, local
from switchboard.reports.tables import Cell, Section, Table

INTERVALS = (
    "Shares are given with the 95% interval (Wilson) in which the true share lies, in brackets."
)
_SERIES = (
    "Put through", "Put through wrongly", "To an operator", "Caller left or nobody", "Not taken",
)  # fmt: skip
_NOTHING = (0, 0, 0, 0, 0)
_ENDINGS = {
    Ending.TRANSFERRED: "Put through to whom was asked for",
    Ending.OPERATOR: "Answered by an operator",
    Ending.LAST_RESORT: "Answered at the last resort",
    Ending.CALLER_LEFT: "The caller left",
    Ending.SAID_GOODBYE: "The caller was told, and the call ended",
    Ending.NOBODY: "Nobody answered, the last resort neither",
    Ending.REDIRECTED: "Sent on unanswered (out of hours or too busy)",
    Ending.NOT_SERVED: "Sent on unanswered (not served yet)",
    UNKNOWN: "Not known: still running, or the process died",
}
_MOST_DAYS = 62
_Begun = list[tuple[datetime, Outcomes]]
"""What became of the calls of each hour, with its beginning on this machine's clock."""


def _sum(parts: Iterable[Outcomes]) -> Outcomes:
    right, wrong, people, rest, not_taken = map(sum, zip(_NOTHING, *parts, strict=True))
    return right, wrong, people, rest, not_taken


def sections(material: Material) -> tuple[Section, ...]:
    """All of them, in the order in which a report has them."""
    begun = [hour for day in material.days for hour in day.begun]
    return (
        _endings(material.figures),
        _quality(material.figures),
        _by_hour(begun),
        _by_day(material.period, begun),
        _avoidable(material.figures),
        _desk(material.figures),
        _fallbacks(material.figures),
        _savings(material),
        _gaps(material),
        _coverage(material),
        _accents(material),
    )


def _endings(figures: Figures) -> Section:
    rows = [
        (
            text,
            figures.endings.get(ending, 0),
            str(Share(figures.endings.get(ending, 0), figures.calls)),
        )
        for ending, text in _ENDINGS.items()
        if figures.endings.get(ending, 0)
    ]
    return Section(
        "endings",
        "What became of the calls",
        f"All {figures.calls:,} calls. {INTERVALS}",
        Table(("Ending", "Calls", "Share"), tuple(rows)),
    )


def _quality(figures: Figures) -> Section:
    right = figures.contained - figures.misrouted
    rows: list[tuple[Cell, ...]] = [
        _of("Reached a person", figures.reached, figures.taken),
        _of("Put through without an operator (containment)", figures.contained, figures.taken),
        _of("Of these, put through wrongly (misroutes)", figures.misrouted, figures.contained),
        _of("Put through rightly, of all calls taken", right, figures.taken),
        _of(
            "Transfers to people and departments that were answered",
            figures.answered,
            figures.tried,
        ),
        _of("Decided within 0.8 seconds (turns)", *within(figures.waits or [0] * 14, WAIT_MS, 800)),
    ]
    for name, (taken, contained, misrouted) in sorted(figures.classes.items()):
        rows.append(_of(f"Callers “{name}”: put through without an operator", contained, taken))
        rows.append(_of(f"Callers “{name}”: of these wrongly", misrouted, contained))
    return Section(
        "quality",
        "Containment, beside misroutes",
        f"The {figures.taken:,} calls that the switchboard answered. A call reached a person when "
        "a phone was answered and nothing says that it was the wrong one; voicemail that answers "
        "counts as a person, as it can't be told apart. Put through wrongly: the same caller was "
        "soon back, or an operator or a tester says that somebody else was wanted "
        f"({figures.labelled:,} calls have such an answer). {INTERVALS}",
        Table(("Measure", "Calls", "Of", "Share"), tuple(rows)),
    )


def _by_hour(begun: _Begun) -> Section:
    grouped: defaultdict[int, list[Outcomes]] = defaultdict(list)
    for at, counts in begun:
        grouped[at.hour].append(counts)
    counted = [_sum(grouped[hour]) for hour in range(24)]
    return Section(
        "hours",
        "Calls by hour of the day and outcome",
        "All calls of the period, by the hour in which each began.",
        Table(
            ("Hour", *_SERIES),
            tuple((f"{hour:02}:00", *counts) for hour, counts in enumerate(counted)),
        ),
        _stacked("Calls by hour of the day", [f"{hour:02}" for hour in range(24)], counted),
    )


def _by_day(period: Period, begun: _Begun) -> Section:
    weekly = period.days > _MOST_DAYS
    grouped: dict[str, list[Outcomes]] = {}
    for number in range(period.days):
        grouped.setdefault(_day_or_week(period.first + timedelta(days=number), weekly=weekly), [])
    for at, counts in begun:
        grouped.setdefault(_day_or_week(at.date(), weekly=weekly), []).append(counts)
    counted = [_sum(parts) for parts in grouped.values()]
    unit = "week" if weekly else "day"
    return Section(
        "days",
        f"Calls by {unit} and outcome",
        "Weeks are named by their Monday." if weekly else "All calls of the period.",
        Table(
            (unit.capitalize(), *_SERIES),
            tuple((name, *counts) for name, counts in zip(grouped, counted, strict=True)),
        ),
        _stacked(f"Calls by {unit}", [name[5:] for name in grouped], counted),
    )


def _avoidable(figures: Figures) -> Section:
    return Section(
        "avoidable",
        "Avoidable contact",
        "After National Indicator 14: the share of customer contact that is of low or no value to "
        "the customer. What a switchboard can see of its kinds are poor signposting or call "
        "transfer, and having to make contact again; each call counts once in the sum. Progress "
        "chasing and unnecessary clarification can't be told from a call's first seconds. "
        f"{INTERVALS}",
        Table(
            ("Kind", "Calls", "Of", "Share"),
            (
                _of("Called again after being put through wrongly", figures.repeats, figures.calls),
                _of("Went to an operator after failed tries", figures.failed, figures.calls),
                _of(
                    "Wanted another organisation (operators’ answers)",
                    figures.elsewhere,
                    figures.calls,
                ),
                _of("Avoidable contact in all", figures.avoidable, figures.calls),
            ),
        ),
    )


def _desk(figures: Figures) -> Section:
    rows: list[tuple[Cell, ...]] = []
    for name, share in (("Half of the calls within", 0.5), ("Nine of ten within", 0.9)):
        seconds = quantile(figures.desk, DESK_SECONDS, share)
        rows.append((name, "-" if seconds is None else f"{seconds:.0f} seconds"))
    labels = [f"≤{bound} s" for bound in DESK_SECONDS] + [f">{DESK_SECONDS[-1]} s"]
    counts = figures.desk or [0] * len(labels)
    rows += list(zip(labels, counts, strict=True))
    return Section(
        "desk",
        "Time to the right desk",
        f"From the call’s first ring to the answer of whom was wanted: the {sum(counts):,} calls "
        "that were put through, less those put through wrongly. Times are counted in classes; "
        "within one they are taken as spread evenly.",
        Table(("Time", "Calls"), tuple(rows)),
        Chart("Time to the right desk", tuple(labels), (("Calls", tuple(counts)),)),
    )


def _fallbacks(figures: Figures) -> Section:
    every = sum(figures.fallbacks.values())
    ranked = sorted(figures.fallbacks.items(), key=lambda item: (-item[1], item[0]))
    return Section(
        "fallbacks",
        "Why calls went to an operator",
        f"The {every:,} calls for which the switchboard noted a reason.",
        Table(
            ("Reason", "Calls", "Share"),
            tuple(
                (why.replace("_", " "), number, str(Share(number, every))) for why, number in ranked
            ),
        ),
    )


def _savings(material: Material) -> Section:
    saved = material.savings
    low, central, high = saved.prices
    rows: tuple[tuple[Cell, ...], ...] = (
        ("Calls put through without an operator", saved.put_through),
        ("less: put through wrongly", -saved.misrouted),
        ("less: made again because of it", -saved.repeats),
        (f"less: failed attempts ({saved.failed:,}), {saved.failed_share:.0%} of a call each",
         -saved.failed * saved.failed_share),
        ("Calls saved", saved.calls),
        ("Hours of tuning", saved.tuning_hours),
        ("less: cost of tuning, £", -saved.tuning),
        (f"Saved at £{low:.2f} a call (low), £", saved.pounds[0]),
        (f"Saved at £{central:.2f} a call (central), £", saved.pounds[1]),
        (f"Saved at £{high:.2f} a call (high), £", saved.pounds[2]),
    )  # fmt: skip
    return Section(
        "savings",
        "Savings",
        "Prices are what councils have published for a call that a person takes (£2.83 to £3.21; "
        "from £0.85 to £5.57 at the extremes), and can be set. Hours of tuning are quarters of an "
        "hour in which somebody changed the directory or the grammar. Not counted: what the "
        "service costs to run, and what callers’ time is worth.",
        Table(("", "Amount"), rows),
    )


def _gaps(material: Material) -> Section:
    labels = [f"{moment.astimezone():%Y-%m-%d}" for moment in material.gap_moments]
    rows = [
        (label, each.found, each.fixed, each.refused, each.open)
        for label, each in zip(labels, material.gaps, strict=True)
    ]
    chart = Chart(
        "Gaps over time",
        tuple(label[5:] for label in labels),
        tuple(
            (name, tuple(getattr(each, name.lower()) for each in material.gaps))
            for name in ("Found", "Fixed", "Open")
        ),
        lines=True,
    )
    return Section(
        "gaps",
        "Gaps found, fixed and open",
        "Each gap is something that callers said and that did not work. Fixed: a mend was "
        "published, and no later call failed for the same cause. At the end of each day shown.",
        Table(("Day", "Found", "Fixed", "Refused", "Open"), tuple(rows)),
        chart if any(each.found for each in material.gaps) else None,
    )


def _coverage(material: Material) -> Section:
    rows: list[tuple[Cell, ...]] = []
    if material.coverage is not None:
        reached = material.coverage.reached
        rows.append(("People and departments that callers can reach by voice", reached.count))
        rows.append(("of all in the published grammar", reached.total))
        rows += [
            (f"Not, or not alone: {reason.replace('_', ' ')}", number)
            for reason, number in sorted(material.coverage.reasons.items())
        ]
    return Section(
        "coverage",
        "The grammar’s coverage",
        "The grammar that is in force now, whatever the period. Every entry is counted, so there "
        "is no sampling error."
        if rows
        else "No grammar is published.",
        Table(("", "Entries"), tuple(rows)),
    )


def _accents(material: Material) -> Section:
    return Section(
        "accents",
        "By accent group",
        "Calls by testers in the period, grouped by what they said of themselves, freely; share "
        f"put through rightly. Callers’ accents are never guessed. {INTERVALS}"
        if material.accents
        else "No tester who stated an accent group called in this period.",
        Table(
            ("Accent group", "Right", "Of", "Share"),
            tuple(_of(name, each.count, each.total) for name, each in material.accents.items()),
        ),
    )


def hourly(material: Material) -> Iterator[tuple[Cell, ...]]:
    """Every hour of the period as a row; the first row is the headings."""
    names = ("calls", "taken", "reached", "contained", "misrouted", "tried", "answered", "failed")
    more = ("repeats", "elsewhere", "avoidable", "labelled", "emergencies")
    yield ("hour", *names, *more, *(f"ended: {each}" for each in _ENDINGS))
    for each in material.hours:
        figures = each.figures
        counts = [getattr(figures, name) for name in (*names, *more)]
        ends = [figures.endings.get(ending, 0) for ending in _ENDINGS]
        yield (local(each.hour).astimezone().isoformat(timespec="minutes"), *counts, *ends)


def _of(name: str, number: int, of: int) -> tuple[Cell, ...]:
    return name, number, of, str(Share(number, of))


def _stacked(title: str, labels: list[str], counted: Sequence[tuple[int, ...]]) -> Chart:
    values = zip(*counted, strict=True) if counted else [()] * len(_SERIES)
    series = zip(_SERIES, values, strict=True)
    return Chart(title, tuple(labels), tuple((name, tuple(each)) for name, each in series))


def _day_or_week(day: date, *, weekly: bool) -> str:
    monday = day - timedelta(days=day.weekday())
    return (monday if weekly else day).isoformat()
