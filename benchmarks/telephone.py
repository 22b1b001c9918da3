"""Calls by real SIP and RTP to a whole service: how long callers wait, and what a call takes.

Callers are sipp for the signalling and, for the sound, the talkers that the journeys use. Each
speaks into the greeting, at a moment of its own; what counts begins at the end of the last sound of
speech, so the silence that ends a turn is part of it.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import numpy as np
import soundfile
from numpy.typing import NDArray

import directory
from benchmarks.result import Section
from benchmarks.routing_run import percentile
from switchboard.audio.files import read_audio
from switchboard.audio.utterances import Speech, find_utterance
from switchboard.measures.manifest import read_manifest
from switchboard.storage.call_records import call_record, find_calls, turn_sound
from tests.journeys.service import OPERATOR, Service, serving
from tests.journeys.talking import EVENTS, Exchange, Talker
from tests.telephony import scenarios as s
from tests.telephony.peers import Peer, free_port, program, running, wait_until

Samples = NDArray[np.int16]

AT_ONCE = (1, 10, 30)
LIMIT_S = 1.5
"""The number of calls at once at which the 95th percentile passes this is looked for."""
STEPS = (10, 12, 15, 20, 25, 30, 40, 60)
CALLS = {1: 20, 10: 100, 30: 90}
"""How many are measured of each number at once."""
SHORT_CALLS = 2_000
SHORT_AT_ONCE = 50
_SPREAD_S = 6.0
"""Over which ten or more callers who call at once begin to speak: calls don't march in step."""
_ANSWER_S = 30.0
_REFER_MS = 15_000
"""From a call's beginning: who isn't put through by then was asked something, and hangs up."""
_SPOKEN_S = 600.0
FAULTS = 8
"""Calls for each way to fail."""
_LISTENING_S = 0.35
"""After the end of speech: an engine is at work then."""
_DEADLINE_S = 120.0

SAMPLE = Path(directory.__file__).parent / "sample"
FIXTURES = Path(__file__).parents[1] / "audio_fixtures"
_SENT = re.compile(
    r"-+ (?P<at>[\d-]+ [\d:.]+)\nUDP message received[^\n]*\n\nREFER .*?\nCall-ID: (?P<call>\d+)-",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Waited:
    """Seconds from the end of one caller's speech; None for what didn't come. `ended`: when that
    was, by `time.monotonic`; 0 for who said nothing."""

    ended: float
    first_sound: float | None
    refer: float | None


@dataclass(frozen=True, slots=True)
class Used:
    """What a service's processes hold together."""

    cpu_s: float
    memory_mb: float
    files: int
    threads: int
    processes: int


def sections() -> list[Section]:
    """All tables; takes about half an hour."""
    with TemporaryDirectory() as folder, Exchange() as exchange:
        with _sample_service(Path(folder) / "a", exchange, "most_calls = 100\n") as service:
            answers = _answering(service)
            killed = _killed(service)
            faults = _faults(service)
            service.recogniser_ready()
            leaks = _leaks(service)
        kept = "[privacy]\nkeep_audio = true\n"
        with _sample_service(
            Path(folder) / "b", exchange, "most_calls = 100\n", settings=kept
        ) as service:
            whole = _integrity(service, max(AT_ONCE))
    return [answers, whole, leaks, killed, faults]


@contextmanager
def _sample_service(
    folder: Path, exchange: Exchange, sip: str, settings: str = ""
) -> Iterator[Service]:
    folder.mkdir(parents=True)
    for name in ("staff.csv", "departments.csv"):
        shutil.copy(SAMPLE / name, folder)
    with serving(
        folder,
        exchange,
        "--no-admin",
        sip=sip,
        settings=settings,
        deadline_s=5.0,
        workers=2,
        second_opinions=1,
    ) as service:
        # As on any day but the first: what calls need to say was spoken before.
        wait_until(lambda: "what calls need to say is spoken" in service.log, "names", _SPOKEN_S)
        yield service


def _spoken() -> list[Samples]:
    """Names and departments of the fixtures, cut at the end of speech."""
    found = []
    for row in read_manifest(FIXTURES / "manifest.csv").rows:
        if row.columns["channel"] != "clean" or not row.columns["expected"].startswith("transfer"):
            continue
        sound = read_audio(row.path)
        speech = find_utterance(sound.samples, sound.rate)
        if isinstance(speech, Speech):
            found.append(sound.samples[: int(speech.end * sound.rate)])
    return found


# Calls


def _calls(
    service: Service,
    at_once: int,
    *,
    turn: int = 0,
    press: str = "",
    then: Callable[[], None] = lambda: None,
) -> list[Waited]:
    """One round: as many callers as that, each of whom says a name, or presses keys; `then` follows
    what was said."""
    spoken = _spoken()
    chosen = random.Random(1000 * turn + at_once)
    spread_s = min(_SPREAD_S, 0.6 * at_once)
    with ExitStack() as stack:
        talkers = [stack.enter_context(service.exchange.talker()) for _ in range(at_once)]
        phones = stack.enter_context(_phones(service, talkers))
        callers = [
            threading.Thread(
                target=_call,
                args=(talker, chosen.choice(spoken), chosen.uniform(0, spread_s), press, then),
            )
            for talker in talkers
        ]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        phones.finish(_DEADLINE_S)
        refers = _refers(phones)
        return [_waited(talker, refers.get(n)) for n, talker in enumerate(talkers, start=1)]


def _call(
    talker: Talker, sound: Samples, after_s: float, press: str, then: Callable[[], None]
) -> None:
    until = time.monotonic() + _ANSWER_S
    while not talker.onsets:
        if time.monotonic() > until:
            return  # sent on to an operator unanswered
        time.sleep(0.01)
    if press:
        talker.press(press)
        return
    time.sleep(after_s)
    talker.say(sound)
    then()


def _waited(talker: Talker, refer: float | None) -> Waited:
    ended = talker.spoke_at
    if not ended:
        return Waited(0.0, None, None)
    sounds = [at - ended for at in talker.onsets if at > ended]
    since = time.monotonic() - time.time()  # sipp tells the time of day
    return Waited(
        ended,
        sounds[0] if sounds else None,
        refer + since - ended if refer is not None else None,
    )


@contextmanager
def _phones(service: Service, talkers: Sequence[Talker]) -> Iterator[Peer]:
    """A sipp whose n-th call has the n-th talker's sound, and ends when it is put through, or
    isn't for a while."""
    ports = service.folder / "ports.csv"
    ports.write_text("SEQUENTIAL\n" + "".join(f"{talker.port}\n" for talker in talkers))
    asked = s.referred("[0-9]+", "200 OK").replace(
        f'timeout="{s.PATIENCE_MS}"><action>', f'timeout="{_REFER_MS}" ontimeout="9"><action>'
    )
    file = s.scenario(
        service.folder / "calls.xml",
        s.invite(s.sdp(port="[field0]", keys=EVENTS)),
        s.answered(),
        asked,
        s.hung_up(),
        '<nop next="8"/><label id="9"/>',
        s.hang_up(),
        '<label id="8"/>',
    )
    messages = service.folder / "calls.messages"
    port = free_port()
    command = [
        *(program("sipp", "sip-tester"), service.uri, "-sf", str(file), "-s", "5000"),
        *("-i", "127.0.0.1", "-p", str(port), "-inf", str(ports)),
        *("-m", str(len(talkers)), "-l", str(len(talkers)), "-r", str(min(50, 2 * len(talkers)))),
        *("-nostdin", "-trace_msg", "-message_file", str(messages), "-message_overwrite", "true"),
        *("-timeout", str(int(_DEADLINE_S)), "-recv_timeout", "30000"),
    ]
    with running(command, service.folder, port=port) as peer:
        peer.message_file = messages
        yield peer


def _refers(phones: Peer) -> dict[int, float]:
    """When each call, by its number, was asked to be put through: the time of day in seconds."""
    found: dict[int, float] = {}
    for message in _SENT.finditer(phones.messages):
        at = datetime.fromisoformat(message["at"]).timestamp()
        found.setdefault(int(message["call"]), at)
    return found


# What is measured


def _answering(service: Service) -> Section:
    rows, data = [], {}
    for at_once in AT_ONCE:
        before = _used(service)
        waited = _many(service, at_once)
        after = _used(service)
        first = [each.first_sound for each in waited if each.first_sound is not None]
        refer = [each.refer for each in waited if each.refer is not None]
        cpu = (after.cpu_s - before.cpu_s) / len(waited)
        rows.append(
            (str(at_once), str(len(waited)), str(len(first)),
             _s(percentile(first, 50)), _s(percentile(first, 95)),
             str(len(refer)), _s(percentile(refer, 50)), _s(percentile(refer, 95)),
             _s(cpu), f"{after.memory_mb:.0f} MB")
        )  # fmt: skip
        click.echo("  ".join(rows[-1]), err=True)
        data[str(at_once)] = {
            "calls": len(waited), "first_sound_s": first, "refer_s": refer,
            "cpu_s_a_call": cpu, "memory_mb": after.memory_mb,
        }  # fmt: skip
    passes = _passes(service)
    data["passes"] = {"seconds": LIMIT_S, "at_once": passes}
    about = (
        "From the end of speech to the first sound of the answer, and to the REFER of calls that "
        "were put through unasked, announcement included; all with the silence that ends a turn. "
        f"Aim: a 95th percentile of at most 1.2 s to the first sound at 10 calls at once. It "
        f"passes {LIMIT_S} s at {passes or f'more than {STEPS[-1]}'} calls at once. CPU-seconds "
        "are of a whole call and all processes; memory is of all processes."
    )
    headings = (
        "at once", "calls", "answered", "sound p50", "p95", "put through", "REFER p50", "p95",
        "CPU a call", "memory",
    )  # fmt: skip
    return Section("Calls by telephone", about, headings, tuple(rows), data)


def _many(service: Service, at_once: int) -> list[Waited]:
    waited: list[Waited] = []
    for turn in range(CALLS[at_once] // at_once):
        waited += _calls(service, at_once, turn=turn)
    return waited


def _passes(service: Service) -> int | None:
    """From how many calls at once on the wait is too long; None when it never is."""
    for at_once in STEPS:
        waited = [each for turn in range(3) for each in _calls(service, at_once, turn=turn)]
        first = [each.first_sound or float("inf") for each in waited]
        click.echo(f"{at_once} at once: p95 {_s(percentile(first, 95))}", err=True)
        if percentile(first, 95) > LIMIT_S:
            return at_once
    return None


def _integrity(service: Service, at_once: int) -> Section:
    """Whether what was stored of each call is, sample for sample, what was said."""
    before = {each.call for each in find_calls(service.store, limit=10_000)}
    spoken = _spoken()
    _calls(service, at_once)
    wait_until(lambda: _all_ended(service), "all records")
    stored = [
        sound
        for each in find_calls(service.store, limit=10_000)
        if each.call not in before
        for sound in _sounds(service, each.call)
    ]
    damaged = sum(not any(_is_part(sound, said) for said in spoken) for sound in stored)
    row = (str(at_once), str(len(stored)), str(damaged))
    return Section(
        "Integrity of captured audio",
        "Sound as stored, against what was sent, sample for sample, but for the silence around it.",
        ("calls at once", "turns stored", "damaged"),
        (row,),
        {"at_once": at_once, "stored": len(stored), "damaged": damaged},
    )


def _sounds(service: Service, call: str) -> Iterator[Samples]:
    record = call_record(service.store, call)
    for number in sorted(record.with_audio) if record else ():
        flac = turn_sound(service.store, call, number)
        if flac is not None:
            yield soundfile.read(BytesIO(flac), dtype="int16")[0]


def _all_ended(service: Service) -> bool:
    return all(each.ending for each in find_calls(service.store, limit=10_000))


def _is_part(stored: Samples, said: Samples) -> bool:
    """Whether the stored sound is this one, begun anywhere in its silence."""
    whole = np.concatenate([np.zeros(8000, np.int16), said, np.zeros(16000, np.int16)])
    loud = np.flatnonzero(np.abs(stored.astype(np.int32)) > 1000)
    if not len(loud):
        return False
    core = stored[loud[0] : loud[-1] + 1].astype(np.int64)
    if len(core) > len(whole):
        return False
    alike = np.correlate(whole.astype(np.float64), core.astype(np.float64), mode="valid")
    at = int(alike.argmax())
    # A-law carries 13 bits: what was quantised once comes through as it is.
    return bool(np.array_equal(whole[at : at + len(core)], core))


def _leaks(service: Service) -> Section:
    """Many short calls, straight to an operator."""
    _calls(service, SHORT_AT_ONCE, press="0")  # whatever is made once, is made
    before = _used(service)
    done = 0
    while done < SHORT_CALLS:
        done += sum(each.refer is not None for each in _calls(service, SHORT_AT_ONCE, press="0"))
    time.sleep(5)
    after = _used(service)
    row = tuple(
        f"{getattr(before, name):.0f} → {getattr(after, name):.0f}"
        for name in ("memory_mb", "files", "threads", "processes")
    )
    return Section(
        "Leaks",
        f"Before and after {done:,} calls, {SHORT_AT_ONCE} at once, each answered and put through "
        f"to an operator ({OPERATOR}).",
        ("memory, MB", "open files", "threads", "processes"),
        (row,),
        {"calls": done, "before": _as_numbers(before), "after": _as_numbers(after)},
    )


def _killed(service: Service) -> Section:
    """A recognition process is killed while ten callers speak."""

    def kill() -> None:
        time.sleep(_SPREAD_S / 2)
        os.kill(min(service.workers()), signal.SIGKILL)  # not the larger one, which starts last

    killer = threading.Thread(target=kill)
    killer.start()
    waited = _calls(service, 10)
    killer.join()
    first = [each.first_sound for each in waited if each.first_sound is not None]
    row = (str(len(waited)), str(len(first)), _s(max(first, default=float("nan"))))
    return Section(
        "A recogniser killed under load",
        "Of ten callers at once, while one of two recognition processes is killed.",
        ("calls", "answered", "longest wait"),
        (row,),
        {"calls": len(waited), "first_sound_s": first},
    )


def _faults(service: Service) -> Section:
    """All recognition processes fail while they listen to a caller."""
    rows, data = [], {}
    for name, fault in (("killed", signal.SIGKILL), ("stopped", signal.SIGSTOP)):
        waits = []
        for turn in range(FAULTS):
            service.recogniser_ready()
            failed: list[float] = []

            def fail(fault: signal.Signals = fault, failed: list[float] = failed) -> None:
                time.sleep(_LISTENING_S)
                failed.append(time.monotonic())
                for pid in service.workers():
                    os.kill(pid, fault)

            [waited] = _calls(service, 1, turn=turn, then=fail)
            if failed and waited.first_sound is not None:
                waits.append(waited.ended + waited.first_sound - failed[0])
        rows.append(
            (name, str(len(waits)), _s(percentile(waits, 50)), _s(max(waits, default=float("nan"))))
        )
        data[name] = waits
    return Section(
        "No recogniser left",
        "From when all recognition processes are killed or stopped, while one listens to a caller, "
        f"to the first sound of being put through to an operator; {FAULTS} calls each. Aim: 2 s.",
        ("all are", "calls", "p50", "longest"),
        tuple(rows),
        data,
    )


def _used(service: Service) -> Used:
    pids = list(_tree(service.process.pid))
    ticks = os.sysconf("SC_CLK_TCK")
    cpu = memory = 0.0
    files = threads = 0
    for pid in pids:
        home = Path(f"/proc/{pid}")
        stat = (home / "stat").read_text().rpartition(")")[2].split()
        cpu += (int(stat[11]) + int(stat[12])) / ticks
        threads += int(stat[17])
        pss = re.search(r"^Pss:\s+(\d+)", (home / "smaps_rollup").read_text(), re.MULTILINE)
        memory += int(pss[1]) / 1024 if pss else 0.0
        files += len(list((home / "fd").iterdir()))
    return Used(cpu, memory, files, threads, len(pids))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from _tree(int(child))


def _as_numbers(used: Used) -> dict[str, float]:
    return {
        "memory_mb": used.memory_mb,
        "files": used.files,
        "threads": used.threads,
        "processes": used.processes,
    }


def _s(seconds: float) -> str:
    return f"{seconds:.2f} s"
