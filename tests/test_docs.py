"""What the documents tell people to type is right."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from functools import reduce
from pathlib import Path
from typing import Any, get_type_hints

import click
import pytest

from switchboard.cli import cli
from switchboard.settings import Settings, load_settings
from tests.telephony.peers import free_port, program

DOCS = Path(__file__).parents[1] / "docs"
PAGES = [DOCS.parent / "README.md", *sorted(DOCS.glob("*.md"))]
KNOWN = {
    (section, field.name)
    for section, kind in get_type_hints(Settings).items()
    for field in fields(kind)
}


def _blocks(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text("utf-8")
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [block for of, block in fenced if of == language]


@pytest.mark.parametrize("page", ["ldap.md", "pbx.md"])
def test_settings_in_the_documents_are_taken(page: str, tmp_path: Path) -> None:
    blocks = _blocks(page, "toml")
    assert blocks
    for block in blocks:
        file = tmp_path / "settings.toml"
        file.write_text(block, "utf-8")
        settings = load_settings(file)
        for path, value in _settings(tomllib.loads(block)):
            read = reduce(getattr, path, settings)
            assert read == (tuple(value) if isinstance(value, list) else value)


def _settings(table: dict[str, Any], *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every setting of a TOML table with its path; no section in it is empty."""
    assert table
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _settings(value, *path, key)
        else:
            yield (*path, key), value


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_settings_that_the_documents_name_exist(page: Path) -> None:
    text = " ".join(page.read_text("utf-8").split())
    named = set(re.findall(r"`\[([a-z_]+)\] ([a-z_]+)`", text))
    assert named <= KNOWN


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_options_that_the_documents_name_exist(page: Path) -> None:
    wrong = []
    for words in _typed(page.read_text("utf-8")):
        command: click.Command = cli
        for word in words:
            if not isinstance(command, click.Group):
                break
            below = command.get_command(click.Context(command), word)
            if below is None:
                wrong.append(" ".join(words))
                break
            command = below
        options = {
            option for each in command.params for option in (*each.opts, *each.secondary_opts)
        }
        given = {word.partition("=")[0] for word in words if word.startswith("--")}
        if not isinstance(command, click.Group) and given - options:
            wrong.append(" ".join(words))
    assert wrong == []


def _typed(text: str) -> list[list[str]]:
    """What stands behind "switchboard" in code: in a span up to its end, in a block in a line."""
    spans = re.findall(r"`switchboard ([a-z][^`]*)`", text)
    lines = re.findall(r"^(?:\S*bin/)?switchboard ([a-z].*)$", text, re.MULTILINE)
    return [" ".join(each.split("#")[0].split()).split() for each in (*spans, *lines)]


def test_kamailio_takes_its_configuration(tmp_path: Path) -> None:
    (config,) = (block for block in _blocks("pbx.md", "") if block.startswith("#!KAMAILIO"))
    (workers,) = (block for block in _blocks("pbx.md", "") if block.startswith("1 sip:"))
    (tmp_path / "dispatcher.list").write_text(workers)
    config = config.replace("192.0.2.20:5060", f"127.0.0.1:{free_port()}")
    config = config.replace("/etc/kamailio", str(tmp_path))
    (tmp_path / "kamailio.cfg").write_text(config)
    command = [program("kamailio", "kamailio"), "-c", "-f", str(tmp_path / "kamailio.cfg")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    (unit,) = (block for block in _blocks("running.md", "ini") if "[Service]" in block)
    file = tmp_path / "switchboard.service"
    file.write_text(unit.replace("/opt/switchboard/bin/switchboard", "/bin/true"))
    command = [program("systemd-analyze", "systemd"), "verify", "--man=no", str(file)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    told = [line for line in ran.stderr.splitlines() if file.name in line]
    assert (ran.returncode, told) == (0, [])
