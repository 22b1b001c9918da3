"""The inside of a process that owns one synthesiser and speaks one text at a time.

Started by `switchboard.speech.synthesis` as `python -m switchboard.speech.synthesis_worker VOICE
OPTIONS`, a factory as "module:function" and its arguments as JSON. Says {"ready"} on stdout when it
has loaded. One line of JSON on stdin asks: {"words", "ipa", "seconds"}. The answer is {"rate",
"samples"} and that many 16-bit samples, or {"error"}. The end of stdin ends the process.
"""

from __future__ import annotations

import faulthandler
import importlib
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import BinaryIO

Speak = Callable[[str, dict[str, str]], tuple[bytes, int]]
"""Words and the IPA of some; the sound as 16-bit samples of this machine's byte order, and its
rate in Hz."""

GRACE_SECONDS = 1.0
"""How long past its deadline a process lives when whoever should have killed it is gone."""


def serve(speak: Speak, requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until `requests` ends."""
    answers.write(b'{"ready": true}\n')
    answers.flush()
    for line in requests:
        request = json.loads(line)
        faulthandler.dump_traceback_later(request["seconds"] + GRACE_SECONDS, exit=True)
        try:
            samples, rate = speak(request["words"], request["ipa"])
            answer: dict[str, object] = {"rate": rate, "samples": len(samples) // 2}
            sound = samples
        except Exception as error:  # noqa: BLE001 the process boundary: every fault is a value
            # Its kind, not its message: that might quote the text, and names are personal data.
            answer, sound = {"error": type(error).__name__}, b""
        faulthandler.cancel_dump_traceback_later()
        answers.write(json.dumps(answer).encode() + b"\n" + sound)
        answers.flush()


def main() -> None:
    # Ctrl-C in a terminal, and the stopping of a service, reach all its processes, but calls are
    # still up then: the parent decides when this one ends.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.SIG_IGN)
    faulthandler.enable()
    # Native libraries print to stdout when they feel like it: only answers may go there.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    module, _, name = sys.argv[1].partition(":")
    speak: Speak = getattr(importlib.import_module(module), name)(**json.loads(sys.argv[2]))
    serve(speak, sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
