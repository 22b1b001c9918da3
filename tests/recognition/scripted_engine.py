"""An engine that does what the utterance's first sample says: for testing the supervision."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from enum import IntEnum
from pathlib import Path

import numpy as np

from grammar.model import Grammar
from switchboard.errors import EngineError
from switchboard.recognition.messages import EngineSpec
from switchboard.recognition.port import Hypothesis, Recognition, Utterance


class Act(IntEnum):
    ANSWER = 1
    EXIT = 2
    SEGFAULT = 3
    HANG = 4
    HANG_WITH_GIL = 5
    RAISE = 6
    SLOW = 7
    STOP = 8
    SPIN = 9
    WORK = 10
    WAIT_FOR_A_PROGRAM = 11


SECONDS_OF_WORK = {Act.WORK: 1.0, Act.SPIN: 1e9}


def utterance(act: Act, *, once: bool = False) -> Utterance:
    """Audio that makes the engine act; `once`: only the first time that it hears it."""
    return Utterance(np.array([act, once, 0, 0], dtype=np.int16), 8000)


def scripted(marks: Path, **options: object) -> EngineSpec:
    return EngineSpec(f"{__name__}:ScriptedEngine", {"marks": str(marks), **options})


def empty_grammar(version: str) -> Grammar:
    return Grammar(version=version, entries=(), forms=(), carriers=(), commands=())


class ScriptedEngine:
    """`marks` is a folder in which it remembers across processes what it has done once."""

    name = "scripted"

    def __init__(
        self, marks: str, slow_seconds: float = 0.2, refuse: str = "", ahead: str = ""
    ) -> None:
        if refuse == "model":
            raise EngineError("there is no model; fetch one")
        if refuse == "crash":
            os._exit(7)
        self.marks = Path(marks)
        self.slow_seconds = slow_seconds
        self.refuse = refuse
        self.ahead = ahead

    def prepare(self, grammar: Grammar) -> None:
        if grammar.version == "bad":
            raise EngineError("the grammar holds nothing that can be said")
        if grammar.version == "slow":
            time.sleep(1.0)

    def work_ahead(self) -> bool:
        if self.ahead:
            (self.marks / f"ahead {os.getpid()}").touch()
        if self.ahead == "fails":
            raise ValueError("a name that must not leave this process")
        return bool(self.ahead)

    def recognise(self, utterance: Utterance, grammar: Grammar) -> Recognition:
        act, once = Act(int(utterance.samples[0])), bool(utterance.samples[1])
        if not once or self.first_time(act):
            self.do(act)
        text = f"{os.getpid()} {grammar.version}"
        return Recognition(self.name, grammar.version, (Hypothesis(text, 0.0),))

    def first_time(self, act: Act) -> bool:
        try:
            (self.marks / act.name).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    def do(self, act: Act) -> None:  # noqa: C901 one case an act
        match act:
            case Act.EXIT:
                os._exit(3)
            case Act.SEGFAULT:
                os.write(2, b"on the edge")
                os.kill(os.getpid(), signal.SIGSEGV)
            case Act.HANG:
                time.sleep(600)
            case Act.HANG_WITH_GIL:
                ctypes.PyDLL(None).sleep(600)
            case Act.RAISE:
                raise ValueError("a name that must not leave this process")
            case Act.WAIT_FOR_A_PROGRAM:
                work = "import time\nwhile time.process_time() < 1.5: pass"
                subprocess.run([sys.executable, "-c", work], check=True)
            case Act.SLOW:
                time.sleep(self.slow_seconds)
            case Act.STOP:
                os.kill(os.getpid(), signal.SIGSTOP)
            case Act.WORK | Act.SPIN:
                until = time.thread_time() + SECONDS_OF_WORK[act]
                while time.thread_time() < until:
                    pass
