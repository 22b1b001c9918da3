"""Real telephone peers for tests: sipp, baresip and Kamailio, each on addresses of loopback.

They are started on ports of their own, waited for, and stopped when the `with` ends,
whatever has happened in it.
"""

from __future__ import annotations

import functools
import itertools
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import unavailable

DEADLINE_S = 120.0
"""Generous: the machine may be busy."""

PORTS = range(28002, 32760, 6)
"""Where `free_port` looks: each leaves room for five that follow it."""

BLOCKS = 16
"""As many test processes may run beside each other."""

_numbers = itertools.count(1)


def program(name: str, package: str) -> str:
    """The path of a Debian package's program; skips the test where it's missing, fails it in CI."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        unavailable(f"{name} is not installed; run: apt-get install {package}")
    assert found is not None
    return found


def free_port(address: str = "127.0.0.1", following: int = 1) -> int:
    """A port that is free for UDP and TCP, with `following` more after it (TLS takes the next).

    They come from below those that the kernel picks for sockets that ask for none in particular,
    in turn, from a block of this process's own: one that was found free is given away again
    neither here nor by a test process beside this one before its peer binds it, which may be
    seconds later.
    """
    ports = _own_ports()
    for first in itertools.islice(ports, len(PORTS) // BLOCKS):
        if all(_free(address, first + n) for n in range(following + 1)):
            return first
    raise AssertionError("none of this process's ports is free")


@functools.cache
def _own_ports() -> Iterator[int]:
    """Those of a block that is held by a name that one process at a time can have, and that the
    kernel frees at its end."""
    for block in range(BLOCKS):
        held = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            held.bind(f"\0switchboard-test-ports-{block}")
        except OSError:
            held.close()
            continue
        held.detach()  # open until the process ends
        return itertools.cycle(PORTS[block::BLOCKS])
    raise AssertionError(f"{BLOCKS} test processes have all ports; wait for one to end")


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
        assert code == 0, f"exit code {code}\n{self.messages[-6000:]}\n{self.log[-6000:]}"

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
    command: Sequence[str],
    folder: Path,
    address: str = "127.0.0.1",
    port: int = 0,
    *,
    logs: Path | None = None,
) -> Iterator[Peer]:
    """A program that works in `folder`, its output in a file there or in `logs`; stopped after."""
    log = (logs or folder) / f"peer{next(_numbers)}.log"
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
    deadline_s: float = DEADLINE_S,
) -> Iterator[Peer]:
    """A sipp that runs a scenario `calls` times, towards `target` (host:port), or is called.

    `echo` returns all RTP that comes; `deadline_s` is for all its calls together. Its exit code is
    0 when each call went as written.
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
        *("-timeout", str(int(deadline_s)), "-timeout_error", "-recv_timeout", "120000"),
        *(["-rtp_echo"] if echo else []),
    ]
    with running(command, scenario.parent, address, port) as peer:
        peer.message_file = messages
        if not target:
            wait_until(lambda: not _free(address, port), "sipp to listen")
        yield peer


@contextmanager
def kamailio(folder: Path, template: str, address: str, **places: str) -> Iterator[Peer]:
    """A Kamailio by a template of `kamailio/`, on a free port of `address`."""
    command = program("kamailio", "kamailio")
    modules = next(iter(Path("/usr/lib").glob("*/kamailio/modules")), None)
    if modules is None:
        unavailable("Kamailio's modules are not installed; run: apt-get install kamailio")
    port = free_port(address)
    text = (Path(__file__).parent / "kamailio" / f"{template}.cfg").read_text("utf-8")
    for name, value in {"LISTEN": f"{address}:{port}", "MODULES": str(modules), **places}.items():
        text = text.replace(f"@{name}@", value)
    config = folder / f"{template}.cfg"
    config.write_text(text)
    arguments = ["-DD", "-E", "-f", str(config), "-P", str(folder / "pid"), "-Y", str(folder)]
    with running([command, *arguments, "-m", "32", "-M", "4"], folder, address, port) as peer:
        wait_until(lambda: not _free(address, port), "Kamailio to listen")
        yield peer


@contextmanager
def worker(folder: Path, peer: str) -> Iterator[Peer]:
    """Our own endpoint on 127.0.0.1, answering, in a process of its own."""
    port = free_port()
    command = [sys.executable, "-m", "tests.telephony.worker", str(port), peer]
    with running(command, Path(__file__).parents[2], port=port, logs=folder) as started:
        wait_until(lambda: "ready" in started.log, "the worker to be ready")
        yield started


@contextmanager
def baresip(
    folder: Path,
    account: str,
    dial: str,
    *,
    sound: Path,
    seconds: int,
    certificate: Path | None = None,
) -> Iterator[Peer]:
    """Debian's baresip, another version than ours: it calls, plays `sound` (WAV, mono, at the
    codec's rate), and writes what it hears to dump-*-dec.wav in `folder`. `certificate` is its own,
    with the key."""
    command = program("baresip", "baresip-core")
    modules = next(iter(Path("/usr/lib").glob("**/baresip/modules")), None)
    if modules is None:
        unavailable("baresip's modules are not installed; run: apt-get install baresip-core")
    wanted = ("account", "menu", "g711", "g722", "srtp", "aufile", "sndfile")
    (folder / "accounts").write_text(account + "\n")
    (folder / "contacts").write_text("")
    (folder / "config").write_text(
        f"sip_listen 127.0.0.1:{free_port()}\nnet_interface 127.0.0.1\n"
        + (f"sip_certificate {certificate}\n" if certificate else "")
        + f"module_path {modules}\n"
        + "".join(f"module {name}.so\n" for name in wanted[1:])
        + "module_app account.so\nmodule_app menu.so\n"
        + f"audio_source aufile,{sound}\nsnd_path {folder}\n"
        + "audio_alert aufile,/dev/null\nrtp_ports 35000-36000\n"
    )
    arguments = ["-f", str(folder), "-s", "-e", f"/dial {dial}", "-t", str(seconds)]
    with running([command, *arguments], folder) as peer:
        yield peer
