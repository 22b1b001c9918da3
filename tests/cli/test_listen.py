"""`switchboard listen` without a microphone, and what it shows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from switchboard.audio import microphone
from switchboard.audio.endpointing import State
from switchboard.audio.microphone import load_portaudio
from switchboard.cli.listen import bar
from switchboard.errors import AudioError


def listen(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from switchboard.cli import main; main()",
            "listen",
            *arguments,
        ],
        env={**os.environ, "HOME": str(home), "PULSE_SERVER": "none", "XDG_DATA_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--devices",),
        ("--device", "no such device"),
        ("--device", "²"),
        ("--device", "99999999999999999999"),
    ],
)
def test_without_a_microphone_one_sentence_says_what_to_do(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """Also without the PortAudio library: both are sentences with a remedy."""
    # A sound system that has nothing, whatever this machine has.
    (tmp_path / ".asoundrc").write_text("pcm.!default { type plug slave.pcm nothing }\n")
    done = listen(tmp_path, *arguments)
    assert done.returncode == 2
    [sentence] = [line for line in done.stderr.splitlines() if line.startswith("switchboard:")]
    assert any(remedy in sentence for remedy in ("plug one in", "apt install", "--device"))
    assert "Traceback" not in done.stderr


def test_a_machine_without_portaudio_is_told_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "sounddevice":
                raise OSError("PortAudio library not found")

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    with pytest.raises(AudioError, match="apt install libportaudio2"):
        load_portaudio()


def test_the_meter_is_empty_in_silence_and_full_at_full_scale() -> None:
    assert "█" not in bar(-100.0, State.WAITING).plain
    assert "·" not in bar(0.0, State.SPEAKING).plain
    assert bar(-30.0, State.TRAILING).plain.count("█") == 15


def test_a_sound_card_at_48_khz_is_heard_at_16_khz_without_seams() -> None:
    time = np.arange(48000) / 48000
    sine = (10000 * np.sin(2 * np.pi * 1000 * time)).astype(np.int16)
    thirds = microphone._Thirds()
    heard = np.concatenate([thirds.third(block) for block in sine[: 31 * 1536].reshape(-1, 1536)])
    assert len(heard) == 31 * 512
    spectrum = np.abs(np.fft.rfft(heard[512:] * np.hanning(len(heard) - 512)))
    spectrum = spectrum / spectrum.max()
    peak = round(1000 * (len(heard) - 512) / 16000)
    assert spectrum.argmax() == pytest.approx(peak, abs=1)
    assert np.delete(spectrum, range(peak - 3, peak + 4)).max() < 0.001
