"""What the tests' own telephone peers stand on."""

from __future__ import annotations

import json
import subprocess
import sys

ASKS_FOR_PORTS = """\
import json
from tests.telephony.peers import free_port
print(json.dumps([free_port() for _ in range(20)]), flush=True)
input()
"""


def test_test_processes_beside_each_other_are_never_given_the_same_port() -> None:
    words = [sys.executable, "-c", ASKS_FOR_PORTS]
    with (
        subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as one,
        subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other,
    ):
        given = []
        for process in (one, other):
            assert process.stdout is not None
            given += json.loads(process.stdout.readline())
        for process in (one, other):
            process.communicate("\n")
    assert len(set(given)) == 40
