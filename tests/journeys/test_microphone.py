"""From a voice at the microphone to a decision, for real: PortAudio, VAD, engine, matcher."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from switchboard.audio.files import read_audio
from tests.audio.sounds import RATE, tones
from tests.journeys.virtual_microphone import VirtualMicrophone, install, virtual_microphone
from tests.servers import unavailable

VOICE = Path(__file__).parents[1] / "audio" / "voice.flac"
PEOPLE = """Forename,Surname,Department,Extension
Jane,Smith,Housing,5001
Robert,Okafor,Housing,5002
Priya,Raman,Libraries,5003
Tomasz,Kowalski,Parking,5004
"""
MAIN = "from switchboard.cli import main; main()"

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.fixture(scope="module")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualMicrophone]:
    missing = install()
    if missing:
        unavailable(missing)
    with virtual_microphone(tmp_path_factory.mktemp("pulse")) as found:
        yield found


@pytest.fixture(scope="module")
def published(microphone: VirtualMicrophone, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Arguments that name a database with a published grammar."""
    folder = tmp_path_factory.mktemp("directory")
    (folder / "people.csv").write_text(PEOPLE)
    database = ["--database", f"sqlite:///{folder}/switchboard.db"]
    for arguments in (
        ["directory", "import", str(folder / "people.csv")],
        ["grammar", "publish"],
    ):
        subprocess.run(
            [sys.executable, "-c", MAIN, *database, *arguments],
            env=microphone.environment,
            check=True,
            capture_output=True,
        )
    return database


def spoken_file(folder: Path) -> Path:
    """A dial tone, a pause, and then the voice: only the voice is to be heard."""
    voice, rate = read_audio(VOICE)
    assert rate == RATE
    pause = np.zeros(2 * RATE, dtype=np.int16)
    path = folder / "spoken.wav"
    soundfile.write(path, np.concatenate([pause, tones()["dial tone"], pause, voice, pause]), RATE)
    return path


def test_a_name_said_into_the_microphone_is_decided_and_explained(
    microphone: VirtualMicrophone, published: list[str], tmp_path: Path
) -> None:
    file = spoken_file(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-u", "-c", MAIN, *published, "listen", "--once", "--engine", "whisper"],
        env=microphone.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as listening:
        assert listening.stdout is not None
        assert listening.stderr is not None
        first = listening.stdout.readline()
        assert first.startswith("Listening with whisper"), first + listening.stderr.read()
        player = threading.Thread(target=microphone.play, args=(file,))
        player.start()
        lines = listening.stdout.read().splitlines()
        player.join()
    assert listening.returncode == 0
    assert "[speaking]" in lines
    assert any(line.startswith("heard") and "smith" in line.lower() for line in lines), lines
    assert any("Jane Smith" in line and "5001" in line for line in lines if "to  " in line), lines
    assert any(line.startswith("decision") for line in lines)


def test_the_virtual_microphone_is_listed(microphone: VirtualMicrophone) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "listen", "--devices"],
        env=microphone.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "default" in done.stdout
