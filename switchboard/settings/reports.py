"""What reports reckon with: see `default.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from switchboard.settings.checking import Between

Pounds = Annotated[float, Between(0, 100)]


@dataclass(frozen=True, slots=True)
class ReportsSettings:
    call_cost_low: Pounds
    call_cost: Pounds
    call_cost_high: Pounds
    failed_share: Annotated[float, Between(0, 1)]
    hour_cost: Annotated[float, Between(0, 1000)]
