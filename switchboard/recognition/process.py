"""One worker process as its pool sees it: start it, ask it, end it."""

from __future__ import annotations

import os
import pickle
import socket
import struct
import subprocess
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from typing import IO

from switchboard.errors import EngineError
from switchboard.recognition.messages import (
    Answer,
    EngineSpec,
    Faulted,
    Load,
    Prepare,
    Ready,
    Recognise,
    Refused,
    Request,
)
from switchboard.recognition.progress import LOOK_EVERY_S, Watch, is_stopped

KEPT_STDERR_BYTES = 4000

TAKEN_S = 1.5
"""How long a process may take an utterance in: one that lives reads at once. Raising it forgives a
machine that is busier still, and callers wait longer for one that was stopped at that moment."""

STANDSTILL_S = 5.0
"""How long a process may stand still while it loads or prepares. Raising it spares engines that
wait for something while they load; one that hangs then is replaced that much later."""


_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""A process uses one core: with more threads than that, linear algebra on a busy machine spends
its time waiting for itself (measured: 48 s for an utterance that takes 1.4 s)."""


class WorkerDiedError(Exception):
    """The process ended before it answered (crash, or killed)."""


class WorkerTimeoutError(Exception):
    """No answer within the deadline. The process is still there, and must be killed."""


class WorkerStalledError(WorkerTimeoutError):
    """The process stands still, long before the deadline."""


class WorkerOverranError(WorkerTimeoutError):
    """The process has used far more CPU time than utterances usually take."""


class WorkerProcess:
    """A process that owns one engine. Used by one thread at a time; `kill` from any.

    A process of its own interpreter (no fork: the pool's process has threads, and an engine's
    locks copied in mid-use would hang the child).
    """

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 closed in `close`
            path = os.pathsep.join(map(os.path.abspath, sys.path))
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-P", "-m", "switchboard.recognition.worker"),
                    str(theirs.fileno()),
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self.stderr,
                # The same code, in the same order, as this process imports.
                env={**os.environ, **_ONE_THREAD, "PYTHONPATH": path},
            )
        self._socket = ours
        self.connection = Connection(os.dup(ours.fileno()))

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    @property
    def stopped(self) -> bool:
        return is_stopped(self.process.pid)

    def load(self, engine: EngineSpec, seconds: float) -> str:
        """Load the engine and return its name. Raises EngineError when it can't be used."""
        return self._ready(Load(engine, seconds), "load its model")

    def prepare(self, request: Prepare) -> None:
        """Raises EngineError when the engine can't use the grammar."""
        self._ready(request, "prepare the grammar")

    def _ready(self, request: Load | Prepare, task: str) -> str:
        try:
            answer = self.ask(request, Watch(self.process.pid, STANDSTILL_S))
        except WorkerDiedError:
            raise EngineError(
                f"the recognition engine's process died while it was to {task} "
                f"(exit code {self.process.wait()}); check the model's files and the free memory"
            ) from None
        except WorkerStalledError:
            raise EngineError(
                f"the recognition engine's process stood still while it was to {task}; "
                "see what stops it: memory, a debugger, a disk that doesn't answer"
            ) from None
        except WorkerTimeoutError:
            raise EngineError(
                f"the recognition engine took more than {request.seconds:.0f} s to {task}; "
                "use a smaller model or a faster machine"
            ) from None
        if isinstance(answer, Refused):
            raise EngineError(answer.sentence)
        if isinstance(answer, Faulted):
            raise EngineError(
                f"the recognition engine failed to {task} ({answer.kind}); "
                "check that its model is complete"
            )
        if not isinstance(answer, Ready):
            raise EngineError(f"the recognition engine gave no sensible answer when told to {task}")
        return answer.engine

    def ask(self, request: Request, watch: Watch | None = None) -> Answer:
        """Send a request and wait for its answer, at most `request.seconds`; less when the watch
        sees that none will come.

        Raises WorkerDiedError or WorkerTimeoutError; after either, the process is of no more use.
        """
        until = time.monotonic() + request.seconds
        try:
            if watch is not None and self.stopped:
                raise WorkerStalledError  # before a long utterance blocks on its way there
            self._send(request)
            self._limit_blocking(request.seconds)
            while not self.connection.poll(self._pause(until, watch)):
                if watch is not None and watch.stalled():
                    raise WorkerStalledError
                if watch is not None and watch.overrun():
                    raise WorkerOverranError
                if time.monotonic() >= until:
                    raise WorkerTimeoutError
            answer: Answer = self.connection.recv()
        except BlockingIOError:  # the limit below: a stopped process that reads or writes no more
            raise WorkerTimeoutError from None
        except (EOFError, OSError, pickle.PickleError):
            raise WorkerDiedError from None
        return answer

    def _send(self, request: Request) -> None:
        """A long utterance blocks on its way to a process that is being stopped at this moment. A
        grammar may wait for one that is still loading."""
        heard = isinstance(request, Recognise)
        self._limit_blocking(min(request.seconds, TAKEN_S) if heard else request.seconds)
        try:
            self.connection.send(request)
        except BlockingIOError:
            raise (WorkerStalledError if heard else WorkerTimeoutError) from None

    def _pause(self, until: float, watch: Watch | None) -> float:
        left = max(0.0, until - time.monotonic())
        return left if watch is None else min(left, LOOK_EVERY_S)

    def _limit_blocking(self, seconds: float) -> None:
        limit = struct.pack("ll", int(seconds), int(seconds % 1 * 1e6) or 1)
        for option in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
            self._socket.setsockopt(socket.SOL_SOCKET, option, limit)

    def last_words(self) -> str:
        """The end of what the process wrote to stderr: a native crash's only trace."""
        size = self.stderr.seek(0, os.SEEK_END)
        self.stderr.seek(max(0, size - KEPT_STDERR_BYTES))
        return self.stderr.read().decode(errors="replace")

    def kill(self) -> None:
        """End the process at once; whoever waits for its answer gets WorkerDiedError."""
        self.process.kill()

    def close(self) -> None:
        """Kill and reap the process and free its descriptors."""
        self.process.kill()
        self.process.wait()
        self.connection.close()
        self._socket.close()
        self.stderr.close()
