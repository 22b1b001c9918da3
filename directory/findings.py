"""What cleansing a cell found: one change to one field, before it is known whose entry it is."""

from __future__ import annotations

from typing import NamedTuple

from directory.outcome import Severity

INFO = Severity.INFO
WARNING = Severity.WARNING
ERROR = Severity.ERROR


class Finding(NamedTuple):
    """As `outcome.Cleansing`, without the row and the entry."""

    field: str
    before: str
    after: str
    reason: str
    severity: Severity
