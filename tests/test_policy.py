from __future__ import annotations

import socket
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from switchboard.bank_holidays import bank_holidays
from switchboard.dialogue.caller import CallerClass
from switchboard.dialogue.policy import Closed, Limits, Operator, Policy, Stage
from switchboard.policy import local_time, policy_of
from switchboard.settings import Settings, default_settings, load_settings

EXTERNAL, INTERNAL = CallerClass.EXTERNAL, CallerClass.INTERNAL


def _settings(folder: Path, text: str) -> Settings:
    file = folder / "mine.toml"
    file.write_text(text, "utf-8")
    return load_settings(file)


def _policy(folder: Path, text: str) -> Policy:
    return policy_of(_settings(folder, text))


def test_what_ships_is_what_the_dialogue_defaults_to_at_the_first_stage() -> None:
    policy = policy_of(default_settings())
    assert policy.limits == Limits()
    assert policy.stage is Stage.PILOT
    assert policy.operators == ()
    assert {kind: (rules.greeting, rules.ex_directory) for kind, rules in policy.rules.items()} == {
        kind: (rules.greeting, rules.ex_directory) for kind, rules in Policy().rules.items()
    }


def test_operators_keep_their_order_and_ring_as_long_as_the_settings_say(tmp_path: Path) -> None:
    policy = _policy(
        tmp_path,
        '[operators]\nnumbers = ["5000", "0"]\nring_s = 12\nlast_resort = "5999"\n',
    )
    assert policy.operators == (Operator("5000", 12.0), Operator("0", 12.0))
    assert policy.numbers() == {"5000", "0", "5999"}


def test_the_last_resort_and_who_is_not_served_go_where_the_settings_say(tmp_path: Path) -> None:
    policy = _policy(
        tmp_path,
        """\
[operators]
last_resort = "5999"
last_resort_ring_s = 12
[rollout]
unserved_number = "5900"
""",
    )
    assert (policy.last_resort_ring_s, policy.unserved_number) == (12.0, "5900")


def test_classes_get_what_the_settings_give_them(tmp_path: Path) -> None:
    policy = _policy(
        tmp_path,
        '[callers]\nex_directory = ["internal"]\nnot_for_external = []\nunserved = ["withheld"]\n',
    )
    assert [kind for kind, rules in policy.rules.items() if rules.ex_directory] == [INTERNAL]
    assert not any(rules.not_for_external for rules in policy.rules.values())
    assert not policy.rules[CallerClass.WITHHELD].served


def test_hours_hold_for_the_classes_that_are_kept_to_them(tmp_path: Path) -> None:
    policy = _policy(
        tmp_path,
        """\
[hours]
monday = "08:30-12:30, 13:30-24:00"
tuesday = ""
bank_holiday = "10:00-11:00"
closed_days = [2026-11-30]
closed = "tell_and_transfer"
closed_number = "5999"
""",
    )
    monday = datetime(2026, 11, 23, tzinfo=ZoneInfo("Europe/London"))
    times = ("08:29", "08:30", "12:29", "12:30", "13:30", "23:59")

    def is_open(kind: CallerClass, day: datetime, at: str) -> bool:
        return policy.is_open(kind, day.replace(hour=int(at[:2]), minute=int(at[3:])))

    opened = [False, True, True, False, True, True]
    assert [is_open(EXTERNAL, monday, at) for at in times] == opened
    assert all(is_open(INTERNAL, monday, at) for at in times)
    assert not is_open(EXTERNAL, monday.replace(day=24), "10:30")
    closed_day, boxing_day = monday.replace(day=30), monday.replace(month=12, day=28)
    for day in (closed_day, boxing_day):
        assert is_open(EXTERNAL, day, "10:30")
        assert not is_open(EXTERNAL, day, "14:00")
    assert policy.rules[EXTERNAL].hours.closed is Closed.TELL_AND_TRANSFER
    assert "5999" in policy.numbers()


AT_SEVEN = datetime(2026, 11, 23, 19, tzinfo=ZoneInfo("Europe/London"))
"""A Monday evening."""


def test_a_class_has_hours_of_its_own_where_it_is_given_some(tmp_path: Path) -> None:
    """What they leave out is as for the others; the class is kept to them without being named."""
    policy = _policy(
        tmp_path,
        """\
[hours]
tuesday = ""
closed = "tell"

[hours.internal]
monday = "07:00-19:30"
closed = "redirect"
closed_number = "5998"

[hours.withheld]
closed_number = "5999"

[operators]
last_resort = "5997"
""",
    )
    half_past = AT_SEVEN.replace(minute=30)
    tuesday = AT_SEVEN.replace(day=24, hour=12)
    internal, withheld = (policy.rules[kind].hours for kind in (INTERNAL, CallerClass.WITHHELD))
    assert [policy.is_open(INTERNAL, at) for at in (AT_SEVEN, half_past, tuesday)] == [
        True,
        False,
        False,
    ]
    assert not policy.is_open(EXTERNAL, AT_SEVEN)
    assert policy.is_open(CallerClass.PILOT, half_past)
    assert (internal.closed, withheld.closed) == (Closed.REDIRECT, Closed.TELL)
    assert policy.numbers() == {"5997", "5998", "5999"}


def test_calls_go_by_departments_hours_unless_the_settings_say_otherwise(tmp_path: Path) -> None:
    assert _policy(tmp_path, "").department_hours
    assert not _policy(tmp_path, "[hours]\ndepartments = false\n").department_hours


def test_a_class_without_hours_of_its_own_has_the_common_ones_only_if_it_is_kept_to_them(
    tmp_path: Path,
) -> None:
    policy = _policy(tmp_path, '[callers]\nkept_to_hours = ["pilot"]\n[hours.internal]\n')
    assert [kind for kind in CallerClass if not policy.is_open(kind, AT_SEVEN)] == ["pilot"]


def test_bank_holidays_differ_by_nation_and_come_without_a_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    st_andrews, easter_monday = date(2026, 11, 30), date(2026, 4, 6)
    assert st_andrews in bank_holidays("scotland")
    assert easter_monday not in bank_holidays("scotland")
    assert easter_monday in bank_holidays("england-and-wales")
    assert date(2026, 7, 13) in bank_holidays("northern-ireland")
    assert bank_holidays("") == frozenset()


def test_local_time_is_that_of_the_hours(tmp_path: Path) -> None:
    tokyo = local_time(_settings(tmp_path, '[hours]\ntimezone = "Asia/Tokyo"\n'))
    assert str(tokyo.tzinfo) == "Asia/Tokyo"
    assert local_time(default_settings()).utcoffset() is not None


def test_the_longest_list_is_the_decisions(tmp_path: Path) -> None:
    settings = default_settings()
    shorter = replace(settings, decision=replace(settings.decision, most_options=3))
    assert policy_of(shorter).limits.most_options == 3


def test_every_limit_of_a_dialogue_is_that_of_the_settings() -> None:
    settings = default_settings()
    shipped = asdict(settings.dialogue)
    other = {name: value + 1 for name, value in shipped.items()}
    mine = replace(settings, dialogue=replace(settings.dialogue, **other))
    limits = asdict(policy_of(mine).limits)
    assert {name: limits[name] for name in other} == other
