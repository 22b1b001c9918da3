"""What asking for a recognition can come to when it isn't a `Recognition`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FailureReason(StrEnum):
    CRASHED = "crashed"
    """The engine's process died over this utterance, twice."""
    TIMED_OUT = "timed_out"
    """The engine hung or took longer than the deadline, twice; its processes were replaced."""
    ENGINE_FAULT = "engine_fault"
    """The engine reported an error for this utterance, twice, and lives on."""
    BUSY = "busy"
    """No worker came free (or came back) while the caller could be kept waiting."""
    UNKNOWN_VERSION = "unknown_version"
    """The grammar version isn't one of the last two that were published."""
    CLOSED = "closed"
    """The pool is shutting down."""


@dataclass(frozen=True, slots=True)
class RecognitionFailed:
    """No recognition could be had: on a live call, the caller goes to the operator."""

    reason: FailureReason
    attempts: int = 0
