"""What the organisation wants of a call, from its settings."""

from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from directory.opening_hours import Span
from switchboard.bank_holidays import bank_holidays
from switchboard.dialogue.caller import CallerClass
from switchboard.dialogue.policy import (
    Closed,
    Hours,
    Limits,
    Operator,
    Policy,
    Rules,
    Stage,
)
from switchboard.dialogue.prompts import Prompt
from switchboard.settings import Settings
from switchboard.settings.calls import WEEKDAYS, spans

_GREETINGS = {
    CallerClass.INTERNAL: Prompt.GREETING_INTERNAL,
    CallerClass.PILOT: Prompt.GREETING_PILOT,
    CallerClass.EXTERNAL: Prompt.GREETING_EXTERNAL,
    CallerClass.WITHHELD: Prompt.GREETING_EXTERNAL,
}


def policy_of(settings: Settings) -> Policy:
    """The policy that these settings, already checked, ask for."""
    hours, operators = settings.hours, settings.operators
    return Policy(
        stage=Stage(settings.rollout.stage),
        rules=MappingProxyType({kind: _rules(kind, settings) for kind in CallerClass}),
        operators=tuple(Operator(number, operators.ring_s) for number in operators.numbers),
        last_resort=operators.last_resort,
        last_resort_ring_s=operators.last_resort_ring_s,
        unserved_number=settings.rollout.unserved_number,
        bank_holidays=bank_holidays(hours.nation) | frozenset(hours.closed_days),
        department_hours=hours.departments,
        limits=_limits(settings),
    )


def local_time(settings: Settings) -> datetime:
    """Now, where the hours hold: aware, with its zone."""
    zone = settings.hours.timezone
    return datetime.now(ZoneInfo(zone)) if zone else datetime.now(UTC).astimezone()


def _rules(kind: CallerClass, settings: Settings) -> Rules:
    callers = settings.callers
    return Rules(
        greeting=_GREETINGS[kind],
        served=kind not in callers.unserved,
        ex_directory=kind in callers.ex_directory,
        not_for_external=kind in callers.not_for_external,
        hours=_hours(kind, settings),
    )


def _hours(kind: CallerClass, settings: Settings) -> Hours:
    common = settings.hours if kind in settings.callers.kept_to_hours else None
    hours = settings.hours.of_classes().get(kind, common)
    if hours is None:
        return Hours()
    return Hours(
        week=tuple(_spans(getattr(hours, day)) for day in WEEKDAYS),
        bank_holidays=_spans(hours.bank_holiday),
        closed=Closed(hours.closed),
        closed_number=hours.closed_number,
    )


def _spans(day: str) -> tuple[Span, ...]:
    return tuple(Span(opens, closes) for opens, closes in spans(day))


def _limits(settings: Settings) -> Limits:
    dialogue = settings.dialogue
    return Limits(
        tries=dialogue.tries,
        tries_again=dialogue.tries_again,
        most_turns=dialogue.most_turns,
        most_options=settings.decision.most_options,
        no_input_s=dialogue.no_input_s,
        key_pause_s=dialogue.key_pause_s,
        objection_s=dialogue.objection_s,
        letter_pause_s=dialogue.letter_pause_s,
        most_keys=dialogue.most_keys,
        entry_ring_s=dialogue.entry_ring_s,
    )
