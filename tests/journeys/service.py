"""A whole `switchboard serve` as its administrator runs it, and calls to it by real SIP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from switchboard.dialogue.actions import Line
from switchboard.settings import load_settings
from switchboard.speech.opening import one_line
from switchboard.storage.call_records import CallRecord, call_record, find_calls
from switchboard.storage.grammars import published_grammar
from switchboard.storage.store import Store, open_store
from tests.journeys.talking import EVENTS, PATIENCE_S, RATE, Exchange, Samples, Talker
from tests.telephony import scenarios as s
from tests.telephony.peers import Peer, free_port, sipp, wait_until

MAIN = "from switchboard.cli import main; main()"
OPERATOR, SECOND, LAST = "7000", "7001", "7002"
OUTSIDE = "+447700900123"
"""Of Ofcom's numbers for drama: nobody has it."""

STAFF = """\
Forename,Surname,Department,Extension
Jane,Smith,Housing,5001
Robert,Okafor,Housing,5002
Tomasz,Kowalski,Parking,5004
Marigold,Pemberton,Libraries,5005
David,Brown,Housing,5010
David,Brown,Libraries,5011
Sarah,Jones,Housing,5021
Sarah,Jones,Libraries,5022
Sarah,Jones,Parking,5023
Sarah,Jones,Planning,5024
Sarah,Jones,Legal,5025
Gregory,Lightbody,Libraries,
"""
DEPARTMENTS = """\
Department,Extension
Housing,5100
Libraries,5101
Parking,5102
Planning,5103
Legal,5104
"""
NUMBER_PLAN = '{ first = "5000", last = "7999", direct = "+44208313" }'


def put_through(number: str, at: int = 2) -> tuple[str, ...]:
    """The PBX is asked to connect the caller, does, and is left by us."""
    return (s.referred(number, "180 Ringing", "200 OK", number=at), s.hung_up())


@dataclass
class Service:
    """A running service. `store` looks into its database."""

    process: subprocess.Popen[str]
    folder: Path
    port: int
    pbx_port: int
    database: str
    store: Store
    exchange: Exchange
    calls: int = field(default=0)

    @property
    def uri(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        return (self.folder / "serve.out").read_text("utf-8")

    @property
    def log(self) -> str:
        return (self.folder / "serve.err").read_text("utf-8")

    def run(self, *words: str) -> str:
        """Another command on the same database, as an administrator would."""
        return command(self.folder, self.database, *words)

    def prompt(self, name: str) -> Samples:
        """A prompt without names as callers hear it."""
        settings = load_settings(self.folder / "settings.toml").prompts
        cache = self.folder.parent / "cache" / "switchboard" / "speech"
        grammar = published_grammar(self.store)
        assert grammar is not None
        return one_line(replace(settings, cache=str(cache)), Line(name), RATE, grammar)

    def transfers(self) -> list[tuple[str, str]]:
        """Where the latest call was sent, and what came of it, once it has ended."""
        return [(each.to, each.outcome) for each in self.record().transfers]

    def workers(self) -> list[int]:
        """The recognition processes."""
        children = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        found = (int(pid) for each in children for pid in each.read_text().split())
        return [pid for pid in found if b"recognition.worker" in _command_line(pid)]

    def recogniser_ready(self) -> None:
        """Wait until none has died since the last one was ready to listen."""

        def ready() -> bool:
            log = self.log
            gone = ("recognition worker replaced", "recognition worker can't start")
            return log.rfind("recognition worker ready") >= max(map(log.rfind, gone))

        wait_until(ready, "a recogniser to be ready", PATIENCE_S)

    def record(self) -> CallRecord:
        """Of the latest call, once it has ended."""

        def ended() -> bool:
            found = find_calls(self.store, limit=1)
            return (
                bool(found)
                and len(find_calls(self.store, limit=1000)) >= self.calls
                and found[0].ending != ""
            )

        wait_until(ended, "the call's record", PATIENCE_S)
        record = call_record(self.store, find_calls(self.store, limit=1)[0].call)
        assert record is not None
        return record

    def told(self) -> str:
        """The latest call as far as it is stored, and what the service logged: for failures."""
        found = find_calls(self.store, limit=1)
        record = call_record(self.store, found[0].call) if found else None
        lines = [
            f"turn {t.prompt}: {t.outcome} {t.keys}{t.transcript!r} {t.action} {t.reason}"
            for t in (record.turns if record else ())
        ]
        lines += [f"transfer to {t.to}: {t.outcome}" for t in (record.transfers if record else ())]
        lines += [f"ended {record.call.ending} {record.call.reason}"] if record else []
        return "\n".join([*lines, *self.log.splitlines()[-15:]])

    def running_call(self) -> CallRecord:
        """What is stored of the latest call so far."""
        record = call_record(self.store, find_calls(self.store, limit=1)[0].call)
        assert record is not None
        return record

    @contextmanager
    def call(
        self,
        *steps: str,
        identity: str = "",
        headers: Sequence[str] = (),
        muted: bool = False,
        through: str = "",
        codec: str = "pcma",
    ) -> Iterator[Caller]:
        """A call that is answered; sipp then goes through `steps`, and must come to its end.

        `through`: the proxy in front, as host:port. `codec`: the only one that is offered.
        """
        self.calls += 1
        with self.exchange.talker(codec) as talker:
            talker.muted = muted
            # Nobody has called before, unless the test says so.
            identity = identity or str(5300 + self.calls)
            asserted = f"P-Asserted-Identity: <sip:{identity}@pbx.example>"
            file = s.scenario(
                self.folder / f"call{self.calls}.xml",
                s.invite(offer(talker), headers=[asserted, *headers]),
                s.answered(),
                *steps,
            )
            with sipp(file, through or self.uri, deadline_s=PATIENCE_S) as phone:
                try:
                    yield Caller(talker, phone)
                    phone.succeed(PATIENCE_S)
                except BaseException as error:
                    error.add_note(self.told())
                    raise

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)


@dataclass(frozen=True)
class Caller:
    """`talker` is their voice and ear, `phone` sipp's side of it."""

    talker: Talker
    phone: Peer

    def says(self, samples: Samples) -> None:
        """Into the prompt, as soon as it has begun."""
        self.talker.hears_a_prompt()
        time.sleep(0.3)
        self.talker.say(samples)

    def hears_what_came_of_it(self) -> None:
        """Waits through the announcement and while it rings, until what is said then has begun."""
        self.talker.hears_a_prompt_out()
        self.talker.hears_a_prompt(after=time.monotonic())

    def presses(self, keys: str) -> None:
        self.talker.hears_a_prompt()
        self.talker.press(keys)


def offer(talker: Talker) -> str:
    """A session whose sound goes to and comes from a talker."""
    return s.sdp(talker.codec, port=str(talker.port), keys=EVENTS)


def command(folder: Path, database: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "--database", database, *words],
        capture_output=True,
        text=True,
        check=False,
        env=environment(folder),
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def environment(folder: Path) -> dict[str, str]:
    """Nobody's own files; sound that was spoken once is shared by all services of a run."""
    return {
        **os.environ,
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_CACHE_HOME": str(folder.parent / "cache"),
        "SWITCHBOARD_SETTINGS": str(folder / "settings.toml"),
    }


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@contextmanager
def serving(
    folder: Path,
    exchange: Exchange,
    *options: str,
    settings: str = "",
    published: bool = False,
    sip: str = "",
    deadline_s: float = 60.0,
    workers: int = 1,
    second_opinions: int = 0,
    database: str = "",
    peers: Sequence[str] = ("127.0.0.1",),
    callers: str = "kept_to_hours = []\n",
    former: str = "",
) -> Iterator[Service]:
    """A service on a published directory: that of `folder`'s staff.csv, or a small one.

    `sip` and `callers` are TOML of those sections, `settings` further sections. `former`: the list
    of staff that was imported before, with those who have left since.
    """
    folder.mkdir(parents=True, exist_ok=True)
    database = database or f"sqlite:///{folder}/switchboard.db"
    port, pbx_port, rtp = free_port(), free_port(), 10000 + 400 * (os.getpid() % 40)
    (folder / "settings.toml").write_text(
        f'[sip]\naddress = "127.0.0.1"\nport = {port}\npeers = {json.dumps(list(peers))}\n'
        f'pbx = "127.0.0.1:{pbx_port}"\nrtp_first = {rtp}\nrtp_last = {rtp + 399}\n{sip}'
        f"[number_plan]\nblocks = [{NUMBER_PLAN}]\n"
        '[rollout]\nstage = "external"\n'
        f"[callers]\n{callers}"
        f'[operators]\nnumbers = ["{OPERATOR}", "{SECOND}"]\nlast_resort = "{LAST}"\nring_s = 10\n'
        'last_resort_ring_s = 10\n[recognition]\nengine = "whisper"\n'
        f"deadline_s = {deadline_s}\nworkers = {workers}\nsecond_opinions = {second_opinions}\n"
        '[prompts]\nvoice = "espeak"\nlongest_wait_s = 5\n'
        f'[log]\nlevel = "info"\n[admin]\nport = 0\n{settings}',
        "utf-8",
    )
    if not published:
        if not (folder / "staff.csv").exists():
            (folder / "staff.csv").write_text(STAFF, "utf-8")
            (folder / "departments.csv").write_text(DEPARTMENTS, "utf-8")
        if former:
            (folder / "former.csv").write_text(former, "utf-8")
        departments = ("--departments", str(folder / "departments.csv"))
        for staff in ("former.csv", "staff.csv") if former else ("staff.csv",):
            command(folder, database, "directory", "import", str(folder / staff), *departments)
        command(folder, database, "grammar", "publish")
    with (folder / "serve.out").open("w") as out, (folder / "serve.err").open("w") as err:
        process = subprocess.Popen(
            [sys.executable, "-u", "-c", MAIN, "--database", database, "serve", *options],
            stdout=out,
            stderr=err,
            text=True,
            env=environment(folder),
        )
    store = open_store(database)
    try:
        before = len(find_calls(store, limit=1000))
        service = Service(process, folder, port, pbx_port, database, store, exchange, before)
        wait_until(
            lambda: "Answering calls" in service.output or process.poll() is not None,
            "the service to start",
            PATIENCE_S,
        )
        assert process.poll() is None, service.log
        yield service
    finally:
        store.close()
        if process.poll() is None:
            process.terminate()
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
