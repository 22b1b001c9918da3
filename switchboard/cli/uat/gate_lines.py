"""A gate as one line of text."""

from __future__ import annotations

from switchboard.uat.gates import Gate


def gate_line(gate: Gate) -> str:
    seen = "nothing yet"
    if gate.seen is not None and gate.interval is not None:
        low, high = gate.interval
        seen = f"{gate.seen:.1%} ({100 * low:.1f}-{100 * high:.1f})"
    needed = f"; {gate.calls_needed:,} more {gate.of} needed" if gate.calls_needed else ""
    return f"  {gate.light.value:5}  {gate.name}, {gate.wanted}: {seen}{needed}"
