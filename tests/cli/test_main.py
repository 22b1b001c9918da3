"""What holds for every command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

OURS = (sys.executable, "-c", "from switchboard.cli import main; main()")
IMPOSSIBLE = "a" * 300
"""No file can be called so: to the program it is like a folder that it may not enter."""


@pytest.mark.parametrize(
    "words",
    [("route", IMPOSSIBLE), ("explain", IMPOSSIBLE), ("demo", "--fixtures", IMPOSSIBLE),
     ("route", "x.wav", "--settings", IMPOSSIBLE), ("models", "words", IMPOSSIBLE),
     ("directory", "import", IMPOSSIBLE), ("calibrate", IMPOSSIBLE)],
    ids=lambda words: " ".join(words)[:20],
)  # fmt: skip
def test_a_name_that_leads_nowhere_is_one_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    env = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([*OURS, *words], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("switchboard: ")
    assert "Traceback" not in done.stderr


def test_somebody_elses_configuration_folder_is_one_sentence(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "XDG_CONFIG_HOME": f"/{IMPOSSIBLE}"}
    done = subprocess.run(
        [*OURS, "directory", "search", "smith"],
        env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "can't be used" in done.stderr


def test_a_closed_output_is_no_fault(tmp_path: Path) -> None:
    closed = ["bash", "-c", 'exec "$@" >&-', "bash", *OURS, "--version"]
    env = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(closed, env=env, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    "words", [("models", "list"), ("--help",), ("directory", "search", "smith")], ids=" ".join
)
def test_output_to_a_full_disk_is_one_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    database = f"sqlite:///{tmp_path}/switchboard.db"
    (tmp_path / "staff.csv").write_text("Forename,Surname,Extension\nJane,Smith,5001\n", "utf-8")
    env = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "SWITCHBOARD_DATABASE": database}
    subprocess.run(
        [*OURS, "directory", "import", tmp_path / "staff.csv"],
        env=env, stdout=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*OURS, *words], env=env, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "can't be written" in done.stderr
