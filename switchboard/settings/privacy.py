"""What is kept of calls, and for how long: see `default.toml`, and `switchboard privacy`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from switchboard.settings.checking import Between


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    keep_audio: bool
    audio_days: Annotated[int, Between(1, 365)]
    keep_numbers: bool
    number_hours: Annotated[int, Between(0, 720)]
    record_days: Annotated[int, Between(1, 3650)]
