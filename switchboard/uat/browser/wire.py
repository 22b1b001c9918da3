"""What the web admin and the service tell each other during a test call from a browser.

One connection is one call. Each message is a line of JSON and the bytes that it announces, 16-bit
little-endian PCM. The admin asks, the service answers; the first question opens the call.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import platformdirs

MOST_BYTES = 1 << 22
"""Of one message's sound: two minutes and more."""
_LONGEST_PATH = 100
"""Of a Unix socket (sun_path, unix(7)), less what is still appended."""


class WireError(Exception):
    """The other side said what makes no sense, or nothing more."""


@dataclass(frozen=True, slots=True)
class Open:
    """The call is for this item of a script, by a caller of this class."""

    item: int
    caller_class: str


@dataclass(frozen=True, slots=True)
class Sent:
    """`played` is the last prompt that was heard to its end. `leaving`: the tester hangs up."""

    keys: str = ""
    played: int = 0
    leaving: bool = False
    sound: bytes = b""


@dataclass(frozen=True, slots=True)
class Got:
    """`prompts` are their numbers and lengths in bytes, one after the other in `sound`. `attempt`
    is what the call is kept as once it is `over`: 0 where it came to nothing. `refused` is why it
    can't be made."""

    rate: int
    prompts: tuple[tuple[int, int], ...] = ()
    stop: bool = False
    over: bool = False
    attempt: int = 0
    refused: str = ""
    sound: bytes = b""


def packed(message: Sent | Got) -> bytes:
    """As it goes over the wire."""
    said = asdict(message)
    sound: bytes = said.pop("sound")
    return json.dumps({**said, "bytes": len(sound)}).encode() + b"\n" + sound


def opening(message: Open) -> bytes:
    return json.dumps(asdict(message)).encode() + b"\n"


async def read_open(stream: asyncio.StreamReader) -> Open:
    """Raises WireError."""
    try:
        return Open(**json.loads(await stream.readline()))
    except (OSError, ValueError, TypeError) as error:
        raise WireError from error


async def read_sent(stream: asyncio.StreamReader) -> Sent:
    """Raises WireError, also at the end."""
    try:
        said = json.loads(await stream.readline())
        sound = await stream.readexactly(_size(said))
        return Sent(**said, sound=sound)
    except (OSError, EOFError, ValueError, TypeError, KeyError) as error:
        raise WireError from error


def read_got(stream: BinaryIO) -> Got:
    """Raises WireError, also at the end."""
    try:
        said = json.loads(stream.readline())
        size = _size(said)
        sound = stream.read(size)
        if len(sound) != size:
            raise WireError
        prompts = tuple((number, length) for number, length in said.pop("prompts"))
        return Got(**said, prompts=prompts, sound=sound)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise WireError from error


def _size(said: dict[str, Any]) -> int:
    size = int(said.pop("bytes"))
    if not 0 <= size <= MOST_BYTES:
        raise WireError
    return size


def socket_path(location: str) -> Path:
    """Where a service on this machine takes test calls, by the database that it works on.

    Whoever may write in its folder may make test calls: `browser_calls` sees to it that this is the
    same user only.
    """
    name = f"{hashlib.sha256(location.encode()).hexdigest()[:16]}.calls"
    folder = platformdirs.user_data_path("switchboard", appauthor=False)
    if len(str(folder)) + len(name) > _LONGEST_PATH:
        folder = Path(tempfile.gettempdir()) / f"switchboard-{os.getuid()}"
    return folder / name
