"""The inside of one worker process: owns one engine and answers one request at a time.

Started by `switchboard.recognition.process` as `python -m switchboard.recognition.worker FD`.
FD is one end of a socket pair. The other end closing, for whatever cause, ends this process.
"""

from __future__ import annotations

import faulthandler
import importlib
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from grammar.model import Grammar
from switchboard.errors import EngineError
from switchboard.recognition.messages import (
    Answer,
    Faulted,
    Load,
    Prepare,
    Ready,
    Recognise,
    Refused,
    Request,
)
from switchboard.recognition.port import Recogniser

PAUSE_SECONDS = 0.02
"""Between two bits of work ahead: as long as one of them takes, so that calls have the core for at
least half of the time."""

GRACE_SECONDS = 1.0
"""How long past its deadline a process lets itself live: the pool should have killed it by then.

It matters when the pool's process is gone and the engine hangs: nobody else would end this one.
"""


class Engine:
    """The engine and the grammars it has prepared."""

    def __init__(self) -> None:
        self.recogniser: Recogniser | None = None
        self.grammars: dict[str, Grammar] = {}

    def answer(self, request: Request) -> Answer:
        try:
            return self._answer(request)
        except EngineError as error:
            return Refused(str(error))
        except Exception as error:  # noqa: BLE001 the process boundary: every fault becomes a value
            traceback.print_exc()
            return Faulted(type(error).__name__)

    def work_ahead(self) -> bool:
        """Whether there is more to do while no request comes."""
        if self.recogniser is None:
            return False
        try:
            return self.recogniser.work_ahead()
        except Exception:  # noqa: BLE001 it was only to save time
            traceback.print_exc()
            return False

    def _answer(self, request: Request) -> Answer:
        if isinstance(request, Load):
            module, _, name = request.engine.factory.partition(":")
            self.recogniser = getattr(importlib.import_module(module), name)(
                **request.engine.options
            )
        if self.recogniser is None:
            raise EngineError("the worker was asked to work before its engine was loaded")
        if isinstance(request, Recognise):
            return self.recogniser.recognise(request.utterance, self.grammars[request.version])
        if isinstance(request, Prepare):
            self.recogniser.prepare(request.grammar)
            self.grammars[request.grammar.version] = request.grammar
        return Ready(self.recogniser.name)


@contextmanager
def own_deadline(seconds: float) -> Iterator[None]:
    """End this process if the block takes longer: works even while an engine holds the GIL."""
    faulthandler.dump_traceback_later(seconds + GRACE_SECONDS, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def serve(connection: Connection) -> None:
    """Answer requests until the other end closes."""
    engine = Engine()
    while True:
        try:
            while not connection.poll(PAUSE_SECONDS) and engine.work_ahead():
                pass
            request: Request = connection.recv()
        except (EOFError, ConnectionError):
            return
        with own_deadline(request.seconds):
            answer = engine.answer(request)
        try:
            connection.send(answer)
        except ConnectionError:
            return


if __name__ == "__main__":
    # Ctrl-C in a terminal, and the stopping of a service, reach all its processes, but calls are
    # still up then: the pool decides when workers end.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.SIG_IGN)
    faulthandler.enable()
    with Connection(int(sys.argv[1])) as end:
        serve(end)
