"""Whether callers find somebody: operators, last resort, the stage of the roll-out, the hours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Final

from switchboard.bank_holidays import bank_holidays
from switchboard.checks.finding import Finding, fail, ok, warn
from switchboard.dialogue.caller import CallerClass
from switchboard.dialogue.policy import Stage
from switchboard.errors import StorageError
from switchboard.policy import local_time, policy_of
from switchboard.settings import Settings
from switchboard.storage.rollout import stage_in_force
from switchboard.storage.store import open_store

HOLIDAYS_AHEAD: Final = timedelta(days=90)
"""How long the packaged bank holidays have to last."""


def operators(settings: Settings) -> Iterator[Finding]:
    numbers = settings.operators.numbers
    if numbers:
        yield ok("operators", f"{', '.join(numbers)}, tried in turn")
    else:
        yield fail(
            "operators",
            "None is set, so a caller in doubt finds nobody; name their numbers in [operators] "
            "numbers.",
        )
    if settings.operators.last_resort:
        yield ok("last resort", settings.operators.last_resort)
    else:
        yield warn(
            "last resort",
            "None is set: when no operator answers, the call ends; name a voicemail or a duty "
            "phone in [operators] last_resort.",
        )


def stage(settings: Settings, database: str | None) -> Iterator[Finding]:
    reached, pilot = _stage_in_force(settings, database), settings.callers.pilot
    if reached is Stage.PILOT and not pilot:
        yield warn(
            "roll-out",
            'The stage is "pilot" and the pilot group is empty, so every call goes to the '
            "operators; name its numbers in [callers] pilot, or go on: switchboard uat stage.",
        )
    else:
        group = f", {len(pilot)} numbers in the pilot group" if pilot else ""
        yield ok("roll-out", f"{reached}{group}")


def _stage_in_force(settings: Settings, database: str | None) -> Stage:
    """What was set in the web admin, else by the settings, as calls have it."""
    of_settings = Stage(settings.rollout.stage)
    try:
        with closing(open_store(database, lock_wait_s=settings.storage.lock_wait_s)) as store:
            return stage_in_force(store, of_settings)
    except StorageError:  # which is told where the database is checked
        return of_settings


def hours(settings: Settings) -> Iterator[Finding]:
    now = local_time(settings)
    if not settings.hours.timezone and now.tzname() == "UTC":
        yield warn(
            "hours",
            "They are counted in this machine's zone, UTC; name yours in [hours] timezone, as "
            "Europe/London.",
        )
    else:
        yield ok("hours", f"it is {now:%H:%M} ({now.tzname()}), {_whom(settings, now)}")
    nation = settings.hours.nation
    if not nation:
        return
    last = max(bank_holidays(nation))
    if last - now.date() < HOLIDAYS_AHEAD:
        yield warn(
            "bank holidays",
            f"The last one known is {last}; update the package govuk-bank-holidays, or write the "
            "next ones into [hours] closed_days.",
        )
    else:
        yield ok("bank holidays", f"{nation}, known until {last}")


def _whom(settings: Settings, now: datetime) -> str:
    policy = policy_of(settings)
    out = [kind for kind in CallerClass if not policy.is_open(kind, now)]
    return f"out of hours for {' and '.join(out)} callers" if out else "within hours for all"
