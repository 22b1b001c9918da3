"""What a check found."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from directory.errors import DirectoryError
from grammar.errors import GrammarError
from switchboard.errors import UserError

log = logging.getLogger(__name__)


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"
    """Calls are answered, but not as well as they could be, or not for much longer."""
    FAIL = "fail"
    """Calls are not answered, or a caller may find nobody."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`part` is what was looked at; `said` what was found, with the remedy where it isn't OK."""

    part: str
    level: Level
    said: str


def ok(part: str, said: str) -> Finding:
    return Finding(part, Level.OK, said)


def warn(part: str, said: str) -> Finding:
    return Finding(part, Level.WARN, said)


def fail(part: str, said: str) -> Finding:
    return Finding(part, Level.FAIL, said)


def tried(part: str, check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """What a check finds; a check that breaks is a finding too, and the next one goes on."""
    try:
        yield from check()
    except (UserError, DirectoryError, GrammarError) as error:
        yield fail(part, str(error))
    except Exception as error:
        log.exception("a check broke", extra={"part": part})
        yield fail(
            part, f"could not be checked ({type(error).__name__}); the log says more, report it."
        )
