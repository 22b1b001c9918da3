from __future__ import annotations

from contextlib import closing
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from switchboard.checks import numbers
from switchboard.checks.finding import Level
from switchboard.dialogue.policy import Stage
from switchboard.settings.calls import DAYS, OpeningHours
from switchboard.storage.rollout import set_stage
from switchboard.storage.store import open_store
from tests.checks.conftest import Given


def test_a_service_without_operators_fails(given: Given) -> None:
    without = given(operators={"numbers": (), "last_resort": ""})
    findings = list(numbers.operators(without))
    assert [finding.level for finding in findings] == [Level.FAIL, Level.WARN]
    assert "[operators] numbers" in findings[0].said
    assert {finding.level for finding in numbers.operators(given())} == {Level.OK}


def test_a_pilot_without_a_group_is_told(given: Given, sqlite_url: str) -> None:
    (finding,) = numbers.stage(given(rollout={"stage": "pilot"}), sqlite_url)
    assert finding.level is Level.WARN
    assert "[callers] pilot" in finding.said
    pilot = given(rollout={"stage": "pilot"}, callers={"pilot": ("5001",)})
    (finding,) = numbers.stage(pilot, sqlite_url)
    assert finding.level is Level.OK
    assert "1 numbers in the pilot group" in finding.said


def test_the_stage_that_is_told_is_the_one_in_force(given: Given, sqlite_url: str) -> None:
    """As calls have it: what was set in the web admin outranks the settings."""
    with closing(open_store(sqlite_url)) as store:
        set_stage(
            store,
            Stage.EXTERNAL,
            before_any=Stage.PILOT,
            check=lambda *_: False,
            reason="",
            actor="anna",
        )
    (finding,) = numbers.stage(given(rollout={"stage": "pilot"}), sqlite_url)
    assert (finding.level, finding.said) == (Level.OK, "external")


def test_without_a_database_the_stage_of_the_settings_is_told(given: Given) -> None:
    (finding,) = numbers.stage(given(), "sqlite:////nowhere/at/all.db")
    assert finding.said == "internal"


def test_bank_holidays_that_run_out_are_told_in_time(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 11, 23, tzinfo=ZoneInfo("Europe/London"))
    monkeypatch.setattr(numbers, "local_time", lambda _: now)
    for last, level in ((date(2026, 12, 28), Level.WARN), (date(2028, 12, 26), Level.OK)):
        monkeypatch.setattr(numbers, "bank_holidays", lambda _, last=last: frozenset({last}))
        assert [finding.level for finding in numbers.hours(given())] == [Level.OK, level]
    assert len(list(numbers.hours(given(hours={"nation": ""})))) == 1


def test_hours_in_the_zone_of_the_data_centre_are_told(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    utc = datetime(2026, 7, 1, tzinfo=ZoneInfo("UTC"))
    monkeypatch.setattr(numbers, "local_time", lambda _: utc)
    finding = next(numbers.hours(given(hours={"timezone": ""})))
    assert finding.level is Level.WARN
    assert "[hours] timezone" in finding.said
    assert next(numbers.hours(given(hours={"timezone": "UTC"}))).level is Level.OK


def test_for_whom_it_is_out_of_hours_at_the_moment_is_told(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monday = datetime(2026, 11, 23, tzinfo=ZoneInfo("Europe/London"))
    never = OpeningHours(*[""] * len(DAYS), closed="tell", closed_number="")

    def told(hour: int, **hours: OpeningHours) -> str:
        monkeypatch.setattr(numbers, "local_time", lambda _: monday.replace(hour=hour))
        return next(numbers.hours(given(hours=hours))).said

    assert told(12) == "it is 12:00 (GMT), within hours for all"
    assert told(19) == "it is 19:00 (GMT), out of hours for external and withheld callers"
    assert told(12, internal=never) == "it is 12:00 (GMT), out of hours for internal callers"
