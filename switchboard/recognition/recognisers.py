"""The engine that hears every utterance, and the larger one that is asked where it leaves doubt.

A second opinion is only ever a gain: when its engine is busy, slow or gone, what the first one made
of the utterance stands.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from grammar.model import Grammar
from switchboard.errors import EngineError
from switchboard.recognition.outcome import RecognitionFailed
from switchboard.recognition.port import Recognition, Utterance
from switchboard.recognition.second_opinion import combined, to_be_heard_again
from switchboard.recognition.workers import WorkerPool

log = logging.getLogger(__name__)


class Recognisers:
    """Two pools behind one interface, which `close` ends.

    `start_second` starts the second one, ready for the grammar in force: when its first opinion is
    wanted, or at `start_second_opinions`. None: there are no second opinions. There are none either
    while `crowded` utterances or more are under way: nobody is heard twice while others wait.
    """

    def __init__(
        self,
        first: WorkerPool,
        start_second: Callable[[], WorkerPool] | None = None,
        crowded: float = math.inf,
    ) -> None:
        self._first = first
        self._crowded = crowded
        self._under_way = 0
        self._counting = threading.Lock()
        self._start_second = start_second
        self._second: WorkerPool | None = None
        self._starting = threading.Lock()

    @property
    def engine(self) -> str:
        """The first engine's name."""
        return self._first.engine

    @property
    def version(self) -> str:
        """The grammar version in force: what a call that begins now should name."""
        return self._first.version

    @property
    def ready(self) -> bool:
        """Whether an utterance can be taken: the first engine's part."""
        return self._first.ready

    @property
    def crowded(self) -> bool:
        """Whether so many are being listened to that nobody is heard twice."""
        return self._under_way >= self._crowded

    @property
    def pids(self) -> set[int]:
        """The processes that live: for monitoring."""
        return self._first.pids | (self._second.pids if self._second else set())

    def recognise(self, utterance: Utterance, version: str) -> Recognition | RecognitionFailed:
        """As `WorkerPool.recognise`, by the first engine."""
        with self._counted():
            return self._first.recognise(utterance, version)

    def second_opinion(
        self, utterance: Utterance, version: str, first: Recognition
    ) -> Recognition | None:
        """What both engines together make of an utterance; None where there is no second one that
        has the time, and answers in time."""
        with self._counted(self._crowded) as taken_on:
            if not taken_on:
                log.info("no second opinion", extra={"reason": "crowded"})
                return None
            self.try_second_opinions()
            if self._second is None:
                return None
            second = self._second.recognise(to_be_heard_again(utterance, first), version)
        if isinstance(second, RecognitionFailed):
            log.info("no second opinion", extra={"reason": second.reason.value})
            return None
        return combined(first, second)

    @contextmanager
    def _counted(self, limit: float = math.inf) -> Iterator[bool]:
        """Whether this utterance is one more under way: not where there are `limit` already."""
        with self._counting:
            taken_on = self._under_way < limit
            self._under_way += taken_on
        try:
            yield taken_on
        finally:
            with self._counting:
                self._under_way -= taken_on

    def start_second_opinions(self) -> str:
        """Load the second engine, unless that was tried: whoever asks it first would wait for it.
        Returns its name, "" for none.

        Raises EngineError when it can't be used; there are no second opinions then.
        """
        with self._starting:
            start, self._start_second = self._start_second, None
            if start is not None:
                self._second = start()
        return self._second.engine if self._second else ""

    def try_second_opinions(self) -> None:
        """The same, without a fault: more callers are asked then, and none is lost."""
        try:
            self.start_second_opinions()
        except EngineError as error:
            log.warning("there are no second opinions", extra={"cause": str(error)})

    def publish(self, grammar: Grammar) -> None:
        """As `WorkerPool.publish`: returns when every process has the version."""
        # The second first: calls go by the first one's version, and find it known to both.
        if self._second is not None:
            self._second.publish(grammar)
        self._first.publish(grammar)

    def close(self) -> None:
        """Ends both, a second one that is just being loaded as soon as it is."""
        self._first.close()
        with self._starting:
            self._start_second = None
            if self._second is not None:
                self._second.close()
