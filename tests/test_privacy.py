from __future__ import annotations

from dataclasses import fields, replace

import pytest

from switchboard.privacy import as_markdown, privacy_notice
from switchboard.settings import Settings, default_settings
from switchboard.settings.privacy import PrivacySettings

SHIPPED = default_settings()


def _with(**changed: object) -> Settings:
    return replace(SHIPPED, privacy=replace(SHIPPED.privacy, **changed))  # type: ignore[arg-type]


def _text(settings: Settings) -> str:
    return as_markdown(privacy_notice(settings))


def test_the_notice_says_for_each_kind_what_why_how_long_and_who() -> None:
    (table,) = [section.table for section in privacy_notice(SHIPPED) if section.table]
    assert len(table) >= 6
    assert all(kept.what and kept.why and kept.how_long and kept.who_sees_it for kept in table)


def test_the_shipped_settings_record_no_sound_and_keep_no_number_for_long() -> None:
    text = _text(SHIPPED)
    assert "is not recorded" in text
    assert "shown to operators for 12 hours" in text
    assert "400 days" in text
    assert SHIPPED.prompts.organisation in text


def test_recorded_sound_is_told_with_its_days_and_never_beyond_the_record() -> None:
    assert "deleted after 30 days" in _text(_with(keep_audio=True))
    assert "deleted after 7 days" in _text(_with(keep_audio=True, record_days=7))


def test_kept_numbers_are_told() -> None:
    assert "numbers are kept as they are" in _text(_with(keep_numbers=True))
    assert "numbers are not kept" in _text(_with(number_hours=0))


def test_a_log_with_names_in_it_is_told() -> None:
    settings = replace(SHIPPED, log=replace(SHIPPED.log, personal=True))
    assert "It holds names, numbers" in _text(settings)


@pytest.mark.parametrize("field", [field.name for field in fields(PrivacySettings)])
def test_every_setting_of_privacy_changes_the_notice(field: str) -> None:
    before = _with(keep_audio=True)
    value = getattr(before.privacy, field)
    other = not value if isinstance(value, bool) else value - 1
    after = replace(before, privacy=replace(before.privacy, **{field: other}))
    assert _text(after) != _text(before)
