"""Imports go one way, and each foreign library is known to one place only."""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("directory", "grammar", "switchboard")

FORBIDDEN = {
    "directory": {"grammar", "switchboard"},
    "grammar": {"switchboard"},
}
"""Which of our packages must not import which."""

PURE = ("directory", "grammar")
IMPURE = {
    "alembic",
    "click",
    "ctranslate2",
    "faster_whisper",
    "flask",
    "ldap3",
    "platformdirs",
    "psycopg",
    "requests",
    "rich",
    "sounddevice",
    "soundfile",
    "sqlalchemy",
    "sqlite3",
    "vosk",
}
"""What the pure packages must not know."""

ONLY_IN = {
    "alembic": ("switchboard/storage/",),
    "baresip": ("switchboard/telephony/",),
    "ctranslate2": ("switchboard/recognition/whisper",),
    "faster_whisper": ("switchboard/recognition/whisper",),
    "flask": ("switchboard/admin/",),
    "ldap3": ("switchboard/ldap/",),
    "psycopg": ("switchboard/storage/",),
    "sounddevice": ("switchboard/audio/",),
    "sqlalchemy": ("switchboard/storage/",),
    "sqlite3": ("switchboard/storage/",),
    "vosk": ("switchboard/recognition/vosk",),
}
"""Foreign library -> the beginnings of the paths of the modules that may import it."""


def _modules(*packages: str) -> Iterator[Path]:
    for package in packages:
        yield from sorted((ROOT / package).rglob("*.py"))


@functools.cache
def _imported(module: Path) -> set[str]:
    """Top-level names that a module imports anywhere in it, inside functions too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
        elif (
            isinstance(node, ast.Call)
            and ast.unparse(node.func) in {"importlib.import_module", "import_module", "__import__"}
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            found.add(str(node.args[0].value).split(".")[0])
    return found


def _named(module: Path) -> str:
    return module.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("package", sorted(FORBIDDEN))
def test_imports_go_from_switchboard_to_grammar_to_directory(package: str) -> None:
    wrong = {_named(module): _imported(module) & FORBIDDEN[package] for module in _modules(package)}
    assert {module: names for module, names in wrong.items() if names} == {}


@pytest.mark.parametrize("package", PURE)
def test_the_pure_packages_know_no_sql_web_sound_or_command_line(package: str) -> None:
    wrong = {_named(module): _imported(module) & IMPURE for module in _modules(package)}
    assert {module: names for module, names in wrong.items() if names} == {}


@pytest.mark.parametrize("library", sorted(ONLY_IN))
def test_a_foreign_library_is_imported_in_one_place_only(library: str) -> None:
    importers = [_named(module) for module in _modules(*OURS) if library in _imported(module)]
    assert [name for name in importers if not name.startswith(ONLY_IN[library])] == []


def test_the_check_sees_imports_of_every_shape(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        "import sqlalchemy.orm as orm\n"
        "def late():\n"
        "    from flask import g\n"
        "    importlib.import_module('vosk.x')\n"
        "from . import sibling\n"
    )
    assert _imported(module) == {"sqlalchemy", "flask", "vosk"}


@pytest.mark.parametrize("module", ["switchboard.gaps.apart", "switchboard.cli.grammar"])
def test_what_fits_filters_and_migrates_is_imported_only_where_that_is_done(module: str) -> None:
    """It takes longer than all the rest, and commands and processes for one work start often."""
    slow = ("scipy.optimize", "scipy.signal", "alembic")
    code = f"import sys, {module}; print(*(each for each in {slow} if each in sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == []
