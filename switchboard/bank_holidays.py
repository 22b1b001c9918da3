"""Bank holidays of the United Kingdom's nations, from the data packaged with govuk-bank-holidays.

Nothing is downloaded: the package brings the days that GOV.UK had published when it was released,
some two years ahead. `switchboard check` warns before they run out.
"""

from __future__ import annotations

from datetime import date


def bank_holidays(nation: str) -> frozenset[date]:
    """The known bank holidays of "england-and-wales", "scotland" or "northern-ireland"; of "",
    none."""
    if not nation:
        return frozenset()
    # Here, because the package brings an HTTP client that takes 0.2 s to import.
    from govuk_bank_holidays.bank_holidays import (  # noqa: PLC0415
        BankHolidays,
    )

    known = BankHolidays(use_cached_holidays=True)
    return frozenset(day["date"] for day in known.get_holidays(division=nation))
