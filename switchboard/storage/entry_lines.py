"""An entry of a call's record as one line of JSON, and back: what a spool file holds."""

from __future__ import annotations

import base64
import json
import math
import numbers
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from switchboard.calls.record import (
    CallEnded,
    CallStarted,
    Channel,
    Entry,
    Noted,
    TransferBegun,
    TransferDone,
    TurnTaken,
)

_KINDS: dict[str, type[Entry]] = {
    kind.__name__: kind
    for kind in (CallStarted, TurnTaken, Noted, TransferBegun, TransferDone, CallEnded)
}


def to_line(entry: Entry) -> bytes:
    """One line, its break included. A value that is no JSON is written as its text."""
    values = {field.name: getattr(entry, field.name) for field in fields(entry)}
    return json.dumps({"kind": type(entry).__name__, **values}, default=_plain).encode() + b"\n"


def from_line(line: bytes) -> Entry:
    """The entry of a line. Raises ValueError when the line was cut off or is of another kind."""
    try:
        values: dict[str, Any] = json.loads(line)
        kind = _KINDS[values.pop("kind")]
        values["at"] = datetime.fromisoformat(values["at"])
        if "channel" in values:
            values["channel"] = Channel(values["channel"])
        if values.get("audio") is not None:
            values["audio"] = base64.b64decode(values["audio"], validate=True)
        return kind(**{name: _frozen(value) for name, value in values.items()})
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not an entry of a call's record") from error


def storable(entry: Entry) -> Entry:
    """The entry with what a database doesn't take made harmless.

    NUL and halves of surrogate pairs are taken out (they come from hostile headers), numbers that
    are none become null, numpy's numbers Python's: a call's record is not lost for such a thing.
    """
    given = {field.name: getattr(entry, field.name) for field in fields(entry)}
    changed = {
        name: cleaned for name, value in given.items() if (cleaned := _clean(value)) is not value
    }
    return replace(entry, **changed) if changed else entry


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _clean(value: Any) -> Any:
    """The very object, other than a mapping, where nothing had to change."""
    cleaned: Any
    match value:
        case None | bool() | int() | bytes() | datetime():
            cleaned = value
        case str():
            text = value.replace("\0", "").encode("utf-8", "replace").decode()
            cleaned = value if text == value else text
        case tuple() | list():
            items = [_clean(item) for item in value]
            same = all(new is old for new, old in zip(items, value, strict=True))
            cleaned = value if same else type(value)(items)
        case Mapping():
            cleaned = {_clean(name): _clean(item) for name, item in value.items()}
        case float():
            cleaned = value if math.isfinite(value) else None
        case numbers.Integral():
            cleaned = int(value)
        case numbers.Real():
            cleaned = _clean(float(value))
        case _:
            cleaned = str(value)
    return cleaned
