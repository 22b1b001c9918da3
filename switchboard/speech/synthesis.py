"""A synthesiser in a process of its own: its crash or hang costs one text, never a call.

espeak-ng is one for a process, and ours turns names into phones with it; Piper drives it too.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

import numpy as np

from switchboard.speech.port import Sound, SynthesisError, Text

_log = logging.getLogger(__name__)

START_SECONDS = 30.0
"""For a process to load its voice, on a busy machine. Live calls don't wait for it."""

HANG_SECONDS = 20.0
"""After which a process that doesn't answer is ended. Much longer than a call waits: a text that
only comes late on a busy machine must not cost a process that takes seconds to start."""

REST_SECONDS = 20.0
"""How long a synthesiser is left alone after it failed. Raising it spares a machine on which Piper
crashes the cost of starting it; names are spoken by espeak-ng, or not at all, for as long."""

_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
_MOST_SAMPLES = 60 * 48_000
"""A minute: no prompt is as long, so the answer is nonsense."""


@dataclass(frozen=True, slots=True)
class VoiceSpec:
    """What a process loads: a factory as "module:function", and its arguments."""

    factory: str
    options: dict[str, Any] = field(default_factory=dict)
    niceness: int = 0

    @property
    def identity(self) -> str:
        return f"{self.factory} {json.dumps(self.options, sort_keys=True)}"


def piper(model: str, pace: float, *, niceness: int = 0) -> VoiceSpec:
    return VoiceSpec(
        "switchboard.speech.piper_voice:load", {"model": model, "pace": pace}, niceness
    )


def espeak(pace: float, *, niceness: int = 0) -> VoiceSpec:
    return VoiceSpec("switchboard.speech.espeak_voice:load", {"pace": pace}, niceness)


class SynthesisProcess:
    """The process as its owner sees it. It starts behind the first text, which therefore fails, and
    again after a crash; `start` waits for it instead."""

    def __init__(
        self,
        spec: VoiceSpec,
        *,
        hang_seconds: float = HANG_SECONDS,
        rest_seconds: float = REST_SECONDS,
    ) -> None:
        self._spec = spec
        self._hang_seconds = hang_seconds
        self._rest_seconds = rest_seconds
        self._lock = threading.Lock()
        self._turns = ThreadPoolExecutor(1, thread_name_prefix="synthesiser")
        self._late: Future[Sound] | None = None
        """A text that its call waits for no more."""
        self._process: subprocess.Popen[bytes] | None = None
        self._starting = False
        self._rests_until = 0.0
        self._closed = False

    @property
    def identity(self) -> str:
        return self._spec.identity

    def start(self, seconds: float = START_SECONDS) -> None:
        """Start the process unless it runs, and wait until it can speak. Raises SynthesisError."""
        with self._lock:
            if self._closed:
                raise SynthesisError("the synthesiser is closed")
            if self._alive():
                return
            self._starting = True
            try:
                self._process = _launch(self._spec)
                with self._limit(seconds):
                    _read_line(self._process)
            finally:
                self._starting = False

    def speak(self, text: Text, seconds: float) -> Sound:
        """Raises SynthesisError when the process crashes, hangs, says no, or isn't ready."""
        if self._starting or self._closed or (self._late and not self._late.done()):
            raise SynthesisError("the synthesiser is not ready")
        try:
            turn = self._turns.submit(self._turn, text)
        except RuntimeError as error:  # closed meanwhile
            raise SynthesisError("the synthesiser is closed") from error
        try:
            return turn.result(timeout=seconds)
        except TimeoutError as error:
            if not turn.cancel():
                self._late = turn
            raise SynthesisError("the synthesiser takes too long") from error
        except CancelledError as error:
            raise SynthesisError("the synthesiser is closed") from error

    def _turn(self, text: Text) -> Sound:
        with self._lock:
            process = self._process
            if process is None or not self._alive():
                self.start_behind()
                raise SynthesisError("the synthesiser is not ready")
            with self._limit(self._hang_seconds):
                return _asked(process, text, self._hang_seconds)

    def close(self) -> None:
        """End the process, and start none again."""
        self._closed = True
        if self._process is not None:
            self._process.kill()  # whoever waits for an answer lets go of the lock
        self._turns.shutdown(cancel_futures=True)
        with self._lock:
            self._end()

    def _alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start_behind(self) -> None:
        """Start the process unless it runs or rests, without waiting."""
        if self._closed or self._starting or time.monotonic() < self._rests_until:
            return
        self._starting = True
        threading.Thread(target=self._try_to_start, name="synthesiser", daemon=True).start()

    def _try_to_start(self) -> None:
        with suppress(SynthesisError):  # logged where it happens
            self.start()

    @contextmanager
    def _limit(self, seconds: float) -> Iterator[None]:
        """Kills the process after `seconds`, whereupon its pipes close and whoever waits goes on.
        Afterwards, when anything went wrong, it is reaped, and rests."""
        assert self._process is not None  # noqa: S101 both callers have just made sure
        watchdog = threading.Timer(seconds, self._process.kill)
        watchdog.start()
        try:
            yield
        except (OSError, ValueError, KeyError, EOFError) as error:
            self._rests_until = time.monotonic() + self._rest_seconds
            code = self._end()
            _log.warning("the synthesiser crashed or hung", extra={"exit_code": code})
            raise SynthesisError("the synthesiser crashed or hung") from error
        finally:
            watchdog.cancel()

    def _end(self) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        process.kill()
        code = process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was not yet flushed has nowhere to go
                    pipe.close()
        return code


def _launch(spec: VoiceSpec) -> subprocess.Popen[bytes]:
    path = os.pathsep.join(map(os.path.abspath, sys.path))
    try:
        return subprocess.Popen(
            [
                *("nice", "-n", str(spec.niceness), sys.executable, "-P", "-m"),
                *("switchboard.speech.synthesis_worker", spec.factory, json.dumps(spec.options)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # The same code, in the same order, as this process imports.
            env={**os.environ, **_ONE_THREAD, "PYTHONPATH": path},
        )
    except OSError as error:
        raise SynthesisError("the synthesiser does not start") from error


def _asked(process: subprocess.Popen[bytes], text: Text, seconds: float) -> Sound:
    request = {"words": text.words, "ipa": dict(text.ipa), "seconds": seconds}
    stdin, stdout = cast("BinaryIO", process.stdin), cast("BinaryIO", process.stdout)
    stdin.write(json.dumps(request).encode() + b"\n")
    stdin.flush()
    answer = _read_line(process)
    if "error" in answer:
        raise SynthesisError(f"the synthesiser failed: {answer['error']}")
    count, rate = int(answer["samples"]), int(answer["rate"])
    if not 0 < count <= _MOST_SAMPLES:
        raise SynthesisError(f"the synthesiser made {count} samples")
    sound = stdout.read(2 * count)
    if len(sound) < 2 * count:
        raise EOFError
    return Sound(np.frombuffer(sound, np.int16), rate)


def _read_line(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    line = cast("BinaryIO", process.stdout).readline()
    if not line:
        raise EOFError
    answer: dict[str, Any] = json.loads(line)
    return answer
