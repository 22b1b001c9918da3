"""Abbreviations of councils, hospitals and universities that are said letter by letter."""

from __future__ import annotations

from typing import Final

SPELLED: Final = frozenset(
    {
        "AHP", "ASB", "ASC", "AV", "CCTV", "CEO", "CFO", "COO", "CPD", "CQC", "CT", "DFG", "EHCP",
        "EHO", "ENT", "EU", "FOI", "GDPR", "GP", "HMO", "HR", "ICT", "ICU", "IT", "MRI", "NHS",
        "OT", "PA", "PCSO", "PE", "PMO", "PR", "QA", "SEN", "TPO", "TV", "UASC", "UK", "VAT",
    }
)  # fmt: skip
"""In capitals; none of them is a word or a usual surname where it stands in capitals among words
that don't. Those that are said as words (SEND, MASH, CAMHS) are words."""
