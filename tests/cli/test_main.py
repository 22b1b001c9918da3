"""What holds for every command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "words", [("models", "list"), ("--help",), ("directory", "search", "smith")], ids=" ".join
)
def test_output_to_a_full_disk_is_one_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    database = f"sqlite:///{tmp_path}/switchboard.db"
    (tmp_path / "staff.csv").write_text("Forename,Surname,Extension\nJane,Smith,5001\n", "utf-8")
    ours = [sys.executable, "-c", "from switchboard.cli import main; main()"]
    env = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "SWITCHBOARD_DATABASE": database}
    subprocess.run(
        [*ours, "directory", "import", tmp_path / "staff.csv"],
        env=env, stdout=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*ours, *words], env=env, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "can't be written" in done.stderr
