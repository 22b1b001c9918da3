"""The grammar in force, and those that calls still use: a call keeps what it began with.

    published ──watch──▶ prepared in the background ──▶ current ──lease──▶ calls that begin now
                                                        the one before ──▶ calls that began earlier

The engines know two versions at a time, so a third waits until no call is left on the first.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from directory.errors import DirectoryError
from grammar.errors import GrammarError
from grammar.model import Grammar
from switchboard.calls.deciding import Decides
from switchboard.dialogue.world import World
from switchboard.errors import StorageError, UserError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """One grammar made ready for calls."""

    grammar: Grammar
    router: Decides
    world: World

    @property
    def version(self) -> str:
        return self.grammar.version


@dataclass(frozen=True, slots=True)
class Source:
    """Where published grammars come from; both are called in a thread and may take seconds.

    `published` gives the version in force, or None; `prepare` makes that version ready, in the
    engines too. Both raise UserError.
    """

    published: Callable[[], str | None]
    prepare: Callable[[str], Board]


class Grammars:
    """`lease` belongs to the event loop that `watch` runs on."""

    def __init__(self, first: Board) -> None:
        self._current = first
        self._leases: Counter[Board] = Counter()
        self._returned = asyncio.Event()
        self._refused: str | None = None
        self._blind = False

    @property
    def current(self) -> Board:
        return self._current

    @contextmanager
    def lease(self) -> Iterator[Board]:
        """The grammar for one call, from its beginning to its end."""
        board = self._current
        self._leases[board] += 1
        try:
            yield board
        finally:
            self._leases[board] -= 1
            if not self._leases[board]:
                del self._leases[board]
            self._returned.set()

    async def watch(self, source: Source, every_s: float) -> None:
        """Take over what is published, until cancelled. Whatever fails is logged and tried again,
        but for a version that can't be used: the next one is waited for."""
        while True:
            await asyncio.sleep(every_s)
            try:
                version = await asyncio.to_thread(source.published)
            except (UserError, DirectoryError, GrammarError) as error:
                if not self._blind:
                    log.warning("published grammar can't be read", extra={"cause": str(error)})
                self._blind = True
                continue
            self._blind = False
            if version and version not in {self._current.version, self._refused}:
                await self._take_over(version, source)

    async def _take_over(self, version: str, source: Source) -> None:
        await self._older_ones_returned()
        try:
            board = await asyncio.to_thread(source.prepare, version)
        except StorageError as error:  # it may be back in a moment
            log.warning("published grammar can't be read", extra={"cause": str(error)})
            return
        except Exception:
            self._refused = version
            log.exception("published grammar can't be used", extra={"grammar_version": version})
            return
        self._current = board
        log.info("grammar taken over", extra={"grammar_version": version})

    async def _older_ones_returned(self) -> None:
        while set(self._leases) - {self._current}:
            self._returned.clear()
            await self._returned.wait()
