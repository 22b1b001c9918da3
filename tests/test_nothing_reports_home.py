from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "use",
    [
        "from grammar.phones import phones; phones('jane')",
        "import switchboard.speech.piper_voice",
        "import switchboard.recognition.worker; import onnxruntime",
    ],
)
def test_no_package_queues_a_report_to_its_maker(tmp_path: Path, use: str) -> None:
    env = {name: value for name, value in os.environ.items() if "TELEMETRY" not in name}
    env |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", use], env=env, check=True)
    # The runtime under Piper keeps there what it means to send.
    assert not (tmp_path / "Microsoft").exists()
