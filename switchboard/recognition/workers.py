"""Engines in supervised processes: a crash or a hang costs one retry, never the call.

    calls ──recognise(utterance, version)──▶ queue ──▶ slot thread ──▶ worker process (one engine)
                                                  └──▶ slot thread ──▶ worker process

A slot is a thread and the process it looks after. When the process dies or hangs (`progress` tells
how that is seen), the slot puts the utterance back at the head of the queue (once) and starts a new
process. A new grammar is prepared in new processes while the old ones go on working; each slot then
changes over between two utterances.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import deque
from dataclasses import dataclass
from types import TracebackType

from grammar.model import Grammar
from switchboard.errors import EngineError
from switchboard.recognition.jobs import Job, Limits
from switchboard.recognition.messages import EngineSpec, Prepare, Recognise
from switchboard.recognition.outcome import FailureReason, RecognitionFailed
from switchboard.recognition.port import Recognition, Utterance
from switchboard.recognition.process import (
    WorkerDiedError,
    WorkerOverranError,
    WorkerProcess,
    WorkerStalledError,
    WorkerTimeoutError,
)
from switchboard.recognition.progress import Usual, Watch

__all__ = ["Limits", "WorkerPool"]

log = logging.getLogger(__name__)

ATTEMPTS = 2
LOOK_EVERY_SECONDS = 0.5
"""How often an idle slot looks whether its process still lives."""
LOOK_AT_JOBS_EVERY_SECONDS = 0.1
"""How often whoever waits for a recognition looks whether something has failed."""


@dataclass(slots=True, eq=False)
class _Slot:
    worker: WorkerProcess | None
    replacement: WorkerProcess | None = None
    failures: int = 0
    """Failures in a row: since the last utterance that was recognised."""
    warm: bool = False
    """Whether the worker has recognised an utterance."""


class WorkerPool:
    """Worker processes that share the work. `recognise` may be called from any thread.

    Constructing it loads the engine `workers` times and prepares `grammar`; raises EngineError
    when that can't be done. Use it as a context manager, or call `close`.
    """

    def __init__(
        self,
        engine: EngineSpec,
        grammar: Grammar,
        *,
        workers: int = 2,
        limits: Limits | None = None,
    ) -> None:
        self._spec = engine
        self._limits = limits or Limits()
        self._changed = threading.Condition()
        self._queue: deque[Job] = deque()
        self._processes: set[WorkerProcess] = set()
        self._grammars: tuple[Grammar, ...] = (grammar,)
        """Prepared by every worker that starts from now on; newest first."""
        self._in_force = grammar
        self._versions: tuple[str, ...] = (grammar.version,)
        """Known to every worker; newest first."""
        self._usual = Usual()
        self._closing = False
        self._publishing = threading.Lock()
        self.engine = ""
        try:
            self._slots = [_Slot(worker) for worker in self._start_together(workers)]
        except BaseException:
            self._closing = True
            self._close_processes()
            raise
        self._threads = [
            threading.Thread(target=self._run, args=(slot,), name=f"recognition-{n}", daemon=True)
            for n, slot in enumerate(self._slots)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def version(self) -> str:
        """The grammar version in force: what a call that begins now should name."""
        return self._in_force.version

    @property
    def ready(self) -> bool:
        """Whether an engine is loaded that can take an utterance, or has one."""
        with self._changed:
            return any(slot.worker is not None and slot.worker.alive for slot in self._slots)

    @property
    def pids(self) -> set[int]:
        """The worker processes that live: for monitoring."""
        with self._changed:
            return {each.process.pid for each in self._processes if each.alive}

    def recognise(self, utterance: Utterance, version: str) -> Recognition | RecognitionFailed:
        """Recognise against the version published last, or last but one.

        Takes `patience` seconds at most; everything that can go wrong is a RecognitionFailed.
        """
        job = Job(utterance, version)
        with self._changed:
            if self._closing:
                return RecognitionFailed(FailureReason.CLOSED)
            if version not in self._versions:
                return RecognitionFailed(FailureReason.UNKNOWN_VERSION)
            self._queue.append(job)
            self._changed.notify_all()
        self._await(job)
        return job.outcome

    def _await(self, job: Job) -> None:
        """Until it is done, or its caller has waited long enough: less once something has failed,
        for then what comes next is more likely a further failure than an answer."""
        until = time.monotonic() + self._limits.patience
        failing = False
        while (left := until - time.monotonic()) > 0:
            if job.done.wait(min(left, LOOK_AT_JOBS_EVERY_SECONDS)):
                return
            if not failing and (job.failed_once or not self.ready):
                failing = True
                left = self._limits.after_failure - job.stalled_s
                until = min(until, time.monotonic() + left)
        job.abandoned = True

    def publish(self, grammar: Grammar) -> None:
        """Put a new version in force; returns when every worker has it. Calls go on meanwhile.

        Calls that began before go on with the version that they began with: it is kept until the
        next publish.
        Raises EngineError when the engine can't use the grammar: the old version stays in force.
        """
        with self._publishing:
            if grammar.version == self.version:
                return
            grammars = (grammar, self._in_force)
            # One after the other: memory for one engine more, not for twice as many.
            for slot in self._slots:
                try:
                    worker = self._start(grammars)
                except EngineError:
                    if self._closing:
                        return
                    raise
                self._hand_over(slot, worker, grammars)
            # With the last slot changed over, no process is left that lacks the version.
            self._in_force = grammar
            self._versions = tuple(each.version for each in grammars)
        log.info("grammar published to the workers", extra={"grammar_version": grammar.version})

    def close(self) -> None:
        """End every process; whoever waits for a recognition gets RecognitionFailed(CLOSED)."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            for process in self._processes:
                process.kill()
        for thread in self._threads:
            thread.join()
        with self._changed:
            while self._queue:
                self._queue.popleft().finish(RecognitionFailed(FailureReason.CLOSED))
        self._close_processes()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _hand_over(self, slot: _Slot, worker: WorkerProcess, grammars: tuple[Grammar, ...]) -> None:
        with self._changed:
            # From here on, workers that start afresh know the new version, not the oldest.
            self._grammars = grammars
            self._versions = (self._in_force.version,)
            slot.replacement = worker
            self._changed.notify_all()
            self._changed.wait_for(lambda: slot.replacement is None or self._closing)

    # Starting and ending processes

    def _start(self, grammars: tuple[Grammar, ...]) -> WorkerProcess:
        """A process that is ready for these grammars. Raises EngineError."""
        try:
            worker = WorkerProcess()
        except OSError as error:
            raise EngineError(
                f"a recognition worker can't be started ({error.strerror}); "
                "free memory or raise the limits on processes and open files"
            ) from error
        with self._changed:
            self._processes.add(worker)
            if self._closing:
                worker.kill()
        try:
            self.engine = worker.load(self._spec, self._limits.start)
            for grammar in reversed(grammars):
                worker.prepare(Prepare(grammar, self._limits.start))
        except BaseException:
            self._end(worker)
            raise
        return worker

    def _start_together(self, count: int) -> list[WorkerProcess]:
        workers: list[WorkerProcess] = []
        faults: list[EngineError] = []

        def start() -> None:
            try:
                workers.append(self._start(self._grammars))
            except EngineError as error:
                faults.append(error)

        threads = [threading.Thread(target=start, daemon=True) for _ in range(max(1, count))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if faults:
            raise faults[0]
        return workers

    def _end(self, worker: WorkerProcess) -> None:
        with self._changed:
            self._processes.discard(worker)
        worker.close()

    def _close_processes(self) -> None:
        with self._changed:
            left, self._processes = self._processes, set()
        for process in left:
            process.close()

    # The life of a slot

    def _run(self, slot: _Slot) -> None:
        while not self._closing:
            if slot.worker is None:
                self._restart(slot)
            elif not slot.worker.alive:
                self._bury(slot, "died while idle")
            elif slot.worker.stopped:
                self._bury(slot, "stopped while idle")
            else:
                job = self._next_job(slot)
                if job is not None:
                    self._work(slot, slot.worker, job)

    def _next_job(self, slot: _Slot) -> Job | None:
        """The next utterance, or None after a change-over or a look at nothing in particular."""
        with self._changed:
            retired = self._change_over(slot)
            if retired is None and not self._queue and not self._closing:
                self._changed.wait(LOOK_EVERY_SECONDS)
                retired = self._change_over(slot)
            job = None
            if retired is None and self._queue and not self._closing:
                job = self._queue.popleft()
        if retired is not None:
            self._end(retired)
        return None if job is None or job.abandoned else job

    def _change_over(self, slot: _Slot) -> WorkerProcess | None:
        """Put a waiting replacement to work and return the process it replaces, if any."""
        if slot.replacement is None:
            return None
        retired, slot.worker, slot.replacement = slot.worker, slot.replacement, None
        slot.failures, slot.warm = 0, False
        self._changed.notify_all()
        return retired

    def _work(self, slot: _Slot, worker: WorkerProcess, job: Job) -> None:
        job.attempts += 1
        limits = self._limits
        # A process warms up over its first utterance: that one has the whole deadline.
        most = self._usual.most(limits.overrun) if slot.warm else math.inf
        watch = Watch(worker.process.pid, limits.stalled, most)
        try:
            answer = worker.ask(Recognise(job.utterance, job.version, limits.deadline), watch)
        except WorkerDiedError:
            self._retry(job, FailureReason.CRASHED)
            self._bury(slot, "crashed")
        except WorkerStalledError:
            job.stalled_s = limits.stalled
            self._retry(job, FailureReason.TIMED_OUT)
            self._bury(slot, "stalled")
        except WorkerOverranError:
            self._retry(job, FailureReason.TIMED_OUT)
            self._bury(slot, "used far more CPU time than is usual")
        except WorkerTimeoutError:
            self._retry(job, FailureReason.TIMED_OUT)
            self._bury(slot, "overran the deadline")
        else:
            if isinstance(answer, Recognition):
                slot.failures, slot.warm = 0, True
                self._usual.add(watch.cpu_s)
                job.finish(answer)
            else:
                log.warning("engine fault", extra={"answer": type(answer).__name__})
                self._retry(job, FailureReason.ENGINE_FAULT)

    def _retry(self, job: Job, reason: FailureReason) -> None:
        failed = RecognitionFailed(reason, job.attempts)
        with self._changed:
            if self._closing:
                job.finish(RecognitionFailed(FailureReason.CLOSED, job.attempts))
            elif job.attempts >= ATTEMPTS:
                job.finish(failed)
            else:
                job.outcome = failed  # in case the caller's patience ends before the second attempt
                self._queue.appendleft(job)
                self._changed.notify_all()

    def _bury(self, slot: _Slot, cause: str) -> None:
        worker, slot.worker = slot.worker, None
        slot.failures, slot.warm = slot.failures + 1, False
        if worker is None or self._closing:
            return
        worker.kill()
        log.warning(
            "recognition worker replaced",
            extra={
                "cause": cause,
                "exit_code": worker.process.wait(),
                "failures": slot.failures,
                "stderr": worker.last_words(),
            },
        )
        self._end(worker)

    def _restart(self, slot: _Slot) -> None:
        """Start a new process after the back-off, or take over a replacement that comes first."""
        until = time.monotonic() + self._limits.back_off(slot.failures)
        with self._changed:
            self._changed.wait_for(
                lambda: self._closing or slot.replacement is not None,
                timeout=until - time.monotonic(),
            )
            self._change_over(slot)
            if self._closing or slot.worker is not None:
                return
            grammars = self._grammars
        try:
            slot.worker = self._start(grammars)
        except EngineError as error:
            slot.failures += 1
            log.error("recognition worker can't start", extra={"cause": str(error)})  # noqa: TRY400 the sentence says it all
        else:
            log.info("recognition worker ready", extra={"failures": slot.failures})
