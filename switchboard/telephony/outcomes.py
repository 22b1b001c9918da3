"""What a SIP status says about a transfer."""

from __future__ import annotations

from switchboard.dialogue.events import TransferOutcome

_BUSY = {486, 600}
_NO_ANSWER = {408, 480, 487}
"""480 is what most PBXs say when a phone has rung out."""
_REFUSED = {403, 603, 607, 608}

REFERS_NOT = {403, 405, 420, 489, 501}
"""To these a bridge is tried: the peer takes no REFER, or won't do it for us. 403 may mean the
target instead; then the bridge brings the same answer."""


def outcome_of(status: int | None) -> TransferOutcome:
    """Of a final response, or of the NOTIFY's; None when there was none."""
    if status in _BUSY:
        return TransferOutcome.BUSY
    if status in _NO_ANSWER:
        return TransferOutcome.NO_ANSWER
    if status in _REFUSED:
        return TransferOutcome.REFUSED
    return TransferOutcome.UNREACHABLE
