"""All that a report is made of, read from the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from grammar.coverage import CoverageGap
from grammar.model import Grammar
from switchboard.calls.record import Channel
from switchboard.measures.share import Share
from switchboard.reports.days import Day, days
from switchboard.reports.figures import Figures, total_of_plain
from switchboard.reports.period import Period
from switchboard.reports.savings import Savings, savings
from switchboard.settings.reports import ReportsSettings
from switchboard.storage.attempts import attempts_of_campaigns
from switchboard.storage.call_hours import Hour, figures_by_hour
from switchboard.storage.campaigns import campaigns
from switchboard.storage.reporting import Done, GapsThen, done_between, gaps_at
from switchboard.storage.store import Store
from switchboard.uat.results import GROUPINGS, grouped

_POINTS = 14


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of the entries that have not left: how many callers can reach by voice without a question
    that can't be answered, and why not the others, by reason."""

    reached: Share
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the calls of a period came to."""

    period: Period
    figures: Figures
    savings: Savings
    done: Done


@dataclass(frozen=True, slots=True)
class Material:
    """Of the calls of one channel in a period. `coverage` is None while no grammar is published;
    `accents` are shares of test calls put through rightly, by what testers said of themselves."""

    period: Period
    channel: Channel
    hours: tuple[Hour, ...]
    days: tuple[Day, ...]
    figures: Figures
    savings: Savings
    done: Done
    gap_moments: tuple[datetime, ...]
    gaps: tuple[GapsThen, ...]
    coverage: Coverage | None
    accents: Mapping[str, Share]


def gather(
    store: Store,
    period: Period,
    reckoning: ReportsSettings,
    *,
    now: datetime,
    channel: Channel = Channel.PHONE,
    coverage: Coverage | None = None,
) -> Material:
    """The material of a report. Raises StorageError."""
    outcome, hours, by_day = _outcome(store, period, reckoning, now=now, channel=channel)
    moments = _moments(period, now)
    return Material(
        period=period,
        channel=channel,
        hours=hours,
        days=by_day,
        figures=outcome.figures,
        savings=outcome.savings,
        done=outcome.done,
        gap_moments=moments,
        gaps=gaps_at(store, moments),
        coverage=coverage,
        accents=_accents(store, period),
    )


def gather_outcome(
    store: Store,
    period: Period,
    reckoning: ReportsSettings,
    *,
    now: datetime,
    channel: Channel = Channel.PHONE,
) -> Outcome:
    """What a period came to, for comparing another one with it. Raises StorageError."""
    return _outcome(store, period, reckoning, now=now, channel=channel)[0]


def _outcome(
    store: Store, period: Period, reckoning: ReportsSettings, *, now: datetime, channel: Channel
) -> tuple[Outcome, tuple[Hour, ...], tuple[Day, ...]]:
    hours = tuple(
        each
        for each in figures_by_hour(store, *period.hours, now=now.timestamp())
        if each.channel == channel
    )
    by_day = days(hours)
    figures = total_of_plain(day.plain for day in by_day)
    done = done_between(store, period.begins, period.ends)
    saved = savings(figures, reckoning, done.tuning_hours)
    return Outcome(period, figures, saved, done), hours, by_day


def coverage_of(grammar: Grammar, gaps: tuple[CoverageGap, ...]) -> Coverage:
    """`gaps` as `switchboard.recognition.reach` finds them."""
    present = sum(not entry.has_left for entry in grammar.entries)
    reasons: dict[str, int] = {}
    for gap in gaps:
        reasons[gap.reason.value] = reasons.get(gap.reason.value, 0) + 1
    lacking = {gap.entry.key for gap in gaps}
    return Coverage(Share(present - len(lacking), present), reasons)


def _moments(period: Period, now: datetime) -> tuple[datetime, ...]:
    """The ends of the period's days, or of about a dozen stretches of it; none in the future."""
    step = max(1, -(-period.days // _POINTS))
    ends = [period.ends - timedelta(days=back * step) for back in range(-(-period.days // step))]
    return tuple(sorted(min(each, now) for each in ends if each - timedelta(days=step) < now))


def _accents(store: Store, period: Period) -> Mapping[str, Share]:
    during = [
        each.id
        for each in campaigns(store)
        if each.begins <= period.last and each.ends >= period.first
    ]
    trials = [
        attempt.trial
        for attempt in attempts_of_campaigns(store, during)
        if period.begins <= attempt.at < period.ends
    ]
    groups = grouped(trials, GROUPINGS["accent group"])
    return {name: each.correct for name, each in groups.items()}
