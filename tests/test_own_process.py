"""Work in a process of its own: what comes back of it, and when it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from switchboard.errors import UserError
from switchboard.own_process import OwnProcess, in_own_process

LONG_S = 60.0


def writes(file: Path, text: str) -> None:
    file.write_text(text)


def refuses(sentence: str) -> None:
    raise UserError(sentence)


def breaks() -> None:
    raise RuntimeError


def dies() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def goes_on(file: Path) -> None:
    """Says which process it is, and never ends by itself."""
    file.with_suffix(".part").write_text(str(os.getpid()))
    file.with_suffix(".part").rename(file)
    time.sleep(600)


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def _gone(file: Path) -> bool:
    return not Path(f"/proc/{file.read_text()}").exists()


def test_the_work_is_done_elsewhere_with_what_it_was_given(tmp_path: Path) -> None:
    OwnProcess().run("writing", writes, tmp_path / "a", "done")
    assert (tmp_path / "a").read_text() == "done"


def test_what_a_user_can_act_on_comes_back_as_it_was_said() -> None:
    with pytest.raises(UserError, match=r"^Give it more memory\.$"):
        OwnProcess().run("refusing", refuses, "Give it more memory.")


@pytest.mark.parametrize(("inside", "code"), [(breaks, 1), (dies, -9)])
def test_a_process_that_breaks_is_told_by_name(inside: Callable[[], None], code: int) -> None:
    with pytest.raises(UserError, match=rf"for thinking died \(exit code {code}\)"):
        OwnProcess().run("thinking", inside)


def test_stopped_it_ends_at_once_without_a_fault_and_begins_nothing_more(tmp_path: Path) -> None:
    process = OwnProcess()
    thread = threading.Thread(target=process.run, args=("waiting", goes_on, tmp_path / "a"))
    thread.start()
    _until((tmp_path / "a").exists)
    process.stop()
    thread.join(LONG_S)
    assert not thread.is_alive()
    assert _gone(tmp_path / "a")
    process.run("writing", writes, tmp_path / "b", "done")
    assert not (tmp_path / "b").exists()


def test_cancelled_it_has_ended(tmp_path: Path) -> None:
    async def run() -> None:
        work = asyncio.create_task(in_own_process("waiting", goes_on, tmp_path / "a"))
        await asyncio.to_thread(_until, (tmp_path / "a").exists)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert _gone(tmp_path / "a")

    asyncio.run(run())


def test_it_ends_with_whoever_started_it(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from switchboard.own_process import OwnProcess; "
        "from tests.test_own_process import goes_on; "
        "OwnProcess().run('waiting', goes_on, Path(sys.argv[1]))"
    )
    path = os.pathsep.join(sys.path)
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "a")], env={**os.environ, "PYTHONPATH": path}
    ) as parent:
        _until((tmp_path / "a").exists)
        parent.kill()
    _until(lambda: _gone(tmp_path / "a"))
