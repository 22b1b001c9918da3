"""Supervision of engine processes, with an engine that crashes, hangs and stops on demand."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from switchboard.errors import EngineError
from switchboard.recognition import progress
from switchboard.recognition.outcome import FailureReason, RecognitionFailed
from switchboard.recognition.port import Recognition, Utterance
from switchboard.recognition.process import WorkerProcess
from switchboard.recognition.progress import FEWEST
from switchboard.recognition.workers import Limits, WorkerPool
from tests.recognition.scripted_engine import Act, empty_grammar, scripted, utterance

ENDLESS = Limits(deadline=600.0, patience=600.0, after_failure=600.0, first_back_off=0.05)
"""No attempt ends by the clock."""
QUICK = Limits(deadline=1.0, patience=30.0, after_failure=30.0, first_back_off=0.05)


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[WorkerPool]:
    with WorkerPool(scripted(tmp_path), empty_grammar("v1"), workers=2, limits=QUICK) as made:
        yield made


def worker_pid(outcome: Recognition | RecognitionFailed) -> int:
    assert isinstance(outcome, Recognition), outcome
    return int(outcome.hypotheses[0].text.split()[0])


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def eventually(holds: Callable[[], bool], seconds: float = 20.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.02)
    return False


def test_an_utterance_is_recognised_in_another_process(pool: WorkerPool) -> None:
    outcome = pool.recognise(utterance(Act.ANSWER), "v1")
    assert worker_pid(outcome) != os.getpid()
    assert pool.engine == "scripted"


def test_a_process_keeps_linear_algebra_to_one_thread(pool: WorkerPool) -> None:
    for pid in pool.pids:
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        assert {b"OMP_NUM_THREADS=1", b"OPENBLAS_NUM_THREADS=1"} <= set(environment)


@pytest.mark.parametrize("act", [Act.EXIT, Act.SEGFAULT])
def test_a_crash_costs_one_retry_on_another_process(pool: WorkerPool, act: Act) -> None:
    assert worker_pid(pool.recognise(utterance(act, once=True), "v1"))


@pytest.mark.parametrize("act", [Act.HANG, Act.HANG_WITH_GIL, Act.STOP])
def test_an_engine_that_stands_still_is_noticed_without_a_clock_and_costs_one_retry(
    tmp_path: Path, act: Act
) -> None:
    with WorkerPool(scripted(tmp_path), empty_grammar("v1"), workers=1, limits=ENDLESS) as pool:
        assert worker_pid(pool.recognise(utterance(act, once=True), "v1"))


def test_an_engine_that_goes_round_in_circles_is_noticed_by_what_is_usual(tmp_path: Path) -> None:
    with WorkerPool(scripted(tmp_path), empty_grammar("v1"), workers=1, limits=ENDLESS) as pool:
        first = worker_pid(pool.recognise(utterance(Act.ANSWER), "v1"))
        for _ in range(FEWEST):
            pool.recognise(utterance(Act.ANSWER), "v1")
        assert worker_pid(pool.recognise(utterance(Act.SPIN, once=True), "v1")) != first


def test_an_engine_that_is_still_cold_may_take_longer_than_is_usual(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "LEAST_CPU_S", 0.3)
    with WorkerPool(scripted(tmp_path), empty_grammar("v1"), workers=1, limits=ENDLESS) as pool:
        for _ in range(FEWEST + 1):
            warm = worker_pid(pool.recognise(utterance(Act.ANSWER), "v1"))
        os.kill(warm, signal.SIGKILL)
        assert eventually(lambda: pool.ready and warm not in pool.pids)
        (cold,) = pool.pids
        assert worker_pid(pool.recognise(utterance(Act.WORK), "v1")) == cold


@pytest.mark.parametrize("act", [Act.WORK, Act.WAIT_FOR_A_PROGRAM])
def test_an_engine_that_works_for_longer_than_it_may_stand_still_is_left_alone(
    tmp_path: Path, act: Act
) -> None:
    with WorkerPool(scripted(tmp_path), empty_grammar("v1"), workers=1, limits=ENDLESS) as pool:
        first = worker_pid(pool.recognise(utterance(Act.ANSWER), "v1"))
        assert worker_pid(pool.recognise(utterance(act), "v1")) == first


def test_an_engine_that_is_kept_from_working_by_a_busy_machine_is_left_alone(
    tmp_path: Path,
) -> None:
    """Its core belongs to another program; it gets next to nothing of it."""
    with WorkerPool(scripted(tmp_path), empty_grammar("v1"), workers=1, limits=ENDLESS) as pool:
        pid = worker_pid(pool.recognise(utterance(Act.ANSWER), "v1"))
        core = {min(os.sched_getaffinity(0))}
        os.sched_setaffinity(pid, core)
        os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))
        with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as other:
            os.sched_setaffinity(other.pid, core)
            asked = threading.Timer(2.0, other.kill)
            asked.start()
            outcome = pool.recognise(utterance(Act.WORK), "v1")
            asked.join()
        assert worker_pid(outcome) == pid


def test_a_long_utterance_does_not_wait_at_a_stopped_process(tmp_path: Path) -> None:
    with WorkerPool(scripted(tmp_path), empty_grammar("v1"), workers=1, limits=ENDLESS) as pool:
        pid = worker_pid(pool.recognise(utterance(Act.ANSWER), "v1"))
        os.kill(pid, signal.SIGSTOP)
        samples = np.full(16000 * 60, Act.ANSWER, dtype=np.int16)
        samples[1] = 0
        assert worker_pid(pool.recognise(Utterance(samples, 16000), "v1")) != pid


def test_a_long_utterance_does_not_wait_at_a_process_that_is_stopped_as_it_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that has just been sent the signal may look as if it ran."""
    with WorkerPool(scripted(tmp_path), empty_grammar("v1"), workers=1, limits=ENDLESS) as pool:
        pid = worker_pid(pool.recognise(utterance(Act.ANSWER), "v1"))
        monkeypatch.setattr(WorkerProcess, "stopped", False)
        os.kill(pid, signal.SIGSTOP)
        samples = np.full(16000 * 60, Act.ANSWER, dtype=np.int16)
        samples[1] = 0
        assert worker_pid(pool.recognise(Utterance(samples, 16000), "v1")) != pid


def test_a_process_that_is_stopped_while_idle_is_replaced_before_anyone_asks(
    tmp_path: Path,
) -> None:
    with WorkerPool(scripted(tmp_path), empty_grammar("v1"), workers=1, limits=QUICK) as pool:
        pid = worker_pid(pool.recognise(utterance(Act.ANSWER), "v1"))
        os.kill(pid, signal.SIGSTOP)
        assert eventually(lambda: pool.ready and pid not in pool.pids)


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (Act.SEGFAULT, FailureReason.CRASHED),
        (Act.HANG_WITH_GIL, FailureReason.TIMED_OUT),
        (Act.RAISE, FailureReason.ENGINE_FAULT),
    ],
)
def test_an_utterance_that_always_fails_is_a_typed_failure_and_the_next_one_works(
    pool: WorkerPool, act: Act, reason: FailureReason
) -> None:
    assert pool.recognise(utterance(act), "v1") == RecognitionFailed(reason, attempts=2)
    assert worker_pid(pool.recognise(utterance(Act.ANSWER), "v1"))


def test_a_single_worker_comes_back_after_a_crash(tmp_path: Path) -> None:
    with WorkerPool(scripted(tmp_path), empty_grammar("v1"), workers=1, limits=QUICK) as pool:
        first = worker_pid(pool.recognise(utterance(Act.ANSWER), "v1"))
        assert worker_pid(pool.recognise(utterance(Act.EXIT, once=True), "v1")) != first


def test_a_worker_killed_while_idle_is_replaced_before_anyone_asks(tmp_path: Path) -> None:
    with WorkerPool(scripted(tmp_path), empty_grammar("v1"), workers=1, limits=QUICK) as pool:
        pid = worker_pid(pool.recognise(utterance(Act.ANSWER), "v1"))
        os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: bool(pool.pids) and pid not in pool.pids)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_the_whole_service_leaves_the_workers_to_the_calls_that_are_up(
    tmp_path: Path, stop: signal.Signals
) -> None:
    with WorkerPool(scripted(tmp_path), empty_grammar("v1"), workers=1, limits=QUICK) as pool:
        pid = worker_pid(pool.recognise(utterance(Act.ANSWER), "v1"))
        os.kill(pid, stop)
        assert worker_pid(pool.recognise(utterance(Act.ANSWER), "v1")) == pid


def test_a_process_that_hangs_while_it_loads_is_given_up(tmp_path: Path) -> None:
    with WorkerPool(scripted(tmp_path), empty_grammar("slow"), workers=1, limits=ENDLESS) as pool:
        (first,) = pool.pids
        os.kill(first, signal.SIGKILL)
        assert eventually(lambda: bool(pool.pids - {first}))
        (hung,) = pool.pids - {first}
        os.kill(hung, signal.SIGSTOP)
        assert eventually(lambda: pool.ready and hung not in pool.pids, 60)


@pytest.mark.parametrize("ahead", ["without end", "fails"])
def test_a_worker_works_ahead_while_idle_and_answers_all_the_same(
    tmp_path: Path, ahead: str
) -> None:
    engine = scripted(tmp_path, ahead=ahead)
    with WorkerPool(engine, empty_grammar("v1"), workers=1) as pool:
        [pid] = pool.pids
        assert eventually((tmp_path / f"ahead {pid}").exists)
        heard = [pool.recognise(utterance(Act.ANSWER), "v1") for _ in range(3)]
        assert [isinstance(each, Recognition) for each in heard] == [True] * 3
        assert pool.pids == {pid}


def test_many_threads_share_the_workers(pool: WorkerPool) -> None:
    with ThreadPoolExecutor(16) as callers:
        outcomes = list(callers.map(lambda _: pool.recognise(utterance(Act.SLOW), "v1"), range(20)))
    assert {worker_pid(outcome) for outcome in outcomes} == pool.pids


def test_crashes_under_load_lose_no_other_call(pool: WorkerPool) -> None:
    acts = [Act.ANSWER, Act.SLOW, Act.EXIT, Act.ANSWER] * 4
    with ThreadPoolExecutor(16) as callers:
        outcomes = list(callers.map(lambda act: pool.recognise(utterance(act), "v1"), acts))
    for act, outcome in zip(acts, outcomes, strict=True):
        if act is not Act.EXIT:
            # Each may share a process with a crash, but never its utterance.
            assert isinstance(outcome, Recognition), outcome


def test_the_caller_waits_no_longer_than_patience(tmp_path: Path) -> None:
    limits = Limits(deadline=20.0, stalled=20.0, patience=0.3)
    with WorkerPool(scripted(tmp_path), empty_grammar("v1"), workers=1, limits=limits) as pool:
        blocker = threading.Thread(target=pool.recognise, args=(utterance(Act.HANG), "v1"))
        blocker.start()
        outcome = pool.recognise(utterance(Act.ANSWER), "v1")
        blocker.join()
    assert outcome == RecognitionFailed(FailureReason.BUSY)


def test_the_caller_waits_no_longer_once_no_process_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise EngineError("no memory")

    limits = Limits(deadline=600.0, patience=600.0, after_failure=0.2)
    with WorkerPool(scripted(tmp_path), empty_grammar("v1"), workers=1, limits=limits) as pool:
        monkeypatch.setattr(pool, "_start", refuse)
        (pid,) = pool.pids
        os.kill(pid, signal.SIGKILL)
        found = pool.recognise(utterance(Act.ANSWER), "v1")
    assert isinstance(found, RecognitionFailed)


def test_the_caller_waits_no_longer_while_the_only_engine_is_loaded_anew(tmp_path: Path) -> None:
    limits = Limits(deadline=600.0, patience=600.0, after_failure=0.2)
    with WorkerPool(scripted(tmp_path), empty_grammar("slow"), workers=1, limits=limits) as pool:
        (pid,) = pool.pids
        os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: not pool.ready and bool(pool.pids))
        assert pool.recognise(utterance(Act.ANSWER), "slow") == RecognitionFailed(
            FailureReason.BUSY
        )
        assert eventually(lambda: pool.ready)
        assert worker_pid(pool.recognise(utterance(Act.ANSWER), "slow"))


def test_after_a_first_failure_the_caller_waits_no_longer_than_for_a_second(
    tmp_path: Path,
) -> None:
    limits = Limits(deadline=600.0, patience=600.0, after_failure=0.5)
    with WorkerPool(scripted(tmp_path), empty_grammar("v1"), workers=1, limits=limits) as pool:
        found = pool.recognise(utterance(Act.HANG), "v1")
    assert found == RecognitionFailed(FailureReason.TIMED_OUT, 1)


def test_a_new_version_is_swapped_in_without_dropping_an_utterance(pool: WorkerPool) -> None:
    stop = threading.Event()

    def keep_calling() -> list[Recognition | RecognitionFailed]:
        outcomes = []
        while not stop.is_set():
            outcomes.append(pool.recognise(utterance(Act.SLOW), pool.version))
        return outcomes

    with ThreadPoolExecutor(3) as callers:
        calls = [callers.submit(keep_calling) for _ in range(3)]
        for version in ("v2", "slow", "v3"):
            pool.publish(empty_grammar(version))
        stop.set()
        outcomes = [outcome for call in calls for outcome in call.result()]
    assert all(isinstance(outcome, Recognition) for outcome in outcomes), outcomes
    assert pool.version == "v3"
    assert len(pool.pids) == 2


def test_a_call_that_began_before_a_publish_keeps_its_version(pool: WorkerPool) -> None:
    pool.publish(empty_grammar("v2"))
    assert worker_pid(pool.recognise(utterance(Act.ANSWER), "v1"))
    assert worker_pid(pool.recognise(utterance(Act.ANSWER), "v2"))
    pool.publish(empty_grammar("v3"))
    assert pool.recognise(utterance(Act.ANSWER), "v1") == RecognitionFailed(
        FailureReason.UNKNOWN_VERSION
    )


def test_after_a_crash_both_versions_are_known_again(pool: WorkerPool) -> None:
    pool.publish(empty_grammar("v2"))
    for _ in range(2):
        pool.recognise(utterance(Act.EXIT), "v2")
    for version in ("v1", "v2"):
        assert worker_pid(pool.recognise(utterance(Act.ANSWER), version))


def test_a_grammar_that_the_engine_refuses_leaves_the_old_one_in_force(pool: WorkerPool) -> None:
    with pytest.raises(EngineError, match="holds nothing that can be said"):
        pool.publish(empty_grammar("bad"))
    assert pool.version == "v1"
    assert worker_pid(pool.recognise(utterance(Act.ANSWER), "v1"))
    assert len(pool.pids) == 2


@pytest.mark.parametrize(
    ("refuse", "sentence"), [("model", "there is no model"), ("crash", "process died while")]
)
def test_an_engine_that_cannot_be_loaded_is_one_sentence(
    tmp_path: Path, refuse: str, sentence: str
) -> None:
    with pytest.raises(EngineError, match=sentence):
        WorkerPool(scripted(tmp_path, refuse=refuse), empty_grammar("v1"), limits=QUICK)


def test_closing_leaves_no_process_and_no_descriptor_behind(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 no entry is opened
    with WorkerPool(scripted(tmp_path), empty_grammar("v1"), workers=2, limits=QUICK) as pool:
        pool.recognise(utterance(Act.SEGFAULT), "v1")
        pool.publish(empty_grammar("v2"))
        pids = pool.pids
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


def test_closing_answers_whoever_still_waits(tmp_path: Path) -> None:
    limits = Limits(deadline=60.0, stalled=60.0, patience=60.0)
    pool = WorkerPool(scripted(tmp_path), empty_grammar("v1"), workers=1, limits=limits)
    with ThreadPoolExecutor(2) as callers:
        waiting = [callers.submit(pool.recognise, utterance(Act.HANG), "v1") for _ in range(2)]
        time.sleep(0.3)
        pool.close()
        reasons = {call.result().reason for call in waiting}  # type: ignore[union-attr]
    assert reasons == {FailureReason.CLOSED}
    assert pool.recognise(utterance(Act.ANSWER), "v1") == RecognitionFailed(FailureReason.CLOSED)


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from tests.recognition.scripted_engine import *
from switchboard.recognition.workers import *
limits = Limits(deadline=3, stalled=60)
pool = WorkerPool(scripted(Path({str(tmp_path)!r})), empty_grammar("v1"), limits=limits)
print(*pool.pids, flush=True)
pool.recognise(utterance(Act.HANG_WITH_GIL), "v1")
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        time.sleep(0.5)  # one worker hangs by now, the other idles
        parent.kill()
    assert len(pids) == 2
    assert eventually(lambda: not any(is_running(pid) for pid in pids))


def test_what_a_dying_engine_wrote_is_logged_but_no_exception_text(
    pool: WorkerPool, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        pool.recognise(utterance(Act.SEGFAULT), "v1")
        pool.recognise(utterance(Act.RAISE), "v1")
    assert "on the edge" in caplog.records[0].stderr  # type: ignore[attr-defined]
    assert not any("must not leave" in str(vars(record)) for record in caplog.records)


def test_back_off_begins_at_once_and_is_bounded() -> None:
    limits = Limits(first_back_off=0.5, longest_back_off=4.0)
    assert [limits.back_off(n) for n in (1, 2, 3, 4)] == [0.0, 0.5, 1.0, 2.0]
    assert limits.back_off(10_000) == 4.0
