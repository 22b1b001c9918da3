"""Settings: the user's TOML over `default.toml`, checked, into frozen dataclasses."""

from __future__ import annotations

from switchboard.settings.loading import default_settings, load_settings, user_file
from switchboard.settings.model import Settings
from switchboard.settings.sections import LogSettings

__all__ = ["LogSettings", "Settings", "default_settings", "load_settings", "user_file"]
