"""Logging: one JSON object a line, with facts in fields, and personal data kept out.

Code logs a static message and facts in `extra`; a fact about a person is wrapped:

    log.info("decided", extra={"decision": "transfer", "transcript": Personal("jane smith")})
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any

from switchboard.settings import LogSettings


@dataclass(frozen=True, slots=True, repr=False)
class Personal:
    """A name, number or transcript in a log field.

    It reads as "(personal)" to every formatter but ours, and to ours unless it was told to show.
    """

    value: object

    def __repr__(self) -> str:
        return "(personal)"


_bound: ContextVar[dict[str, object] | None] = ContextVar("bound", default=None)

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


@contextmanager
def bound(**facts: object) -> Iterator[None]:
    """Add these fields (a `call_id`, say) to all that is logged inside, in this thread or task."""
    token = _bound.set({**(_bound.get() or {}), **facts})
    try:
        yield
    finally:
        _bound.reset(token)


class JsonLines(logging.Formatter):
    """`personal` decides whether fields marked `Personal` are shown or dropped."""

    def __init__(self, *, personal: bool = False) -> None:
        super().__init__()
        self._personal = personal

    def format(self, record: logging.LogRecord) -> str:
        facts = {
            **(_bound.get() or {}),
            **{name: value for name, value in vars(record).items() if name not in _STANDARD},
        }
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        for name, value in facts.items():
            if not isinstance(value, Personal):
                line[name] = value
            elif self._personal:
                line[name] = value.value
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = self._exception(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)

    def _exception(self, error: BaseException) -> str:
        """Where it happened; with the exceptions' own text only where personal data may be shown.

        A library's exception may quote what it choked on: a row, a number, a transcript.
        """
        if self._personal:
            return "".join(traceback.format_exception(error))
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return f"{type(error).__name__} in {', '.join(places)}"


def configure(settings: LogSettings, stream: IO[str] | None = None) -> None:
    """Log to `stream` (default: stderr) as the settings say. Called again, it replaces itself."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines(personal=settings.personal))
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old.formatter, JsonLines)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(settings.level.upper())
    # These tell each statement and migration step at INFO: of use to us, not to an administrator.
    for chatty in ("alembic", "sqlalchemy.engine"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))
