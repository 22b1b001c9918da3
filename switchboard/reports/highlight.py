"""The monthly highlight report in the form that committees know, filled in from the data:
progress, risks and issues, tasks planned, each with red, amber or green."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from switchboard.calls.record import Channel
from switchboard.dialogue.actions import Ending
from switchboard.measures.share import Share
from switchboard.reports.figures import DESK_SECONDS, Figures, quantile
from switchboard.reports.gathering import Coverage, Material, Outcome, gather, gather_outcome
from switchboard.reports.period import Period, month_before
from switchboard.reports.rag import Measure, measures, worst
from switchboard.reports.savings import Savings
from switchboard.reports.sections import sections
from switchboard.reports.tables import Cell, Section, Table
from switchboard.settings import Settings
from switchboard.storage.gaps import OPEN, GapState, gap_counts
from switchboard.storage.proposals import open_proposals
from switchboard.storage.standing import Standing, standing
from switchboard.storage.store import Store
from switchboard.uat.gates import Light

_APPENDED = ("endings", "quality", "days", "avoidable", "desk", "savings", "gaps", "accents")
_SHARE_OF_FAULTS = 0.01


@dataclass(frozen=True, slots=True)
class Risk:
    """`action` is what is done about it."""

    title: str
    light: Light
    told: str
    action: str


@dataclass(frozen=True, slots=True)
class Highlight:
    """`headline` compares the month with the one before. `simulated`: not calls by people."""

    organisation: str
    month: str
    made_at: datetime
    light: Light
    simulated: bool
    measures: tuple[Measure, ...]
    headline: Table
    progress: tuple[str, ...]
    risks: tuple[Risk, ...]
    tasks: tuple[str, ...]
    sections: tuple[Section, ...]


def highlight(
    store: Store,
    period: Period,
    settings: Settings,
    *,
    now: datetime,
    channel: Channel = Channel.PHONE,
    coverage: Coverage | None = None,
) -> Highlight:
    """The report on a month. Raises StorageError."""

    reckoning = settings.reports
    material = gather(store, period, reckoning, now=now, channel=channel, coverage=coverage)
    before = gather_outcome(store, month_before(period), reckoning, now=now, channel=channel)
    here = standing(store, now)
    waiting = gap_counts(store)
    judged = measures(material.figures)
    risks = tuple(_risks(material, judged, here, waiting))
    appended = {each.key: each for each in sections(material)}
    return Highlight(
        organisation=settings.prompts.organisation,
        month=period.name,
        made_at=now,
        light=worst([*(each.light for each in judged), *(each.light for each in risks)]),
        simulated=channel is Channel.SIMULATED,
        measures=judged,
        headline=_headline(material, before),
        progress=tuple(_progress(material, before)),
        risks=risks,
        tasks=tuple(_tasks(judged, here, waiting, open_proposals(store))),
        sections=tuple(appended[key] for key in _APPENDED),
    )


def _headline(material: Material, before: Outcome) -> Table:
    def row(name: str, one: Cell, other: Cell) -> tuple[Cell, ...]:
        return name, one, other

    now, then = material.figures, before.figures
    return Table(
        ("", material.period.name, before.period.name),
        (
            row("Calls", now.calls, then.calls),
            row(
                "Reached a person", _share(now.reached, now.taken), _share(then.reached, then.taken)
            ),
            row(
                "Put through without an operator",
                _share(now.contained, now.taken),
                _share(then.contained, then.taken),
            ),
            row(
                "Of these, put through wrongly",
                _share(now.misrouted, now.contained),
                _share(then.misrouted, then.contained),
            ),
            row(
                "Avoidable contact (after NI 14)",
                _share(now.avoidable, now.calls),
                _share(then.avoidable, then.calls),
            ),
            row("Half reached the right desk within", _seconds(now), _seconds(then)),
            row("Saved, low to high", _pounds(material.savings), _pounds(before.savings)),
        ),
    )


def _progress(material: Material, before: Outcome) -> Iterator[str]:
    now, done = material.figures, material.done
    yield (
        f"The switchboard answered {now.taken:,} of {now.calls:,} calls and put "
        f"{now.contained:,} of them through without an operator."
    )
    if before.figures.taken and now.taken:
        change = 100 * (now.contained / now.taken - before.figures.contained / before.figures.taken)
        word = "more" if change >= 0 else "fewer"
        yield f"That is {abs(change):.1f} points {word} than in {before.period.name}."
    if done.publications:
        yield f"The grammar was published {_times(done.publications)}."
    if done.imports:
        yield (
            f"The directory was imported {_times(done.imports)}; {done.entries_changed:,} entries "
            "were added, changed or left."
        )
    if material.gaps:
        fixed = material.gaps[-1].fixed - material.gaps[0].fixed
        yield (
            f"Gaps in the grammar: {material.gaps[-1].found:,} found so far, "
            f"{material.gaps[-1].fixed:,} fixed ({fixed:,} of them this month), "
            f"{material.gaps[-1].open:,} open."
        )
    if now.labelled:
        yield f"Operators and testers said of {now.labelled:,} calls what the caller wanted."


def _risks(
    material: Material,
    judged: tuple[Measure, ...],
    here: Standing,
    waiting: dict[GapState, int],
) -> Iterator[Risk]:
    right, wrong, in_time = judged
    open_gaps = sum(waiting.get(state, 0) for state in OPEN)
    yield Risk(
        "Calls are not put through accurately, which leads to avoidable contact with operators",
        worst([right.light, wrong.light]),
        f"Put through rightly {right.share}, wrongly {wrong.share}.",
        "Gaps are mended weekly; every change is replayed on stored calls before it is published.",
    )
    yield Risk(
        "The grammar is not comprehensive",
        Light.AMBER if open_gaps else Light.GREEN,
        f"Open gaps: {open_gaps:,}{_coverage(material.coverage)}.",
        "Testing and operators’ answers find what is missing; proposals are decided as they come.",
    )
    yield Risk(
        "The quality of phone numbers and names in the directory",
        Light.AMBER if here.reviews_waiting else Light.GREEN,
        f"Doubtful rows that wait for a decision: {here.reviews_waiting:,}.",
        "Decide them, and correct the source that the directory is imported from.",
    )
    figures = material.figures
    lost = figures.endings.get(Ending.NOBODY, 0) + figures.endings.get("unknown", 0)
    share = Share(lost, figures.calls)
    yield Risk(
        "Callers who reach nobody",
        Light.GREEN if not lost else Light.RED if share.value > _SHARE_OF_FAULTS else Light.AMBER,
        f"Calls that ended without an answer, or without a known end: {lost:,}.",
        "Check the operators’ phones and the last resort; see the log of those days.",
    )
    yield Risk(
        "Callers wait for the switchboard to decide",
        in_time.light,
        f"Decided within 0.8 seconds: {in_time.share}.",
        "Add engine processes, or a machine, where this is red.",
    )


def _tasks(
    judged: tuple[Measure, ...], here: Standing, waiting: dict[GapState, int], proposals: int
) -> Iterator[str]:
    if proposed := waiting.get(GapState.PROPOSED, 0):
        yield f"Decide the mends that are proposed for gaps: {proposed:,}."
    if unknown := waiting.get(GapState.NEW, 0) + waiting.get(GapState.REOPENED, 0):
        yield f"Find out who was meant in gaps: {unknown:,}."
    if here.reviews_waiting:
        yield f"Decide the doubtful rows of the directory: {here.reviews_waiting:,}."
    if proposals:
        yield f"Answer the changes that operators propose: {proposals:,}."
    if here.unpublished:
        yield f"Publish the changes that callers don’t get yet: {here.unpublished:,}."
    short = [each.name.casefold() for each in judged if each.light is Light.RED]
    if short:
        yield "Bring back to what was agreed: " + "; ".join(short) + "."
    unsure = [each.name.casefold() for each in judged if each.light is Light.AMBER]
    if unsure:
        yield "Take more calls, to be sure of: " + "; ".join(unsure) + "."
    if not short and not unsure:
        yield "All measures hold surely: consider the next stage of the roll-out."


def _share(number: int, of: int) -> str:
    return str(Share(number, of))


def _seconds(figures: Figures) -> str:
    seconds = quantile(figures.desk, DESK_SECONDS, 0.5)
    return "-" if seconds is None else f"{seconds:.0f} seconds"


def _pounds(saved: Savings) -> str:
    low, central, high = saved.pounds
    return f"£{low:,.0f} to £{high:,.0f} (central £{central:,.0f})"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def _coverage(coverage: Coverage | None) -> str:
    if coverage is None:
        return ""
    lacking = coverage.reached.total - coverage.reached.count
    return f"; {lacking:,} entries can't be reached by voice, or not alone"
