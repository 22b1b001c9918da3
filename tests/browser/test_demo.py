"""The demo as a newcomer runs it: the program itself, in an empty home, until Ctrl-C."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import assert_accessible, strict_page

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]

FIXTURES = Path(__file__).parents[2] / "audio_fixtures"
PROGRAM = (sys.executable, "-c", "from switchboard.cli import main; main()")


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    """One call, in which nothing is said: routing calls is tested elsewhere."""
    folder = tmp_path / "calls"
    headings, *lines = (FIXTURES / "manifest.csv").read_text("utf-8").splitlines()
    silent = next(line for line in lines if "silence" in line)
    file = silent.split(",")[0]
    (folder / file).parent.mkdir(parents=True)
    shutil.copy(FIXTURES / file, folder / file)
    (folder / "manifest.csv").write_text(f"{headings}\n{silent}\n", "utf-8")
    return folder


def test_the_demo_serves_a_week_of_calls_until_it_is_interrupted(
    chromium: Browser, calls: Path, tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = {
        **os.environ, "HOME": str(tmp_path), "TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    arguments = ("demo", "--serve", "--fixtures", str(calls), "--workers", "1")
    with subprocess.Popen(
        [*PROGRAM, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as demo:
        assert demo.stdout is not None
        try:
            told = ""
            for line in demo.stdout:
                told += line
                if "Ctrl-C stops it" in line:
                    break
            (link,) = re.findall(r"(http\S+/sign-in/link/\S+)", told)
            with strict_page(chromium, link.split("/sign-in")[0]) as page:
                page.goto(link)
                page.get_by_label("New password").fill("green ladder orchestra")
                page.get_by_label("The same again").fill("green ladder orchestra")
                page.get_by_role("button", name="Save the password").click()
                expect(page.get_by_text("Signed in as demo, administrator")).to_be_visible()
                week = page.locator(".app-figures").nth(1)
                expect(week).to_contain_text(re.compile(r"\d{3}\s*calls"))
                expect(page.get_by_text(re.compile(r"\d+ to decide"))).to_be_visible()
                assert_accessible(page)
                page.goto("/campaigns/1")
                expect(page.get_by_text("calls like these").first).to_be_visible()
                page.goto("/gaps")
                expect(page.get_by_text(re.compile("mends [1-9]")).first).to_be_visible()
            demo.send_signal(signal.SIGINT)
            rest, _ = demo.communicate(timeout=60)
        finally:
            demo.kill()
    assert demo.returncode == 0
    assert "Traceback" not in rest
    assert list(temporary.glob("switchboard-demo-*")) == []


def test_without_a_terminal_the_demo_ends_by_itself(calls: Path, tmp_path: Path) -> None:
    ran = subprocess.run(
        [*PROGRAM, "demo", "--fixtures", str(calls), "--workers", "1"],
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "switchboard demo --serve" in ran.stdout
