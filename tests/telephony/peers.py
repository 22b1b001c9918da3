"""Real telephone peers for tests: sipp, baresip and Kamailio, each on addresses of loopback.

They are started on ports that the kernel names, waited for, and stopped when the `with` ends,
whatever has happened in it.
"""

from __future__ import annotations

import itertools
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import unavailable

DEADLINE_S = 60.0
"""Generous: the machine may be busy."""

_numbers = itertools.count(1)


def program(name: str, package: str) -> str:
    """The path of a Debian package's program; skips the test where it's missing, fails it in CI."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        unavailable(f"{name} is not installed; run: apt-get install {package}")
    assert found is not None
    return found


def free_port(address: str = "127.0.0.1", following: int = 1) -> int:
    """A port that is free for UDP and TCP, with `following` more after it (TLS takes the next)."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
            first: int = probe.getsockname()[1]
        if first % 2 == 0 and all(_free(address, first + n) for n in range(following + 1)):
            return first


def _free(address: str, port: int) -> bool:
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind((address, port))
            except OSError:
                return False
    return True


def wait_until(true: Callable[[], bool], what: str, seconds: float = DEADLINE_S) -> None:
    """Look until it is so; fails the test, saying `what` was waited for, after the deadline."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.05)


@dataclass
class Peer:
    """A program that runs. `log` is all that it wrote; sipp's `messages` are the SIP it saw."""

    process: subprocess.Popen[bytes]
    address: str
    port: int
    log_file: Path
    message_file: Path = field(default_factory=Path)

    @property
    def uri(self) -> str:
        return f"{self.address}:{self.port}"

    @property
    def log(self) -> str:
        return self.log_file.read_text("utf-8", "replace")

    @property
    def messages(self) -> str:
        return (
            self.message_file.read_text("utf-8", "replace") if self.message_file.is_file() else ""
        )

    def finish(self, seconds: float = DEADLINE_S) -> int:
        """Wait for its end: its exit code, 0 for a sipp whose calls all went as written."""
        return self.process.wait(seconds)

    def succeed(self, seconds: float = DEADLINE_S) -> None:
        """Wait for its end, which must be a good one; else its messages are shown."""
        code = self.finish(seconds)
        assert code == 0, f"exit code {code}\n{self.messages[-6000:]}\n{self.log[-1500:]}"

    def kill(self) -> None:
        """As a crash: SIGKILL."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def running(
    command: Sequence[str], folder: Path, address: str = "127.0.0.1", port: int = 0
) -> Iterator[Peer]:
    """A program with its output in a file, in a process group of its own, stopped at the end."""
    log = folder / f"peer{next(_numbers)}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    peer = Peer(process, address, port, log)
    try:
        yield peer
    finally:
        with suppress(ProcessLookupError):
            peer.stop()


@contextmanager
def sipp(
    scenario: Path,
    target: str = "",
    *,
    dialled: str = "5000",
    address: str = "127.0.0.1",
    port: int = 0,
    calls: int = 1,
    at_once: int = 1,
    rate: float = 10,
    transport: str = "udp",
    echo: bool = False,
    call_id: str = "%u-%p@%s",
    media_port: int = 0,
) -> Iterator[Peer]:
    """A sipp that runs a scenario `calls` times, towards `target` (host:port), or is called.

    `echo` returns all RTP that comes. Its exit code is 0 when each call went as written.
    """
    port = port or free_port(address)
    messages = scenario.with_name(f"{scenario.stem}-{port}.messages")
    command = [
        program("sipp", "sip-tester"),
        *([target] if target else []),
        *("-sf", str(scenario), "-s", dialled, "-i", address, "-p", str(port)),
        *("-mi", address, "-mp", str(media_port or free_port(address, following=3))),
        *("-m", str(calls), "-l", str(at_once), "-r", str(rate)),
        *("-t", {"udp": "u1", "tcp": "t1"}[transport]),
        *("-cid_str", call_id, "-deadcall_wait", "0"),
        *("-nostdin", "-trace_msg", "-message_file", str(messages), "-message_overwrite", "true"),
        *("-timeout", str(int(DEADLINE_S)), "-timeout_error", "-recv_timeout", "30000"),
        *(["-rtp_echo"] if echo else []),
    ]
    with running(command, scenario.parent, address, port) as peer:
        peer.message_file = messages
        if not target:
            wait_until(lambda: not _free(address, port), "sipp to listen")
        yield peer
