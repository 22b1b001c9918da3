"""A PulseAudio daemon of the test's own, whose null sink's monitor is the machine's microphone."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("pulseaudio", "pulseaudio-utils", "libasound2-plugins", "libportaudio2")
SINK = "cable"


def install() -> str:
    """Install what is missing; what is still missing afterwards, as a sentence, or ""."""
    if _complete():
        return ""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return f"a virtual microphone needs: apt install {' '.join(PACKAGES)}"
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (("update", "-qq"), ("install", "-qq", "-y", *PACKAGES)):
        subprocess.run(["apt-get", *arguments], env=quiet, capture_output=True, check=False)
    return "" if _complete() else f"apt-get could not install {' '.join(PACKAGES)}"


def _complete() -> bool:
    listed = subprocess.run(["ldconfig", "-p"], capture_output=True, text=True, check=False).stdout
    plugins = list(Path("/usr/lib").glob("*/alsa-lib/libasound_module_pcm_pulse.so"))
    programs = all(shutil.which(name) for name in ("pulseaudio", "paplay", "pactl"))
    return programs and "libportaudio.so.2" in listed and bool(plugins)


@dataclass(frozen=True)
class VirtualMicrophone:
    """`environment` makes programs hear this microphone."""

    environment: dict[str, str]

    def play(self, file: Path) -> None:
        """Play a file into it, to its end."""
        subprocess.run(
            ["paplay", f"--device={SINK}", str(file)], env=self.environment, check=True, timeout=60
        )


@contextmanager
def virtual_microphone(folder: Path) -> Iterator[VirtualMicrophone]:
    """`folder` holds the daemon's files and becomes HOME."""
    socket = folder / "native"
    (folder / ".asoundrc").write_text(
        f'pcm.!default {{ type pulse server "unix:{socket}" device "{SINK}.monitor" }}\n'
        f'ctl.!default {{ type pulse server "unix:{socket}" }}\n'
    )
    environment = {
        **os.environ,
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_DATA_HOME": str(folder / "data"),
        "PULSE_RUNTIME_PATH": str(folder / "pulse"),
        "PULSE_SERVER": f"unix:{socket}",
        "DBUS_SESSION_BUS_ADDRESS": "disabled:",
    }
    starting = {name: value for name, value in environment.items() if name != "PULSE_SERVER"}
    with subprocess.Popen(
        [
            *("pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"),
            *("--disable-shm=yes", "--log-target=stderr", "--realtime=no", "--high-priority=no"),
            *("-L", f"module-null-sink sink_name={SINK} rate=16000 channels=1"),
            *("-L", f"module-native-protocol-unix socket={socket} auth-anonymous=1"),
        ],
        env=starting,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as daemon:
        try:
            _wait_until_up(environment)
            yield VirtualMicrophone(environment)
        finally:
            daemon.terminate()
            daemon.wait(timeout=20)


def _wait_until_up(environment: dict[str, str]) -> None:
    for _ in range(200):
        listed = subprocess.run(
            ["pactl", "list", "short", "sources"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if f"{SINK}.monitor" in listed.stdout:
            return
        time.sleep(0.1)
    raise RuntimeError("the virtual microphone did not start")
